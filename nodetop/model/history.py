"""The values that history keeps, as numbers of a moment and as points of an interval."""

from typing import Generic, TypeVar

from msgspec import Struct

from nodetop.model.bounds import Count, Name, Percent, Time, Value

V = TypeVar("V")


class Stat(Struct, frozen=True, kw_only=True, gc=False):
    """A value over an interval: a spike of one sample survives in max."""

    mean: Value
    max: Value


class TopProcess(Struct, frozen=True, kw_only=True, gc=False):
    """A process that was on top in an interval; value is its highest CPU or memory percent there."""

    pid: Count
    name: Name
    user: Name | None = None
    value: Percent


class Charted(Struct, Generic[V], frozen=True, kw_only=True):
    """The values that history keeps and cluster rows show, as V: a number, or mean and maximum. See headline.py."""

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
    """The charted values of one moment."""


class HistoryPoint(Charted[Stat], frozen=True, kw_only=True):
    """An interval that starts at `at`: its number of samples, mean and maximum of charted values, top processes."""

    at: Time
    samples: Count
    top_cpu: tuple[TopProcess, ...] = ()
    top_memory: tuple[TopProcess, ...] = ()
    boot_time: Time | None = None
    """When the machine had booted, by the end of the interval."""
    oom_kills: Count | None = None
    """MemoryMetrics.oom_kills at its highest."""
