"""Made-up counts of one disk, and what is derived from them."""

from typing import Any

from nodetop.model.snapshot import DiskMetrics
from nodetop.probes.disk_facts import DiskFacts
from nodetop.probes.disks import DiskReading, DisksProbe
from nodetop.probes.host_files import HostFiles

RATES = [
    "read_bytes_per_second",
    "write_bytes_per_second",
    "reads_per_second",
    "writes_per_second",
    "utilisation_percent",
    "read_await_ms",
    "write_await_ms",
    "queue_depth",
]


def reading(**changes: Any) -> DiskReading:
    start: dict[str, Any] = dict.fromkeys(DiskReading.__struct_fields__, 0)
    start |= {"identity": ("8", "0", 1), "facts": DiskFacts(kind="disk"), "size_bytes": None}
    return DiskReading(**start | changes)


def derived(before: DiskReading | None, now: DiskReading, elapsed: float | None) -> DiskMetrics:
    probe = DisksProbe(HostFiles())
    (disk,) = probe.derive(None if before is None else {"sda": before}, {"sda": now}, elapsed)
    return disk


def rates(disk: DiskMetrics) -> dict[str, float | None]:
    return {name: getattr(disk, name) for name in RATES}
