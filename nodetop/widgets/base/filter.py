"""A filter as typed: predicates that must all hold. The languages are with the lists that they are for. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True)
class Filter(Generic[R]):
    """A parsed filter. The empty one lets everything through."""

    text: str = ""
    predicates: tuple[Callable[[R], bool], ...] = ()
    words: tuple[str, ...] = ()
    """The plain texts looked for, in lower case: what a table may mark."""

    def matches(self, row: R) -> bool:
        """Whether a row is shown."""
        return all(predicate(row) for predicate in self.predicates)


EVERYTHING: Filter[Any] = Filter()
