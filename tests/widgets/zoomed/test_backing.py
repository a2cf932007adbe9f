"""What file systems are on, and partitions, below the graphs of a disk."""

from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.panels import Panels
from nodetop.model.snapshot import BackingDevice, DiskMetrics, FilesystemMetrics, NodeSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.node.disks import DisksPanel
from nodetop.widgets.zoomed.backing import chain
from tests.widgets.scenes import server

BACKING = (
    BackingDevice(device="dm-0", kind="lvm", name="vg0-srv"),
    BackingDevice(device="md0", kind="md", name="raid1", depth=1),
    BackingDevice(device="sda2", kind="partition", depth=2), BackingDevice(device="sdb2", kind="partition", depth=2),
    BackingDevice(device="sda", depth=3), BackingDevice(device="sdb", depth=3),
)  # fmt: skip
SRV = FilesystemMetrics(device="/dev/mapper/vg0-srv", mount_point="/srv", fs_type="xfs", backing=BACKING)
POOL = FilesystemMetrics(device="tank", mount_point="/tank", fs_type="zfs", used_percent=5.0)


def snapshot() -> NodeSnapshot:
    part = DiskMetrics(
        device="sda1", kind="partition", in_total=False, write_bytes_per_second=2e6, writes_per_second=40.0,
        utilisation_percent=7.0, size_bytes=2**29, mount_points=("/boot", "/b\x1bt"),
    )  # fmt: skip
    sda, sdb, md = (DiskMetrics(device=name, kind=kind, in_total=kind == "disk", mount_points=("/srv",))
                    for name, kind in (("sda", "disk"), ("sdb", "disk"), ("md0", "md")))  # fmt: skip
    return replace(server(3), disks=(replace(sda, partitions=(part,)), sdb, md), filesystems=(SRV, POOL))


def shown(width: int, height: int) -> list[str]:
    lines = DisksPanel().lines(View(snapshot=snapshot(), layout=Panels(zoomed="disks")), width, height)
    assert {line_width(line) for line in lines} == {width}
    return [plain(line) for line in lines]


def test_the_chain_in_words() -> None:
    assert chain(SRV) == "vg0-srv (LVM) on md0 (raid1) on sda2, sdb2 on sda, sdb"
    assert chain(POOL) == ""


def test_each_disk_has_its_partitions_and_what_is_mounted_from_it() -> None:
    text = "\n".join(shown(140, 60))
    sda, sdb = text.index("sda  busy"), text.index("sdb  busy")
    part = text.index("sda1")
    assert sda < part < sdb
    assert "write  1.9M/s" in text[part : part + 80] and "7%" in text[part : part + 120]
    assert "/boot, /b·t" in text
    assert "size 512M" in text
    assert text.count("/srv on vg0-srv (LVM) on md0 (raid1) on sda2, sdb2 on sda, sdb") == 2, "once for each disk"


def test_narrow_screens_cut_the_chain() -> None:
    assert any("/srv on vg0-srv (LVM) on md0 (rai" in line for line in shown(50, 40))
