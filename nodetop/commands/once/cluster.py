"""A hub's nodes as a readable summary, for `nodetop --cluster URL --once`."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from nodetop.base import units
from nodetop.base.text import clean
from nodetop.commands.once.parts import Row, marked, percent, print_parts, table
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.node_status import REPORTING
from nodetop.model.quantities import Levels
from nodetop.model.snapshot import NodeStatus, Stat
from nodetop.settings.levels import levels_of
from nodetop.settings.options import Settings


def print_cluster(
    name: str, summary: ClusterSummary, nodes: Sequence[NodeStatus], settings: Settings, *, ascii_only: bool
) -> None:
    """Prints totals and a line per node. Raises OSError."""
    print_parts(lambda width: [_blocks(name, summary, nodes, settings, width)], ascii_only=ascii_only)


def _blocks(
    name: str, summary: ClusterSummary, nodes: Sequence[NodeStatus], settings: Settings, width: int
) -> RenderableType:
    levels = levels_of(settings.alerts)
    rows = [_row(row, settings, levels) for row in nodes]
    return Group(Text(clean(name), "bold").append(f" · {_counts(summary)}", "not bold"), *_totals(summary),
                 *table(width, _HEADS, rows, _DROP), *_problems(nodes))  # fmt: skip


def _counts(summary: ClusterSummary) -> str:
    counts = ((summary.nodes_up, "up"), (summary.nodes_late, "late"), (summary.nodes_stale, "stale"),
              (summary.nodes_gone, "gone"))  # fmt: skip
    known = f"{summary.nodes_total} node" + ("" if summary.nodes_total == 1 else "s")
    return ": ".join(filter(None, (known, ", ".join(f"{count} {word}" for count, word in counts if count))))


def _totals(summary: ClusterSummary) -> Iterable[Text]:
    for label, stat, who in (
        ("CPU", summary.cpu_busy_percent, summary.busiest),
        ("Memory", summary.memory_used_percent, None),
        ("Fullest file systems", summary.filesystem_used_percent, summary.fullest),
    ):
        if stat is not None:
            yield Text(f"{label} {_mean_and_most(stat)}" + (f" ({clean(who)})" if who else ""))


def _mean_and_most(stat: Stat) -> str:
    return f"{percent(stat.mean)} mean, {percent(stat.max)} maximum"


_HEADS = "Node|State|CPU>|Load>|Mem>|Disk>|Receive/s>|Transmit/s>|Temp>|Up>|Age>|System"
_DROP = ("System", "Temp", "Up", "Transmit/s", "Receive/s", "Load", "Disk")


def _row(row: NodeStatus, settings: Settings, levels: Levels) -> Row:
    rate = units.bits if settings.network_bits else units.size
    state = clean(row.state)
    levels = levels if row.state in REPORTING else {}  # what a silent node sent last is nothing to act on
    return (
        clean(row.node),
        state if row.state == "up" else Text(f"! {state}", "bold red"),
        marked("cpu", row.cpu_busy_percent, levels),
        units.UNKNOWN if row.load_1m is None else f"{row.load_1m:.2f}",
        marked("memory", row.memory_used_percent, levels),
        marked("filesystem", row.filesystem_used_percent, levels),
        rate(row.network_receive_bytes_per_second),
        rate(row.network_transmit_bytes_per_second),
        marked("temperature", row.cpu_celsius, levels, units.temperature(row.cpu_celsius, settings.fahrenheit)),
        units.duration(row.uptime_seconds),
        units.age(row.age_seconds) if row.age_seconds is not None else units.UNKNOWN,
        clean(row.os or units.UNKNOWN),
    )


def _problems(nodes: Sequence[NodeStatus]) -> Iterable[Text]:
    for row in nodes:
        if row.problem:
            yield Text(f"\n{clean(row.node)}: {clean(row.problem)}")
