"""A filter as typed: predicates that must all hold. Each list defines its own fields. Pure."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from nodetop.base.pattern import Pattern
from nodetop.base.text import clean, cut
from nodetop.drawing.runs import Line

R = TypeVar("R")
T = TypeVar("T")


class Filter(Struct, Generic[R], frozen=True):
    """A parsed filter. An empty one lets everything pass."""

    text: str = ""
    predicates: tuple[Callable[[R], bool], ...] = ()
    words: tuple[str, ...] = ()
    """The plain words searched for, in lower case, for highlighting in a table."""
    patterns: tuple[Pattern, ...] = ()
    """The regular expressions in it."""

    def matches(self, row: R) -> bool:
        """Whether a row passes."""
        return all(predicate(row) for predicate in self.predicates)

    @property
    def problem(self) -> str:
        """One line that names an expression that is no longer applied, and why; empty if all are applied."""
        bad = next((each for each in self.patterns if each.trouble), None)
        return f"~{cut(clean(bad.text), 20)} {bad.trouble}: not applied" if bad else ""

    def settled(self, choose: Callable[[], T]) -> T:
        """Returns the result of `choose`, which calls `matches` on many rows. If an expression turns out to be too slow
        during that, `choose` is called again, so that all rows are treated alike."""
        before = [each.trouble for each in self.patterns]
        chosen = choose()
        return chosen if [each.trouble for each in self.patterns] == before else self.settled(choose)

    def shown(self) -> list[Line]:
        """The filter, or its problem, for the title of the list. Nothing for an empty filter."""
        if not self.predicates:
            return []
        return [[("label", "filter "), ("warning", self.problem) if self.problem else ("match", clean(self.text))]]


EVERYTHING: Filter[Any] = Filter()
