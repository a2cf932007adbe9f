"""The values that history keeps: single numbers, and points that each cover an interval."""

from typing import Generic, TypeVar

from msgspec import Struct

from nodetop.model.bounds import Count, Name, Rate, Time, Value

V = TypeVar("V")

POINT_SECONDS = 300.0
"""A point of history covers so many seconds, where nothing else is chosen."""


class Stat(Struct, frozen=True, kw_only=True, gc=False):
    """A value over an interval. A spike in one sample stays visible in max."""

    mean: Value
    max: Value


class TopProcess(Struct, frozen=True, kw_only=True, gc=False):
    """A top process of an interval; value is its highest percentage of CPU or memory in it, or the most bytes that it
    read and wrote per second. `workload` is its container, pod or unit."""

    pid: Count
    name: Name
    user: Name | None = None
    value: Rate
    command: Name = ""
    """The start of its command line."""
    workload: Name | None = None


class Charted(Struct, Generic[V], frozen=True, kw_only=True):
    """The values that history keeps and cluster rows show. V is a number, or a Stat. See node_status.py."""

    cpu_busy_percent: V | None = None
    memory_used_percent: V | None = None
    swap_used_percent: V | None = None
    filesystem_used_percent: V | None = None
    disk_read_bytes_per_second: V | None = None
    disk_write_bytes_per_second: V | None = None
    disk_utilisation_percent: V | None = None
    network_receive_bytes_per_second: V | None = None
    network_transmit_bytes_per_second: V | None = None
    cpu_celsius: V | None = None
    load_1m: V | None = None


CHARTED: tuple[str, ...] = Charted.__struct_fields__


class ChartedValues(Charted[Value], frozen=True, kw_only=True):
    """The charted values at one time."""


class HistoryPoint(Charted[Stat], frozen=True, kw_only=True):
    """An interval that starts at `at`: number of samples, mean and maximum of the charted values, top processes."""

    at: Time
    samples: Count
    top_cpu: tuple[TopProcess, ...] = ()
    top_memory: tuple[TopProcess, ...] = ()
    boot_time: Time | None = None
    """The machine's boot time, as known at the end of the interval."""
    oom_kills: Count | None = None
    """The highest MemoryMetrics.oom_kills in the interval."""
    top_io: tuple[TopProcess, ...] = ()
    """Those that read and wrote the most bytes on disks."""
