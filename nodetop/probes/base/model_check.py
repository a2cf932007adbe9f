"""Checks the probes' results against the model, so that an invalid value loses only itself, not the whole snapshot.

A kernel, a driver or a server can report anything: a negative free space, a name of a megabyte. A snapshot with a value
outside the model's bounds would be refused by every reader. So invalid values are removed here one by one.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, compress, repeat
from operator import is_not
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import fields, replace

from nodetop.base.command_line import CommandLine, as_text
from nodetop.base.text import clean
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary, WorkloadSummary

# Unlike JSON's it keeps NaN and infinity, which the decoder then refuses.
_ENCODER = msgspec.msgpack.Encoder(enc_hook=as_text)
_ODD = (msgspec.MsgspecError, UnicodeError, OverflowError, TypeError, ValueError, RecursionError)
_TEXT_LIMITS = (4096, 256)
_ALIKE = {(int, float), (CommandLine, str)}
_MISSING = object()
_MANY = 64
_Rows = tuple[ProcessMetrics, ...]
R = TypeVar("R")


class ModelCheck:
    """Checks the metrics of one sampler. An object that was checked before is not checked again: idle processes keep
    their rows, and background probes their results."""

    def __init__(self) -> None:
        self._kinds = {field.name: field for field in fields(NodeSnapshot)}
        self._decoders: dict[str, Any] = {
            name: msgspec.msgpack.Decoder(field.type) for name, field in self._kinds.items()
        }
        self._snapshots = msgspec.msgpack.Decoder(NodeSnapshot)
        self._fit: dict[str, Any] = {}
        """The last valid metrics."""
        self._seen: dict[str, tuple[Any, Any, str | None]] = {}
        self._rows: _Rows = ()
        self._mended_rows: dict[int, ProcessMetrics | None] = {}
        """By the id() of the original row; None if the row was removed."""

    def odd(self, metrics: Mapping[str, Any]) -> dict[str, tuple[Any, str | None]]:
        """The invalid metrics of a sample by name, as check() returns them. Nearly always there are none, which one
        test for all metrics finds out."""
        if self._all_fit(metrics):
            return {}
        checked = {name: self.check(name, metric) for name, metric in metrics.items()}
        return {name: each for name, each in checked.items() if each[1] is not None or each[0] is not metrics[name]}

    def _all_fit(self, metrics: Mapping[str, Any]) -> bool:
        if self._mended_rows:
            return False
        fit = self._fit
        new = {name: each for name, each in metrics.items() if each is not None and fit.get(name) is not each}
        processes = new.get("processes")
        if type(processes) is ProcessSummary:
            new["processes"] = replace(processes, rows=tuple(_new(processes.rows, self._rows)))
        workloads, known = new.get("workloads"), fit.get("workloads")
        if type(workloads) is WorkloadSummary and type(known) is WorkloadSummary:
            new["workloads"] = replace(workloads, rows=tuple(_new(workloads.rows, known.rows)))
        try:
            decoded = self._snapshots.decode(_ENCODER.encode(NodeSnapshot(node="", taken_at=0.0, **new)))
        except _ODD:
            return False
        if not all(_is_like(metric, getattr(decoded, name)) for name, metric in new.items()):
            return False
        if type(processes) is ProcessSummary:
            self._rows = processes.rows
        fit |= {name: metrics[name] for name in new}
        return True

    def check(self, name: str, metric: Any) -> tuple[Any, str | None]:
        """The valid part of the metric (None if nothing is valid), and a message about what was left out."""
        if metric is None:
            return None, None
        if name not in self._kinds:
            return None, f"a snapshot has no field {name}"
        seen = self._seen.get(name)
        if seen is not None and seen[0] is metric:
            return seen[1], seen[2]
        if type(metric) is ProcessSummary:
            return self._processes(name, metric)
        checked, odd = self._checked(name, metric)
        self._seen[name] = metric, checked, odd
        return checked, odd

    def _checked(self, name: str, metric: Any) -> tuple[Any, str | None]:
        try:
            decoded = self._decoders[name].decode(_ENCODER.encode(metric))
        except _ODD:
            faults: list[str] = []
            mended = _mended(metric, self._kinds[name].type, name, faults)
            return None if mended is _MISSING else mended, _summary(faults)
        # The original is kept if it has the model's own types: its texts are shared between samples.
        return metric if _is_like(metric, decoded) else decoded, None

    def _processes(self, name: str, summary: ProcessSummary) -> tuple[Any, str | None]:
        """Checks only the new rows, which are few."""
        new, faults = _new(summary.rows, self._rows), list[str]()
        self._rows = summary.rows
        try:
            self._decoders[name].decode(_ENCODER.encode(replace(summary, rows=tuple(new))))
        except _ODD:
            for row in new:
                self._mend(row, f"{name}.rows: pid {row.pid}", faults)
            mended = _mended_struct(replace(summary, rows=()), ProcessSummary, name, faults)
            summary = replace(mended, rows=summary.rows)
        if self._mended_rows:
            self._mended_rows = {
                id(row): self._mended_rows[id(row)] for row in self._rows if id(row) in self._mended_rows
            }
            shown = (self._mended_rows.get(id(row), row) for row in self._rows)
            summary = replace(summary, rows=tuple([row for row in shown if row is not None]))
            faults = faults or [f"values of {len(self._mended_rows)} processes"] * bool(self._mended_rows)
        return summary, _summary(faults)

    def _mend(self, row: ProcessMetrics, where: str, faults: list[str]) -> None:
        before = len(faults)
        mended = _mended(row, ProcessMetrics, where, faults)
        if len(faults) > before:
            self._mended_rows[id(row)] = None if mended is _MISSING else mended


def _new(rows: tuple[R, ...], before: tuple[R, ...]) -> list[R]:
    """The rows that were not among the previous ones, and perhaps some that were. Most rows keep their position."""
    moved = list(compress(rows, map(is_not, rows, chain(before, repeat(None)))))
    if len(moved) < _MANY:  # checking a few again is cheaper than searching for them
        return moved
    known = set(map(id, before))
    return [row for row in moved if id(row) not in known]


def _summary(faults: list[str]) -> str | None:
    if not faults:
        return None
    rest = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return clean(f"left out invalid values: {faults[0]}{rest}", 4096)


def _is_like(given: Any, decoded: Any) -> bool:
    if type(given) is not type(decoded):
        return (type(given), type(decoded)) in _ALIKE
    return type(given) is not tuple or all(map(_is_like, given, decoded))


def _mended(value: Any, kind: Any, where: str, faults: list[str]) -> Any:
    """The valid part of a value, or _MISSING. `faults` gets a line for each thing that was left out."""
    if _fits(value, kind):
        return value
    choices = [kind, *(choice for choice in get_args(kind) if choice is not NoneType)]
    for choice in choices:
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct) and isinstance(value, choice):
            return _mended_struct(value, choice, where, faults)
        if get_origin(choice) is tuple and isinstance(value, Iterable) and not isinstance(value, str | bytes):
            row = get_args(choice)[0]
            mended = [_mended(each, row, f"{where}[{index}]", faults) for index, each in enumerate(value)]
            return tuple([each for each in mended if each is not _MISSING])
    faults.append(f"{where} {_reason(value, kind)}")
    if isinstance(value, str):
        return next((cut for limit in _TEXT_LIMITS if _fits(cut := clean(value, limit), kind)), _MISSING)
    return _MISSING


def _mended_struct(value: Any, kind: Any, where: str, faults: list[str]) -> Any:
    kept: dict[str, Any] = {}
    for field in fields(kind):
        mended = _mended(getattr(value, field.name), field.type, f"{where}.{field.name}", faults)
        if mended is not _MISSING:
            kept[field.name] = mended
        elif field.required:
            return _MISSING
    return kind(**kept)


def _fits(value: Any, kind: Any) -> bool:
    return _reason(value, kind) is None


def _reason(value: Any, kind: Any) -> str | None:
    try:
        decoded = msgspec.msgpack.decode(_ENCODER.encode(value), type=kind)
    except OverflowError:
        return "is too large a number"
    except _ODD as error:
        return str(error)
    return None if _is_like(value, decoded) else f"is {type(value).__name__}"
