"""The language of filters (in lists) and conditions (of --check). Pure.

    java            the text must occur; case is ignored
    "two words"     a text with blanks or operators in it; write \\" for a quote and \\\\ for a backslash
    ~^py.*3$        a regular expression (see pattern)
    cpu>5 rss>=1.5G a comparison: NAME[:ITEM] OPERATOR VALUE
    !TERM           not

Blanks separate terms. A Vocabulary holds the allowed names. Parsing takes linear time.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from nodetop.base.pattern import Pattern, PatternError
from nodetop.base.text import clean, cut
from nodetop.base.units import allowed, number

LONGEST = 1000
"""The most characters of a filter or condition."""
Compare = Callable[[float, float], bool]
OPERATORS: Mapping[str, Compare] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "==": operator.eq,
    "!=": operator.ne,
}  # fmt: skip
OPPOSITES: Mapping[str, str] = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!=", "==": "!=", "!=": "="}

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_NAME = r"([A-Za-z][A-Za-z0-9_]*)"
_SIGN = r"(>=|<=|!=|==|>|<|=)"
_COMPARISON = re.compile(rf"{_NAME}(?::({_QUOTED}|(?:[^\s<>=!]|!(?!=))+))?{_SIGN}({_QUOTED}|\S*)", re.DOTALL)
_CONDITION = re.compile(rf"{_NAME}\s*(?::(\s*{_QUOTED}\s*|(?:[^<>=!]|!(?!=))+))?(?:{_SIGN}(.*))?", re.DOTALL)
_TEXT = re.compile(rf"{_QUOTED}(?!\S)|\S+", re.DOTALL)
_EXPRESSION_SIGNS = frozenset("^$*+?()[]{}|\\")


class TermError(ValueError):
    """The text cannot be used. The message is one plain line: the term, what is wrong with it, what is allowed."""

    def __init__(self, term: str, message: str) -> None:
        super().__init__(f"{cut(clean(term), 40)!r}: {message}" if term.strip() else message)


@dataclass(frozen=True)
class Name:
    """A value that can be compared. `unit` is "text" or one that units.number knows. `item` says whether an item after
    a colon is required or allowed. `fields` are an item's fields (`ITEM.FIELD`) with their units. With `whole`, a text
    must be equal; else it must occur."""

    name: str
    unit: str = "number"
    aliases: Sequence[str] = ()
    item: Literal["none", "may", "must"] = "none"
    fields: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    example: str = ""
    is_count: bool = False
    """Whether a condition may be the name alone, which means "at least one"."""

    @property
    def shown(self) -> str:
        """An example of its use."""
        return self.example or f"{self.name}<{'90' if self.unit == 'percent' else '8'}"


@dataclass(frozen=True)
class Vocabulary:
    """The names of a list or of --check. `of_commands`: the list shows command lines, so `port=80` is a text, and
    `!^py` is an expression (the syntax from before `~` existed)."""

    names: Sequence[Name] = ()
    of_commands: bool = False

    @cached_property
    def by_word(self) -> Mapping[str, Name]:
        """The names by all their words."""
        return {word: each for each in self.names for word in (each.name, *each.aliases)}

    def has_text(self, word: str, item: str | None, sign: str) -> bool:
        """Whether something that looks like a comparison is a text."""
        is_known = word.lower() in self.by_word and item is None
        return not self.names or (self.of_commands and sign == "=" and not is_known)


@dataclass(frozen=True)
class Comparison:
    """A name, an operator and the value to compare with."""

    name: Name
    item: str
    field: str
    sign: str
    value: float | str

    @property
    def unit(self) -> str:
        """The unit of the compared value. A number in `value` has this unit too."""
        return self.name.fields.get(self.field, self.name.unit)

    def holds(self, value: float | str | None) -> bool:
        """Whether the comparison holds for a value: a text if the unit is "text", else a number. For an unknown number
        no comparison holds, not even `!=`. An unknown text counts as empty."""
        if isinstance(self.value, str):
            found = str(value or "").lower()
            same = found == self.value if self.name.whole else self.value in found
            return same is (self.sign != "!=")
        return isinstance(value, int | float) and OPERATORS[self.sign](value, self.value)


@dataclass(frozen=True)
class Term:
    """One of the terms of a filter, which must all hold. `what` is a lower-case text, an expression or a comparison."""

    text: str
    what: str | Pattern | Comparison
    is_negated: bool = False


def parse(text: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    """Parses a filter. Raises TermError."""
    _bound(text)
    terms: list[Term] = []
    at = _blanks_end(text, 0)
    while at < len(text):
        term, at = _term(text, at, vocabulary)
        terms.append(term)
        at = _blanks_end(text, at)
    return tuple(terms)


def condition(text: str, vocabulary: Vocabulary) -> Comparison:
    """Parses a condition: one comparison, with blanks anywhere. A leading ! negates it. A name with `is_count` may
    stand alone. Raises TermError."""
    _bound(text)
    body = text.strip()
    is_negated = body.startswith("!")
    found = _CONDITION.fullmatch(body.removeprefix("!").lstrip())
    if found is None:
        raise TermError(text, "not a condition: write it like cpu<90, filesystem:/<90 or process:nginx")
    word, item, sign, value = found.groups()
    if sign is None:
        name = _known(text, word, vocabulary)
        _item(text, name, item or "")
        if not name.is_count:
            raise TermError(text, f"needs a comparison: write {name.shown}")
        sign, value = ">=", "1"
    made = _compared(text, word, item or "", sign, value.strip(), vocabulary)
    return replace(made, sign=OPPOSITES[sign]) if is_negated else made


def quoted(text: str) -> str:
    """A text quoted, so that it is taken literally."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _unquoted(text: str) -> str:
    is_quoted = len(text) >= 2 and text[0] == text[-1] == '"'
    return re.sub(r"\\([\"\\])", r"\1", text[1:-1]) if is_quoted else text


def _bound(text: str) -> None:
    if len(text) > LONGEST:
        raise TermError(text, f"is too long: at most {LONGEST} characters")


def _blanks_end(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _term(text: str, start: int, vocabulary: Vocabulary) -> tuple[Term, int]:
    """The term that starts here, and where it ends."""
    at = start
    while text.startswith("!", at):
        at += 1
    is_negated = (at - start) % 2 == 1
    found = _COMPARISON.match(text, at)
    if found and _ends(text, found.end()) and not vocabulary.has_text(found[1], found[2], found[3]):
        what = _compared(found[0], found[1], found[2] or "", found[3], found[4], vocabulary)
        return Term(text[start : found.end()], what, is_negated), found.end()
    is_expression = text.startswith("~", at)
    found = _TEXT.match(text, at + is_expression)
    if found is None:
        missing = "the regular expression" if is_expression else "the text to exclude"
        raise TermError(text[start : at + 1], f"{missing} is missing")
    written, body = text[start : found.end()], found[0]
    if body.startswith('"') and not _is_quoted(body):
        raise TermError(written, 'the quote is not closed: a " is missing')
    if is_expression:
        return Term(written, _expression(written, _unquoted(body)), is_negated), found.end()
    if vocabulary.of_commands and is_negated and not _is_quoted(body) and _EXPRESSION_SIGNS & set(body):
        return Term(written, _expression(written, body)), found.end()
    return Term(written, _unquoted(body).lower(), is_negated), found.end()


def _ends(text: str, at: int) -> bool:
    return at == len(text) or text[at].isspace()


def _is_quoted(body: str) -> bool:
    return re.fullmatch(_QUOTED, body, re.DOTALL) is not None


def _expression(written: str, content: str) -> Pattern:
    try:
        return Pattern(content)
    except PatternError as error:
        hint = f"; to search for this text, write {clean(quoted(content))}" if 0 < len(content) < 20 else ""
        raise TermError(written, f"{error}{hint}") from None


def _known(term: str, word: str, vocabulary: Vocabulary) -> Name:
    names = vocabulary.by_word
    if word.lower() in names:
        return names[word.lower()]
    import difflib  # takes 2 ms, and is needed only after a mistake

    close = difflib.get_close_matches(word.lower()[:40], names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known names: {', '.join(each.name for each in vocabulary.names)}"
    raise TermError(term, f"unknown name {cut(word, 40)!r}; {hint}")


def _item(term: str, name: Name, written: str) -> tuple[str, str]:
    """The item after the colon, and the field of it."""
    item = _unquoted(written.strip())
    if not item and name.item == "must":
        raise TermError(term, f"{name.name} of what? Write {name.shown}")
    if item and name.item == "none":
        raise TermError(term, f"{name.name} takes nothing after a colon: write {name.shown}")
    if not item or not name.fields:
        return item, ""
    device, _, asked = item.rpartition(".")
    if not device or asked not in name.fields:
        raise TermError(term, f"write {name.name}:DEVICE.FIELD, with one of {', '.join(name.fields)}")
    return device, asked


def _compared(term: str, word: str, written: str, sign: str, value: str, vocabulary: Vocabulary) -> Comparison:
    name = _known(term, word, vocabulary)
    item, asked = _item(term, name, written)
    if not value:
        raise TermError(term, f"needs a value after {sign}")
    unit = name.fields.get(asked, name.unit)
    if unit == "text":
        if sign not in ("=", "==", "!="):
            raise TermError(term, f"{name.name} is text: use {name.name}= or {name.name}!=")
        return Comparison(name, item, asked, sign, _unquoted(value).lower())
    found = number(value, unit)
    if found is None:
        raise TermError(term, f"{cut(clean(value), 20)!r} is not a number; {allowed(unit)}")
    return Comparison(name, item, asked, sign, found)
