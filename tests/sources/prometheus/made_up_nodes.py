"""Made-up nodes for a real store: their counters are functions of time, so that every rate is known."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx

BOOT = 1_700_000_000.0
GIB = 2**30


@dataclass(frozen=True)
class MadeUpNode:
    """A node whose values do not change: each of its CPUs is busy for this share of the time."""

    instance: str
    cpus: int = 2
    busy: float = 0.25
    read_bytes_per_second: float = 1000.0
    receive_bytes_per_second: float = 5000.0
    load: float = 1.5
    more: dict[str, float | str] = field(default_factory=dict)
    """Other series by name with labels in braces: `node_x{device="a"}`. A text is written as it is."""
    labels: str = 'job="node"'
    nodename: str = "web"

    def lines(self, at: float) -> Iterator[str]:
        """Its samples at a time, in the text format."""
        for series, value in self._values(at).items():
            name, _, own = series.removesuffix("}").partition("{")
            labels = ",".join(filter(None, (f'instance="{self.instance}"', self.labels, own)))
            yield f"{name}{{{labels}}} {value} {at * 1000:.0f}"

    def _values(self, at: float) -> dict[str, float | str]:
        grown = at - BOOT
        disk, interface = '{device="sda"}', '{device="eth0"}'
        root = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}'
        values: dict[str, float | str] = {
            "node_boot_time_seconds": BOOT,
            "node_time_seconds": at,
            "node_load1": self.load,
            "node_load5": 1.0,
            "node_load15": 0.5,
            "node_memory_MemTotal_bytes": 16 * GIB,
            "node_memory_MemAvailable_bytes": 12 * GIB,
            "node_memory_MemFree_bytes": 2 * GIB,
            "node_memory_SwapTotal_bytes": 4 * GIB,
            "node_memory_SwapFree_bytes": 3 * GIB,
            f"node_disk_read_bytes_total{disk}": self.read_bytes_per_second * grown,
            f"node_disk_written_bytes_total{disk}": 2000.0 * grown,
            f"node_disk_reads_completed_total{disk}": 10.0 * grown,
            f"node_disk_read_time_seconds_total{disk}": 0.02 * grown,
            f"node_disk_io_time_seconds_total{disk}": 0.5 * grown,
            'node_disk_read_bytes_total{device="dm-0"}': 9e6 * grown,
            f"node_network_receive_bytes_total{interface}": self.receive_bytes_per_second * grown,
            f"node_network_transmit_bytes_total{interface}": 100.0 * grown,
            'node_network_receive_bytes_total{device="lo"}': 9e9 * grown,
            f"node_filesystem_size_bytes{root}": 1000.0,
            f"node_filesystem_free_bytes{root}": 400.0,
            f"node_filesystem_avail_bytes{root}": 400.0,
            f"node_filesystem_readonly{root}": 0,
            'node_filesystem_size_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/tmp"}': 10.0,
            'node_filesystem_free_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/tmp"}': 0.0,
            'node_filesystem_avail_bytes{device="tmpfs",fstype="tmpfs",mountpoint="/tmp"}': 0.0,
            'node_hwmon_temp_celsius{chip="platform_coretemp_0",sensor="temp1"}': 61.0,
            'node_hwmon_temp_celsius{chip="nvme_nvme0",sensor="temp1"}': 80.0,
            f'node_uname_info{{nodename="{self.nodename}",release="6.1.0",machine="x86_64"}}': 1,
            'node_os_info{pretty_name="Debian GNU/Linux 12"}': 1,
        }
        for cpu in range(self.cpus):
            shares = {
                "idle": 1 - self.busy - 0.05,
                "iowait": 0.05,
                "user": self.busy * 0.75,
                "system": self.busy * 0.25,
            }
            for mode, share in shares.items():
                values[f'node_cpu_seconds_total{{cpu="{cpu}",mode="{mode}"}}'] = share * grown
        return {**values, **self.more}


def load(url: str, nodes: Iterable[MadeUpNode], times: Iterable[float]) -> None:
    """Puts samples into a VictoriaMetrics; they can be read afterwards."""
    nodes = list(nodes)
    put(url, (line for at in times for node in nodes for line in node.lines(at)))


def put(url: str, lines: Iterable[str]) -> None:
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        client.post("/api/v1/import/prometheus", content="\n".join(lines) + "\n").raise_for_status()
        client.get("/internal/force_flush").raise_for_status()


def until_now(seconds: float, step: float) -> list[float]:
    """Times of samples, the last one now."""
    now = time.time()
    return [now - step * number for number in reversed(range(round(seconds / step)))]
