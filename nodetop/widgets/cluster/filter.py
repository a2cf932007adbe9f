"""The language in which the list of nodes is filtered: text, and terms like `cpu>50` or `state=late`. Pure.

Terms stand between blanks and all must hold. Plain text is looked for in the node's name, cluster, state and system,
whatever its case; a leading `!` turns a term round.
"""

import operator
import re
from collections.abc import Callable, Mapping

from nodetop.model.quantities import BY_WORD, QUANTITIES
from nodetop.model.quantity import Quantity
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.filter import Filter, FilterError

Predicate = Callable[[NodeStatus], bool]

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_TERM = re.compile(r"([a-z][a-z0-9_]*)(>=|<=|!=|>|<|=)(.+)")
_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)([a-z%]?)")
_UNITS = {"": 1, "%": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_TIME_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_NUMBERS: Mapping[str, Quantity] = {word: each for word, each in BY_WORD.items() if each.row}
_TEXTS: dict[str, Callable[[NodeStatus], str]] = {
    "state": lambda row: row.state,
    "node": lambda row: row.node,
    "cluster": lambda row: row.cluster,
    "os": lambda row: row.os or "",
}
FIELDS = (*(each.short for each in QUANTITIES if each.row), *_TEXTS)
"""Names that terms may use, each in its shortest form."""


EVERYTHING: Filter[NodeStatus] = Filter()


def parse_filter(text: str) -> Filter[NodeStatus]:
    """Text as typed to a filter. Raises FilterError."""
    terms = text.lower().split()
    words = tuple(term for term in terms if not term.startswith("!") and not _TERM.fullmatch(term))
    return Filter(text.strip(), tuple(_predicate(term) for term in terms), words)


def _predicate(term: str) -> Predicate:
    if term.startswith("!"):
        if len(term) == 1:
            raise FilterError("! needs what is not wanted")
        wanted = _predicate(term[1:])
        return lambda row: not wanted(row)
    found = _TERM.fullmatch(term)
    if found is None:
        return lambda row: term in _searched(row)
    name, sign, value = found.groups()
    if name in _NUMBERS:
        return _compared(name, sign, value)
    if name in _TEXTS:
        return _same(name, sign, value)
    raise FilterError(f"no field {name}: cpu mem disk temp load age state ... (F1)")


def _searched(row: NodeStatus) -> str:
    return f"{row.node}\n{row.cluster}\n{row.state}\n{row.os or ''}".lower()


def _compared(name: str, sign: str, text: str) -> Predicate:
    found = _NUMBER.fullmatch(text)
    quantity = _NUMBERS[name]
    units = _TIME_UNITS if quantity.unit == "seconds" else _UNITS
    if found is None or found[2] not in units:
        raise FilterError(f"{name}{sign} needs a number")
    number, compare, value = float(found[1]) * units[found[2]], _COMPARE[sign], quantity.of_row
    return lambda row: (known := value(row)) is not None and compare(known, number)


def _same(name: str, sign: str, text: str) -> Predicate:
    if sign not in ("=", "!="):
        raise FilterError(f"{name} is text: use {name}= or {name}!=")
    value = _TEXTS[name]
    whole = name == "state"
    return lambda row: ((value(row).lower() == text) if whole else (text in value(row).lower())) is (sign == "=")
