"""The definition of a quantity: a number of a node that is shown, compared, charted or alerted on. The table of all
quantities is quantities.py."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Literal

from msgspec import Struct

from nodetop.model.item_kinds import ItemKind
from nodetop.model.snapshot import NodeSnapshot, NodeStatus

Unit = Literal[
    "bytes",
    "bytes/s",
    "percent",
    "count",
    "count/s",
    "seconds",
    "hours",
    "ms",
    "celsius",
    "cores",
    "mhz",
    "load",
    "text",
    "kB/s",
    "bit/s",
    "time",
    "moment",
    "mbit/s",
]
_ENDINGS: tuple[tuple[str, Unit], ...] = (
    ("bytes_per_second", "bytes/s"),
    ("seconds_per_second", "load"),
    ("_per_second", "count/s"),
    ("_bytes", "bytes"),
    ("_percent", "percent"),
    ("_seconds", "seconds"),
    ("_ms", "ms"),
    ("celsius", "celsius"),
    ("_cores", "cores"),
    ("_mhz", "mhz"),
    ("_mbps", "mbit/s"),
    ("boot_time", "moment"),
    ("started_at", "moment"),
)


def unit_of(field: str) -> Unit:
    """The unit of a model field, derived from its name."""
    if field.startswith("load_") or field == "queue_depth":
        return "load"
    if field in ("seconds", "interval"):
        return "seconds"
    return next((unit for ending, unit in _ENDINGS if field.endswith(ending)), "count")


class ChartSpec(Struct, frozen=True):
    """A chart on the trends screen. Two quantities with the same title share a chart: the second is drawn downwards
    below the first, and `label` names each. Charts are ordered by `rank`."""

    title: str
    rank: int = 1000
    label: str = ""
    gradient: str = ""
    """The colours, if they differ from the quantity's."""


class ColumnSpec(Struct, frozen=True):
    """A column of the list of nodes: heading, least, wanted and greatest width, and rank (the lowest rank is dropped
    last). `name` is the column's name for sorting, if it differs from the quantity's."""

    head: str
    least: int
    want: int
    most: int
    rank: int
    name: str = ""


class AlertSpec(Struct, frozen=True):
    """An alert kind. `warning` and `critical` are pairs: the threshold at which the alert starts, and the one at which
    it ends. The mean over the last `seconds` is compared with them (0: every value).

    `what` is the alert's title. `below`: lower values are worse. `most` is the highest sensible threshold. `blames`
    says by which usage the alert names a top process: cpu, memory or io. `subject` is the name of the item of a single
    value, if the real one is unknown. `is_derived`: computed from several samples. `is_switch`: either on or off, with
    no thresholds to choose."""

    what: str
    warning: tuple[float, float]
    critical: tuple[float, float] | None = None
    seconds: float = 0.0
    below: bool = False
    most: float = 100.0
    blames: str | None = None
    subject: str = ""
    is_derived: bool = False
    is_switch: bool = False


_BLAMED = (("cpu.load", "cpu"), ("limits.cpu", "cpu"), ("memory.", "memory"), ("limits.memory", "memory"),
           ("balance.memory", "memory"))  # fmt: skip
"""By the start of its path, the usage that an alert about a value of the node names a process by."""


class Quantity(Struct, frozen=True, kw_only=True):
    """A number of a node, or one for each of its items (mounts, disks, interfaces, sensors, ...).

    `name` is its name in filters, `--check` and `[alerts]`; `aliases` are alternatives. Its value in a snapshot is at
    `path` ("cpu.busy_percent"), or is computed by `take`. With `each`, every item has a value, in its field
    `item_field` or computed by `take_item`; `whole` combines them to a single value, if that makes sense. `row` is the
    field of a node's row (NodeStatus) with the single value, and `row_item` the field with the name of that value's
    item. History keeps a quantity with a `chart`, in the field of Charted that `row` names.

    `marks` are the thresholds at which the panels mark it as a warning and as critical, if it has no alert. `leader` is
    the field of ClusterSummary with the name of the node that has the highest value."""

    name: str
    title: str
    unit: Unit
    path: str = ""
    take: Callable[[NodeSnapshot], float | None] | None = None
    each: ItemKind | None = None
    item_field: str = ""
    take_item: Callable[[Any], float | None] | None = None
    whole: Callable[[Iterable[Any], Callable[[Any], float | None]], float | None] | None = None
    row: str = ""
    row_item: str = ""
    aliases: tuple[str, ...] = ()
    gradient: str = "load"
    chart: ChartSpec | None = None
    column: ColumnSpec | None = None
    alert: AlertSpec | None = None
    marks: tuple[float, float | None] | None = None
    leader: str = ""
    example: str = ""
    """An example of a --check condition, if NAME<90 or NAME<8 is not a good one."""

    @property
    def blames(self) -> str | None:
        """By which usage an alert about it names a top process: cpu, memory or io. None: by none."""
        if self.alert is not None:
            return self.alert.blames
        if self.each is not None:
            return "io" if self.each.name in ("disk", "mount") else None
        return next((usage for start, usage in _BLAMED if self.path.startswith(start)), None)

    def of(self, snapshot: NodeSnapshot) -> float | None:
        """The single value; None if unknown or not defined."""
        return self.taker()(snapshot)

    def taker(self) -> Callable[[NodeSnapshot], float | None]:
        """A function that returns a snapshot's single value. Make it once for many snapshots."""
        if self.take is not None:
            return self.take
        if self.path:
            return _at(*self.path.split("."))
        if self.each is None or self.whole is None:
            return lambda snapshot: None
        items, counts, whole, of_item = self.each.items, self.each.counts, self.whole, self.of_item
        return lambda snapshot: whole(filter(counts, items(snapshot) or ()), of_item)

    @property
    def of_item(self) -> Callable[[Any], float | None]:
        """A function that returns an item's value."""
        return self.take_item or (attrgetter(self.item_field) if self.item_field else lambda item: None)

    @property
    def of_row(self) -> Callable[[NodeStatus], float | None]:
        """A function that returns the single value in a node's row, or None if rows do not have it."""
        return attrgetter(self.row) if self.row else lambda row: None

    @property
    def is_single(self) -> bool:
        """Whether a snapshot has a single value of it."""
        return bool(self.path or self.whole) or self.take is not None

    @property
    def is_of_snapshot(self) -> bool:
        """Whether a snapshot has it. Else it comes from a hub, or is computed from several samples."""
        return self.is_single or self.each is not None

    @property
    def words(self) -> tuple[str, ...]:
        """All its names: the name, the aliases, and the JSON field."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *((self.row,) if self.row else ()))))

    @property
    def short(self) -> str:
        """Its shortest name."""
        return min((self.name, *self.aliases), key=len)

    @property
    def levels(self) -> tuple[float, float | None] | None:
        """The thresholds at which it is marked as a warning and as critical; None if its value alone does not say."""
        if self.alert is None or self.alert.is_derived:
            return self.marks
        return self.alert.warning[0], self.alert.critical[0] if self.alert.critical else None

    @property
    def column_name(self) -> str:
        """The name of its column in the list of nodes."""
        return (self.column.name if self.column else "") or self.name


def _at(part: str, name: str) -> Callable[[NodeSnapshot], float | None]:
    part_of, value_of = attrgetter(part), attrgetter(name)
    return lambda snapshot: None if (found := part_of(snapshot)) is None else value_of(found)


def named(quantities: Sequence[Quantity]) -> dict[str, Quantity]:
    """Each quantity by all its names. Raises ValueError if two quantities share a name."""
    found: dict[str, Quantity] = {}
    for each in quantities:
        for word in each.words:
            if word in found:
                raise ValueError(f"the word {word!r} stands for {found[word].name} and for {each.name}")
            found[word] = each
    return found
