"""A filter as typed: predicates that must all hold. The languages are with the lists that they are for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from nodetop.base.pattern import Pattern
from nodetop.base.text import clean, cut
from nodetop.drawing.runs import Line

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True)
class Filter(Generic[R]):
    """A parsed filter. The empty one lets everything through."""

    text: str = ""
    predicates: tuple[Callable[[R], bool], ...] = ()
    words: tuple[str, ...] = ()
    """The plain texts looked for, in lower case: what a table may mark."""
    patterns: tuple[Pattern, ...] = ()
    """The regular expressions in it."""

    def matches(self, row: R) -> bool:
        """Whether a row is shown."""
        return all(predicate(row) for predicate in self.predicates)

    @property
    def problem(self) -> str:
        """One line that names an expression that is not applied any more, and why; empty if all are."""
        bad = next((each for each in self.patterns if each.trouble), None)
        return f"~{cut(clean(bad.text), 20)} {bad.trouble}: not applied" if bad else ""

    def settled(self, choose: Callable[[], T]) -> T:
        """What `choose` returns, which asks `matches` of many rows: asked again if an expression proved too slow on
        the way, so that all rows are treated alike."""
        before = [each.trouble for each in self.patterns]
        chosen = choose()
        return chosen if [each.trouble for each in self.patterns] == before else self.settled(choose)

    def shown(self) -> list[Line]:
        """What the title of a filtered list says: the filter, or what is wrong with it. Nothing for the empty one."""
        if not self.predicates:
            return []
        return [[("label", "filter "), ("warning", self.problem) if self.problem else ("match", clean(self.text))]]


EVERYTHING: Filter[Any] = Filter()
