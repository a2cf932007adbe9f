"""The language in which the process list is filtered: text, `!`regular expression, and terms like `cpu>5`. Pure.

Terms stand between blanks and all must hold: `cpu>5 user=root java`. Plain text is looked for in name, command, user
and PID, whatever its case. A term is a field, one of > >= < <= = != and a value; sizes take K M G T, times s m h d.
`=` compares users, states and names whole, and looks for the value in command and container.
"""

import operator
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import cast

from nodetop.model.process_fields import PROCESS_FIELDS, PROCESS_WORDS, ProcessField
from nodetop.model.quantity import Unit
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.filter import Filter, FilterError

Predicate = Callable[[ProcessMetrics], bool]

MATCHED_CHARACTERS = 256
"""So much of a command a regular expression is tried on: it bounds what a slow one can cost."""
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip
_TERM = re.compile(r"([A-Za-z]+)(>=|<=|!=|>|<|=)(.*)", re.DOTALL)
_NUMBER = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})([A-Za-z%]{0,3})")
_SIZE_UNITS = {"": 1, "b": 1} | {
    prefix + tail: 1024**power
    for power, prefix in enumerate("kmgt", 1)
    for tail in ("", "b", "ib")
}  # fmt: skip
_TIME_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_PLAIN_UNITS = {"": 1, "%": 1}
_MANY_REPEATS = 3


EVERYTHING: Filter[ProcessMetrics] = Filter()


def parse_filter(text: str) -> Filter[ProcessMetrics]:
    """Text as typed to a filter. Raises FilterError."""
    terms = text.split()
    words = tuple(term.lower() for term in terms if not term.startswith("!") and not _is_field_term(term))
    return Filter(text.strip(), tuple(_predicate(term) for term in terms), words)


def _is_field_term(term: str) -> bool:
    found = _TERM.fullmatch(term)
    return found is not None and (found[1].lower() in _FIELDS or found[2] != "=")


def _predicate(term: str) -> Predicate:
    if term.startswith("!"):
        return _expression(term[1:])
    found = _TERM.fullmatch(term)
    if found is None or not _is_field_term(term):
        return _contains(term.lower())
    name, sign, value = found[1].lower(), found[2], found[3]
    if name not in _FIELDS:
        raise FilterError(f"no field {name}: cpu mem rss io time user ... (F1)")
    if not value:
        raise FilterError(f"{name}{sign} needs a value")
    return _FIELDS[name](name, sign, value)


def _contains(word: str) -> Predicate:
    return lambda row: word in _searched(row.name, row.command, row.user, row.pid)


@lru_cache(maxsize=16_384)
def _searched(name: str, command: str, user: str | None, pid: int) -> str:
    return f"{name}\n{command}\n{user or ''}\n{pid}".lower()


def _expression(pattern: str) -> Predicate:
    if not pattern:
        raise FilterError("! needs a regular expression")
    _refuse_slow(pattern)
    try:
        with warnings.catch_warnings():  # what "[[" may mean some day is nothing to write across the screen
            warnings.simplefilter("ignore", FutureWarning)
            search = re.compile(pattern, re.IGNORECASE).search
    except (re.error, OverflowError, RecursionError) as error:
        raise FilterError(f"not a regular expression: {error}") from None
    return lambda row: bool(
        search(row.command[:MATCHED_CHARACTERS]) or search(row.name) or search(row.user or "") or search(str(row.pid))
    )


def _refuse_slow(pattern: str) -> None:
    """A repeated group that itself repeats or chooses can take time without end; so can many repeats in a row."""
    plain = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]", "x", pattern, flags=re.DOTALL)
    previous = ""
    while previous != plain:
        if re.search(r"\((?!\?[:=!<P])?[^()]*[*+|{][^()]*\)[*+{]", plain):
            raise FilterError("a repeated group that repeats or chooses inside could take for ever")
        previous = plain
        # A harmless inner group counts as the repeats it holds.
        plain = re.sub(r"\(([^()]*)\)", lambda found: "x*" if re.search(r"[*+{|]", found[1]) else "x", plain, count=1)
    if len(re.findall(r"[*+]|\{\d*,", pattern)) > _MANY_REPEATS:
        raise FilterError(f"more than {_MANY_REPEATS} repeats in one expression could take for ever")


def _number(
    value: Callable[[ProcessMetrics], float | None], units: dict[str, int]
) -> Callable[[str, str, str], Predicate]:
    def build(name: str, sign: str, text: str) -> Predicate:
        found = _NUMBER.fullmatch(text)
        if found is None or found[2].lower() not in units:
            allowed = " ".join(unit for unit in units if len(unit) == 1 and unit != "b")
            raise FilterError(
                f"{name}{sign}{text}: a number is needed" + (f", with {allowed} if you like" * bool(allowed))
            )
        limit, compare = float(found[1]) * units[found[2].lower()], _OPERATORS[sign]
        return lambda row: (number := value(row)) is not None and compare(number, limit)

    return build


def _text(
    value: Callable[[ProcessMetrics], str | None], same: Callable[[str, str], bool]
) -> Callable[[str, str, str], Predicate]:
    def build(name: str, sign: str, text: str) -> Predicate:
        if sign not in ("=", "!="):
            raise FilterError(f"{name} is text: use {name}= or {name}!=")
        wanted, wants = text.lower(), sign == "="
        return lambda row: same((value(row) or "").lower(), wanted) is wants

    return build


def _is_state(state: str, wanted: str) -> bool:
    return state == wanted or (len(wanted) == 1 and state[:1] == wanted)


def _field(field: ProcessField) -> Callable[[str, str, str], Predicate]:
    if field.unit != "text":
        return _number(cast("Callable[[ProcessMetrics], float | None]", field.of), _UNITS.get(field.unit, _PLAIN_UNITS))
    same = _is_state if field.name == "state" else operator.eq if field.is_whole else operator.contains
    return _text(cast("Callable[[ProcessMetrics], str | None]", field.of), same)


_UNITS: dict[Unit, dict[str, int]] = {"bytes": _SIZE_UNITS, "bytes/s": _SIZE_UNITS, "seconds": _TIME_UNITS}
_FIELDS: dict[str, Callable[[str, str, str], Predicate]] = {
    word: _field(field) for word, field in PROCESS_WORDS.items()
}
FIELDS = tuple(min((each.name, *each.aliases), key=len) for each in PROCESS_FIELDS)
"""Names that terms may use, each in its shortest form."""
