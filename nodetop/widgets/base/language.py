"""The filter language of a list: terms, and the values that its rows have for them. Pure.

Imported when the user types a filter; the first frame does not need it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from nodetop.base.pattern import Pattern
from nodetop.base.terms import OPERATORS, Comparison, Name, Term, Vocabulary, parse
from nodetop.widgets.base.filter import Filter

R = TypeVar("R")
Predicate = Callable[[R], bool]
Value = Callable[[R], float | str | None]
Texts = tuple[str | int | None, ...]


class Language(Generic[R]):
    """The filter language of a list. `texts` are searched for words and regular expressions; `fields` are the names
    that can be compared, each with a function that reads it from a row. `of_commands`: see Vocabulary. `is_long`: the
    texts are too long to cache thousands of them."""

    def __init__(
        self,
        texts: Callable[[R], Texts],
        fields: Sequence[tuple[Name, Value[R]]] = (),
        *,
        of_commands: bool = False,
        is_long: bool = False,
    ) -> None:
        self._texts = texts
        self._lowered = _lowered.__wrapped__ if is_long else _lowered
        self._values = {name.name: value for name, value in fields}
        self.vocabulary = Vocabulary(tuple(name for name, _ in fields), of_commands)

    @property
    def names(self) -> tuple[str, ...]:
        """Names that terms may use."""
        return tuple(self._values)

    def parse(self, text: str) -> Filter[R]:
        """Parses a filter as typed. Raises TermError."""
        terms = parse(text, self.vocabulary)
        words = tuple(term.what for term in terms if isinstance(term.what, str) and term.what and not term.is_negated)
        patterns = tuple(term.what for term in terms if isinstance(term.what, Pattern))
        return Filter(text.strip(), tuple(map(self._predicate, terms)), words, patterns)

    def _predicate(self, term: Term) -> Predicate[R]:
        what, is_negated = term.what, term.is_negated
        holds = self._holds(what)
        if isinstance(what, Pattern):
            return lambda row: bool(what.trouble) or holds(row) is not is_negated
        return (lambda row: not holds(row)) if is_negated else holds

    def _holds(self, what: str | Pattern | Comparison) -> Predicate[R]:
        texts, lowered = self._texts, self._lowered
        if isinstance(what, str):
            return lambda row: what in lowered(texts(row))
        if isinstance(what, Pattern):
            search = what.search
            return lambda row: any(search(str(text)) for text in texts(row) if text is not None)
        value, wanted = self._values[what.name.name], what.value
        if isinstance(wanted, str):
            return lambda row: what.holds(value(row))
        compare = OPERATORS[what.sign]
        return lambda row: (number := value(row)) is not None and compare(number, wanted)  # type: ignore[arg-type]


@lru_cache(maxsize=16_384)
def _lowered(texts: Texts) -> str:
    return "\n".join(str(text) for text in texts if text is not None).lower()
