"""The file format of one day of one node: the bytes, and the points in them. Pure.

The file is a TinyDB database in JSON with two tables. `about` has one document, the header: a checksum of everything
after it, the schema, the node and the day, the names of the values. `points` has one document per interval; its id is
the second at which the interval starts:

    {"about": {"1": {"crc32": "8c01a9f3", "schema": 1, "cluster": "", "node": "web-01", "day": "2026-01-31",
                     "values": ["cpu_busy_percent", "memory_used_percent", ...],
                     "texts": {"2907154330": ["java -jar app.jar", "web"], ...}}},
     "points": {"1769817600": {"n": 150, "v": [[12.5, 80.1], null, ...], "c": [[pid, name, user, value, text], ...],
                               "m": [...], "i": [...], "boot": 1769000000.0, "oom": 2,
                               "held": {"boot id": [[first seq, last seq], ...]}}, ...}}

`v` has the mean and the maximum of each charted value, in the order of the header's `values`. Values with unknown names
are skipped; values that the header does not name are unknown. With names in the header only, a day is half as large as
with names in each point. `c`, `m` and `i` are the top processes by CPU, by memory
and by disk I/O; `text` is the number of their command and workload in the header's `texts`, where each pair is stored
once a day. The number is a checksum, so that it never means another pair, also after an older nodetop has written the
file. `boot` and `oom` are boot_time and oom_kills, if known. `held` says which samples a hub has counted in the point.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from math import inf
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from nodetop.model.bounds import LARGEST_VALUE, LEAST_VALUE
from nodetop.model.snapshot import CHARTED, HistoryPoint, Stat, TopProcess

SCHEMA = 1
POINTS = "points"
DIGITS = 6
"""Significant digits of each stored number: the relative error is below 0.001 %, and files are a third smaller."""
Held = dict[str, list[tuple[int, int]]]
Texts = dict[str, tuple[str, str | None]]
"""Command and workload, by number."""

T = TypeVar("T")

_HEAD = b'{"about":{"1":{"crc32":"'
_SUM_END = len(_HEAD) + 8
FIRST_VALUES = (
    "cpu_busy_percent",
    "memory_used_percent",
    "swap_used_percent",
    "filesystem_used_percent",
    "disk_read_bytes_per_second",
    "disk_write_bytes_per_second",
    "disk_utilisation_percent",
    "network_receive_bytes_per_second",
    "network_transmit_bytes_per_second",
    "cpu_celsius",
    "load_1m",
)
"""The values of a file whose header names none, as in all files before November 2026. Never change them: our files
also begin with these, so that a nodetop of that time can read them."""
_CHARTED = frozenset(CHARTED)


class StoreError(Exception):
    """History cannot be read or written. The message is one plain line."""


class NewerFile(StoreError):
    """A newer nodetop wrote this file."""


class Damaged(ValueError):
    """The bytes are not a valid file of this kind, or of another node or day, or the file cannot be read."""


class About(Struct, frozen=True, kw_only=True):
    """The cluster, node and day of a file."""

    cluster: str = ""
    node: str
    day: str


class Header(Struct, frozen=True, kw_only=True):
    """The header of a file."""

    schema: int = SCHEMA
    cluster: str
    node: str
    day: str
    values: tuple[str, ...] = FIRST_VALUES
    """Names of the values in each point, in order."""
    texts: Texts = {}
    """Commands and workloads of processes."""

    @property
    def about(self) -> About:
        return About(cluster=self.cluster, node=self.node, day=self.day)


class StoredPoint(Struct, frozen=True):
    """A point, and the samples it counts: ranges of sequence numbers by boot id. Empty if they are not needed."""

    point: HistoryPoint
    held: Held = {}


class _Value(Struct, array_like=True):
    mean: float
    max: float


class _Top(Struct, array_like=True):
    pid: int
    name: str
    user: str | None
    value: float
    text: Any = None


class _Document(Struct):
    n: int
    v: list[_Value | None]
    c: list[_Top] = []
    m: list[_Top] = []
    i: list[_Top] = []
    boot: float | None = None
    oom: int | None = None
    held: Held = {}


class _Day(Struct):
    about: dict[str, Header]
    points: dict[str, _Document] = {}


class _HeldDocument(Struct):
    held: Held = {}


class _HeldDay(Struct):
    points: dict[str, _HeldDocument] = {}


class _HeaderDay(Struct):
    about: dict[str, Header]


_days = msgspec.json.Decoder(_Day)
_held_days = msgspec.json.Decoder(_HeldDay)
_header_days = msgspec.json.Decoder(_HeaderDay)


def with_ours(values: Sequence[str]) -> tuple[str, ...]:
    """The names of a file's values, followed by our names that it does not have."""
    return (*values, *(name for name in CHARTED if name not in values))


def document(stored: StoredPoint, values: Sequence[str], texts: Texts) -> dict[str, Any]:
    """A point as a document for a file with these values. Adds what its processes need to the texts."""
    point = stored.point
    stats: list[Stat | None] = [getattr(point, name) if name in _CHARTED else None for name in values]
    result: dict[str, Any] = {
        "n": point.samples,
        "v": [None if stat is None else [_rounded(stat.mean), _rounded(stat.max)] for stat in stats],
        "c": [_top(process, texts) for process in point.top_cpu],
        "m": [_top(process, texts) for process in point.top_memory],
    }
    if point.top_io:
        result["i"] = [_top(process, texts) for process in point.top_io]
    if point.boot_time is not None:
        result["boot"] = point.boot_time
    if point.oom_kills is not None:
        result["oom"] = point.oom_kills
    if stored.held:
        result["held"] = {boot: [list(pair) for pair in ranges] for boot, ranges in stored.held.items()}
    return result


def _top(process: TopProcess, texts: Texts) -> list[Any]:
    known = [process.pid, process.name, process.user, _rounded(process.value)]
    if not process.command and process.workload is None:
        return known
    number = zlib.crc32(f"{process.command}\0{process.workload}".encode("utf-8", "replace"))
    texts[str(number)] = process.command, process.workload
    return [*known, number]


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def compose(header: Header, tables: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The file's bytes. Raises ValueError for a number that JSON cannot express."""
    first = {"crc32": "00000000", **msgspec.to_builtins(header)}
    if not header.texts:  # as in the files of an older nodetop
        del first["texts"]
    whole = {"about": {"1": first}, POINTS: tables.get(POINTS, {})}
    text = json.dumps(whole, allow_nan=False, separators=(",", ":")).encode()
    return b"%s%08x%s" % (_HEAD, zlib.crc32(text[_SUM_END:]), text[_SUM_END:])


def verify(data: bytes) -> None:
    """Raises Damaged unless the bytes are what compose() returned."""
    if not data.startswith(_HEAD) or data[len(_HEAD) : _SUM_END] != b"%08x" % zlib.crc32(data[_SUM_END:]):
        raise Damaged("the checksum does not match")


def header(data: bytes) -> Header:
    """The header of a file. Raises Damaged; StoreError if a newer nodetop wrote it."""
    verify(data)
    return _checked(_decoded(data, _header_days).about)


def _checked(table: Mapping[str, Header]) -> Header:
    if "1" not in table:
        raise Damaged("its header is not valid")
    if table["1"].schema > SCHEMA:
        raise NewerFile("a newer nodetop wrote this history: use that version, or choose another data folder")
    return table["1"]


def points(data: bytes, wanted: About, since: float = -inf, until: float = inf) -> dict[float, StoredPoint]:
    """The points of a day that start in [since, until), by start and in order. Raises Damaged; StoreError if a newer
    nodetop wrote it."""
    verify(data)
    day = _decoded(data, _days)
    head = _checked(day.about)
    if head.about != wanted:
        raise Damaged(f"it belongs to {head.node!r}, {head.day}")
    names = [name if name in _CHARTED else None for name in head.values]
    try:
        items = sorted([(int(key), item) for key, item in day.points.items()], key=itemgetter(0))
    except ValueError as error:
        raise Damaged(str(error)) from None
    return {
        float(at): StoredPoint(_point(float(at), item, names, head.texts), item.held)
        for at, item in items
        if since <= at < until
    }


def held(data: bytes) -> dict[float, Held]:
    """The samples that each point of a day counts, by start and in order. Raises Damaged."""
    verify(data)
    points = _decoded(data, _held_days).points
    try:
        return {at: points[key].held for at, key in sorted((float(key), key) for key in points) if points[key].held}
    except ValueError as error:
        raise Damaged(str(error)) from None


def _point(at: float, item: _Document, names: Sequence[str | None], texts: Texts) -> HistoryPoint:
    stats = {
        name: Stat(mean=value.mean, max=value.max)
        for name, value in zip(names, item.v, strict=False)
        if name is not None and value is not None and _is_allowed(value.mean) and _is_allowed(value.max)
    }
    return HistoryPoint(
        at=at,
        samples=item.n,
        top_cpu=_processes(item.c, texts),
        top_memory=_processes(item.m, texts),
        top_io=_processes(item.i, texts),
        boot_time=item.boot,
        oom_kills=item.oom,
        **stats,
    )


def _is_allowed(value: float) -> bool:
    """Whether the model allows a value. Older versions stored every value that a node sent."""
    return LEAST_VALUE <= value <= LARGEST_VALUE


def _processes(tops: list[_Top], texts: Texts) -> tuple[TopProcess, ...]:
    return tuple([_process(top, *texts.get(str(top.text), ("", None))) for top in tops])


def _process(top: _Top, command: str, workload: str | None) -> TopProcess:
    return TopProcess(pid=top.pid, name=top.name, user=top.user, value=top.value, command=command, workload=workload)


def _decoded(data: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Damaged(str(error)) from None
