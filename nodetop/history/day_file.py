"""What a day of one node looks like on disk: the bytes, and the points in them. Pure.

The file is a TinyDB database in JSON, with two tables. `about` holds one document, the header: a checksum of all that
follows it, the schema, whose day it is, the names of the values. `points` holds a document per interval; its id is the
second at which the interval starts:

    {"about": {"1": {"crc32": "8c01a9f3", "schema": 1, "cluster": "", "node": "web-01", "day": "2026-01-31",
                     "values": ["cpu_busy_percent", "memory_used_percent", ...]}},
     "points": {"1769817600": {"n": 150, "v": [[12.5, 80.1], null, ...], "c": [[pid, name, user, value], ...],
                               "m": [...], "boot": 1769000000.0, "oom": 2,
                               "held": {"boot id": [[first seq, last seq], ...]}}, ...}}

`v` has mean and maximum of each charted value in the order of the header's `values`. A value of another name than ours
is passed over, and one that the header does not name is not known. Names once a file and positions in its points make a
day half as large as names in each point. `c` and `m` are the processes on top by CPU and by memory. `boot` and `oom`
are boot_time and oom_kills, where they are known. `held` says which samples a hub has counted in the point.
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
"""Significant digits kept of each number: a relative error below 0.001 %, and files a third smaller."""
Held = dict[str, list[tuple[int, int]]]

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
"""The values of a file whose header names none, as all were until November 2026. Never to be changed: files of ours
begin with these too, so that a nodetop of that time reads them."""
_CHARTED = frozenset(CHARTED)


class StoreError(Exception):
    """History cannot be read or written; the message is one plain line."""


class NewerFile(StoreError):
    """A newer nodetop wrote this file."""


class Damaged(ValueError):
    """The bytes are not a day file, or not the one asked for; or what lies there cannot be read."""


class About(Struct, frozen=True, kw_only=True):
    """Whose day a file is."""

    cluster: str = ""
    node: str
    day: str


class Header(Struct, frozen=True, kw_only=True):
    """What a file says of itself."""

    schema: int = SCHEMA
    cluster: str
    node: str
    day: str
    values: tuple[str, ...] = FIRST_VALUES
    """Names of the values of each point, in their order."""

    @property
    def about(self) -> About:
        return About(cluster=self.cluster, node=self.node, day=self.day)


class StoredPoint(Struct, frozen=True):
    """A point, and the samples it counts by boot id, as ranges of sequence numbers; none where nobody needs them."""

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


class _Document(Struct):
    n: int
    v: list[_Value | None]
    c: list[_Top] = []
    m: list[_Top] = []
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
    """The names of a file's values, and after them those of ours that it does not have."""
    return (*values, *(name for name in CHARTED if name not in values))


def document(stored: StoredPoint, values: Sequence[str]) -> dict[str, Any]:
    """A point as the document that is stored in a file with these values."""
    point = stored.point
    stats: list[Stat | None] = [getattr(point, name) if name in _CHARTED else None for name in values]
    result: dict[str, Any] = {
        "n": point.samples,
        "v": [None if stat is None else [_rounded(stat.mean), _rounded(stat.max)] for stat in stats],
        "c": [_top(process) for process in point.top_cpu],
        "m": [_top(process) for process in point.top_memory],
    }
    if point.boot_time is not None:
        result["boot"] = point.boot_time
    if point.oom_kills is not None:
        result["oom"] = point.oom_kills
    if stored.held:
        result["held"] = {boot: [list(pair) for pair in ranges] for boot, ranges in stored.held.items()}
    return result


def _top(process: TopProcess) -> list[Any]:
    return [process.pid, process.name, process.user, _rounded(process.value)]


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def compose(header: Header, tables: Mapping[str, Mapping[str, Any]]) -> bytes:
    """The file's bytes. Raises ValueError for a number that JSON does not have."""
    first = {"crc32": "00000000", **msgspec.to_builtins(header)}
    whole = {"about": {"1": first}, POINTS: tables.get(POINTS, {})}
    text = json.dumps(whole, allow_nan=False, separators=(",", ":")).encode()
    return b"%s%08x%s" % (_HEAD, zlib.crc32(text[_SUM_END:]), text[_SUM_END:])


def verify(data: bytes) -> None:
    """Raises Damaged unless the bytes are those that compose() made."""
    if not data.startswith(_HEAD) or data[len(_HEAD) : _SUM_END] != b"%08x" % zlib.crc32(data[_SUM_END:]):
        raise Damaged("the checksum does not fit")


def header(data: bytes) -> Header:
    """What a file says of itself. Raises Damaged; StoreError where a newer nodetop wrote it."""
    verify(data)
    return _checked(_decoded(data, _header_days).about)


def _checked(table: Mapping[str, Header]) -> Header:
    if "1" not in table:
        raise Damaged("it does not say whose it is")
    if table["1"].schema > SCHEMA:
        raise NewerFile("a newer nodetop wrote this history: use that version, or another data folder")
    return table["1"]


def points(data: bytes, wanted: About, since: float = -inf, until: float = inf) -> dict[float, StoredPoint]:
    """The points of a day that start in [since, until), by their start and in order. Raises Damaged; StoreError where a
    newer nodetop wrote it."""
    verify(data)
    day = _decoded(data, _days)
    head = _checked(day.about)
    if head.about != wanted:
        raise Damaged(f"it is of {head.node!r}, {head.day}")
    names = [name if name in _CHARTED else None for name in head.values]
    try:
        items = sorted([(int(key), item) for key, item in day.points.items()], key=itemgetter(0))
    except ValueError as error:
        raise Damaged(str(error)) from None
    return {
        float(at): StoredPoint(_point(float(at), item, names), item.held) for at, item in items if since <= at < until
    }


def held(data: bytes) -> dict[float, Held]:
    """What each point of a day holds, by its start and in order. Raises Damaged."""
    verify(data)
    points = _decoded(data, _held_days).points
    try:
        return {at: points[key].held for at, key in sorted((float(key), key) for key in points) if points[key].held}
    except ValueError as error:
        raise Damaged(str(error)) from None


def _point(at: float, item: _Document, names: Sequence[str | None]) -> HistoryPoint:
    stats = {
        name: Stat(mean=value.mean, max=value.max)
        for name, value in zip(names, item.v, strict=False)
        if name is not None and value is not None and _can_be(value.mean) and _can_be(value.max)
    }
    return HistoryPoint(
        at=at,
        samples=item.n,
        top_cpu=_processes(item.c),
        top_memory=_processes(item.m),
        boot_time=item.boot,
        oom_kills=item.oom,
        **stats,
    )


def _can_be(value: float) -> bool:
    """Whether the model allows it: older versions kept whatever a node sent."""
    return LEAST_VALUE <= value <= LARGEST_VALUE


def _processes(tops: list[_Top]) -> tuple[TopProcess, ...]:
    return tuple([TopProcess(pid=top.pid, name=top.name, user=top.user, value=top.value) for top in tops])


def _decoded(data: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Damaged(str(error)) from None
