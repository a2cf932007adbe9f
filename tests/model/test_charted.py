"""The charted values: what is summed, what is the highest, what is left out."""

import json

from nodetop.model import wire
from nodetop.model.hub_api import HistoryReply
from nodetop.model.node_status import charted
from nodetop.model.snapshot import (
    CHARTED,
    ChartedValues,
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    HistoryPoint,
    MemoryMetrics,
    NetworkMetrics,
    NodeSnapshot,
    Stat,
    TemperatureMetrics,
)

PROMISED = {
    "cpu_busy_percent", "memory_used_percent", "swap_used_percent", "filesystem_used_percent",
    "disk_read_bytes_per_second", "disk_write_bytes_per_second", "disk_utilisation_percent",
    "network_receive_bytes_per_second", "network_transmit_bytes_per_second", "cpu_celsius", "load_1m",
}  # fmt: skip
"""Scripts and dashboards read these names: more may come, none may go."""


def test_an_empty_snapshot_has_no_values() -> None:
    assert charted(NodeSnapshot(node="a", taken_at=0)) == ChartedValues()


def test_each_value() -> None:
    snapshot = NodeSnapshot(
        node="a",
        taken_at=0,
        cpu=CpuMetrics(busy_percent=10, load_1m=0.5),
        memory=MemoryMetrics(used_percent=60, swap_total_bytes=200, swap_used_bytes=50),
        filesystems=(
            FilesystemMetrics(device="a", mount_point="/", fs_type="ext4", used_percent=70),
            FilesystemMetrics(device="b", mount_point="/snap", fs_type="squashfs", used_percent=100, read_only=True),
            FilesystemMetrics(device="c", mount_point="/stuck", fs_type="nfs"),
        ),
        disks=(
            DiskMetrics(device="sda", read_bytes_per_second=5, write_bytes_per_second=1, utilisation_percent=40),
            DiskMetrics(device="sdb", read_bytes_per_second=7, utilisation_percent=60),
            DiskMetrics(device="dm-0", kind="dm", in_total=False, read_bytes_per_second=12, utilisation_percent=99),
        ),
        networks=(
            NetworkMetrics(interface="eth0", receive_bytes_per_second=3, transmit_bytes_per_second=0),
            NetworkMetrics(interface="br0", kind="bridge", in_total=False, receive_bytes_per_second=3),
        ),
        temperature=TemperatureMetrics(cpu_celsius=-4),
    )
    assert charted(snapshot) == ChartedValues(
        cpu_busy_percent=10,
        memory_used_percent=60,
        swap_used_percent=25,
        filesystem_used_percent=70,
        disk_read_bytes_per_second=12,
        disk_write_bytes_per_second=1,
        disk_utilisation_percent=60,
        network_receive_bytes_per_second=3,
        network_transmit_bytes_per_second=0,
        cpu_celsius=-4,
        load_1m=0.5,
    )


def test_a_machine_without_swap_has_no_swap_percentage() -> None:
    snapshot = NodeSnapshot(node="a", taken_at=0, memory=MemoryMetrics(swap_total_bytes=0, swap_used_bytes=0))
    assert charted(snapshot).swap_used_percent is None


def test_the_history_reply_has_the_promised_values() -> None:
    point = HistoryPoint(at=0.0, samples=1, cpu_busy_percent=Stat(mean=1.0, max=2.0))
    told = json.loads(
        wire.encode(HistoryReply(node="a", cluster="c", since=0.0, until=1.0, step=300.0, points=(point,)))
    )
    assert set(HistoryPoint.__struct_fields__) >= PROMISED
    assert told["points"][0]["cpu_busy_percent"] == {"mean": 1.0, "max": 2.0}
    assert PROMISED <= {*CHARTED} == {*ChartedValues.__struct_fields__}
