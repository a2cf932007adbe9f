"""The language in which the list of nodes is filtered: text, and terms like `cpu>50` or `state=late`. Pure.

Terms stand between blanks and all must hold. Plain text is looked for in the node's name, cluster, state and system,
whatever its case; a leading `!` turns a term round.
"""

import operator
import re
from collections.abc import Callable

from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.filter import Filter, FilterError

Predicate = Callable[[NodeStatus], bool]

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_TERM = re.compile(r"([a-z]+)(>=|<=|!=|>|<|=)(.+)")
_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)([a-z%]?)")
_UNITS = {"": 1, "%": 1, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}
_TIME_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_TIMES = ("age", "up")
_NUMBERS: dict[str, Callable[[NodeStatus], float | None]] = {
    "cpu": lambda row: row.cpu_busy_percent,
    "mem": lambda row: row.memory_used_percent,
    "swap": lambda row: row.swap_used_percent,
    "disk": lambda row: row.filesystem_used_percent,
    "util": lambda row: row.disk_utilisation_percent,
    "read": lambda row: row.disk_read_bytes_per_second,
    "write": lambda row: row.disk_write_bytes_per_second,
    "rx": lambda row: row.network_receive_bytes_per_second,
    "tx": lambda row: row.network_transmit_bytes_per_second,
    "temp": lambda row: row.cpu_celsius,
    "load": lambda row: row.load_1m,
    "cpus": lambda row: row.cpu_count,
    "procs": lambda row: row.processes_total,
    "age": lambda row: row.age_seconds,
    "up": lambda row: row.uptime_seconds,
}
_TEXTS: dict[str, Callable[[NodeStatus], str]] = {
    "state": lambda row: row.state,
    "node": lambda row: row.node,
    "cluster": lambda row: row.cluster,
    "os": lambda row: row.os or "",
}
FIELDS = (*_NUMBERS, *_TEXTS)
"""Names that terms may use."""


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
    units = _TIME_UNITS if name in _TIMES else _UNITS
    if found is None or found[2] not in units:
        raise FilterError(f"{name}{sign} needs a number")
    number, compare, value = float(found[1]) * units[found[2]], _COMPARE[sign], _NUMBERS[name]
    return lambda row: (known := value(row)) is not None and compare(known, number)


def _same(name: str, sign: str, text: str) -> Predicate:
    if sign not in ("=", "!="):
        raise FilterError(f"{name} is text: use {name}= or {name}!=")
    value = _TEXTS[name]
    whole = name == "state"
    return lambda row: ((value(row).lower() == text) if whole else (text in value(row).lower())) is (sign == "=")
