"""What a quantity is: a number of a node that people look at, compare, draw and are warned of. The table of all of them
is quantities.py."""

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
    """The unit of a field of the model, by its name."""
    if field.startswith("load_") or field == "queue_depth":
        return "load"
    if field in ("seconds", "interval"):
        return "seconds"
    return next((unit for ending, unit in _ENDINGS if field.endswith(ending)), "count")


class ChartSpec(Struct, frozen=True):
    """A chart of the trends. Two quantities with one title share it: the second hangs below the first, and `label`
    tells them apart. Charts stand in the order of `rank`."""

    title: str
    rank: int = 1000
    label: str = ""
    gradient: str = ""
    """Its colours, where they are not the quantity's."""


class ColumnSpec(Struct, frozen=True):
    """A column of the list of nodes: its head, how wide it may be, and its rank: the lowest are dropped last. `name` is
    what it is called where it is sorted by, if not as the quantity is."""

    head: str
    least: int
    want: int
    most: int
    rank: int
    name: str = ""


class AlertSpec(Struct, frozen=True):
    """An alert kind. `warning` and `critical` are the values from which on it is one, and those at which it ends again;
    the mean of the last `seconds` is judged (0: each value).

    `what` is how people call it; `below`: the lower the worse; `most`: the highest threshold that makes sense; `blames`
    is by which use the process on top is named, if one can be: cpu, memory or io. `subject` names the item that a
    single value is of, where nobody knows better. `is_derived`: only several samples tell. `is_switch`: only on or
    off."""

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


class Quantity(Struct, frozen=True, kw_only=True):
    """A number of a node, or one for each of its items (mounts, disks, interfaces, sensors, ...).

    `name` is the word by which it is known in filters, `--check` and `[alerts]`; `aliases` are others for the same.
    Where it is found in a snapshot: at `path` ("cpu.busy_percent"), or as `take` computes it. With `each`, every item
    has one, in its field `item_field`, or as `take_item` computes it; `whole` makes one value of them, if one makes
    sense. `row` is the field of a node's row (NodeStatus) that has the single value, and `row_item` the one that names
    the item it is of. A quantity with a `chart` is kept by history, in the field of Charted that `row` names.

    `marks` are the values from which on the panels mark it as a warning and as critical where no alert is about it.
    `leader` is the field of ClusterSummary that names the node with the highest one."""

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
    """A condition of --check, where NAME<90 or NAME<8 would not do."""

    def of(self, snapshot: NodeSnapshot) -> float | None:
        """The single value; None: not known here, or there is none."""
        return self.taker()(snapshot)

    def taker(self) -> Callable[[NodeSnapshot], float | None]:
        """What finds the single value, made once for many snapshots."""
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
        """What finds the value of an item."""
        return self.take_item or (attrgetter(self.item_field) if self.item_field else lambda item: None)

    @property
    def of_row(self) -> Callable[[NodeStatus], float | None]:
        """What finds the single value in a node's row; nothing where rows do not have it."""
        return attrgetter(self.row) if self.row else lambda row: None

    @property
    def is_single(self) -> bool:
        """Whether a snapshot has one value of it."""
        return bool(self.path or self.whole) or self.take is not None

    @property
    def is_of_snapshot(self) -> bool:
        """Whether a snapshot has it; else only a hub tells it, or several samples do."""
        return self.is_single or self.each is not None

    @property
    def words(self) -> tuple[str, ...]:
        """All words for it: its name, its aliases, and its field in JSON."""
        return tuple(dict.fromkeys((self.name, *self.aliases, *((self.row,) if self.row else ()))))

    @property
    def short(self) -> str:
        """The shortest word for it."""
        return min((self.name, *self.aliases), key=len)

    @property
    def levels(self) -> tuple[float, float | None] | None:
        """From which values on it is marked as a warning, and as critical; None where it is not judged by itself."""
        if self.alert is None or self.alert.is_derived:
            return self.marks
        return self.alert.warning[0], self.alert.critical[0] if self.alert.critical else None

    @property
    def column_name(self) -> str:
        """What its column of the list of nodes is called."""
        return (self.column.name if self.column else "") or self.name


def _at(part: str, name: str) -> Callable[[NodeSnapshot], float | None]:
    part_of, value_of = attrgetter(part), attrgetter(name)
    return lambda snapshot: None if (found := part_of(snapshot)) is None else value_of(found)


def named(quantities: Sequence[Quantity]) -> dict[str, Quantity]:
    """Each quantity by all words for it. Raises ValueError where one word stands for two."""
    found: dict[str, Quantity] = {}
    for each in quantities:
        for word in each.words:
            if word in found:
                raise ValueError(f"the word {word!r} stands for {found[word].name} and for {each.name}")
            found[word] = each
    return found
