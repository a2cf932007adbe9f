"""What file systems are on, and partitions, below the graphs of a disk."""

from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.panels import Panels
from nodetop.model.snapshot import BackingDevice, DiskMetrics, FilesystemMetrics, NodeSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.node.disks import DisksPanel
from nodetop.widgets.zoomed.backing import chain, chain_lines
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
    assert chain(POOL) == "tank (ZFS pool)"
    assert chain(replace(POOL, device="nas:/x", fs_type="nfs4")) == ""


def on(*backing: tuple[str, str, int, str | None]) -> str:
    devices = (BackingDevice(device=device, kind=kind, depth=depth, name=name) for device, kind, depth, name in backing)
    return chain(FilesystemMetrics(device="/dev/x", mount_point="/x", fs_type="ext4", backing=tuple(devices)))


def test_a_disk_is_not_said_to_be_on_the_disk_of_a_partition_beside_it() -> None:
    bcache = ("bcache0", "other", 0, None), ("nvme0n1p3", "partition", 1, None), ("sdb", "disk", 1, None)
    assert on(*bcache, ("nvme0n1", "disk", 2, None)) == "bcache0 on nvme0n1p3 on nvme0n1, and on sdb"


def test_names_of_mappings_and_files_of_loop_devices() -> None:
    assert on(("loop5", "loop", 0, "/srv/disk.img")) == "loop5 (/srv/disk.img)"
    assert (
        on(("dm-9", "partition", 0, "mpatha1"), ("dm-8", "multipath", 1, "mpatha")) == "mpatha1 on mpatha (multipath)"
    )


def test_each_disk_has_its_partitions_and_what_is_mounted_from_it() -> None:
    text = "\n".join(shown(140, 60))
    sda, sdb = text.index("sda  busy"), text.index("sdb  busy")
    part = text.index("sda1")
    assert sda < part < sdb
    assert "write  1.9M/s" in text[part : part + 80] and "7%" in text[part : part + 120]
    assert "/boot, /b·t" in text
    assert "size 512M" in text
    assert text.count("/srv on vg0-srv (LVM) on md0 (raid1) on sda2, sdb2 on sda, sdb") == 2, "once for each disk"


def test_narrow_screens_have_the_chain_on_several_lines() -> None:
    lines = [line.strip("│ ") for line in shown(50, 40)]
    at = next(number for number, line in enumerate(lines) if line.startswith("/srv on"))
    assert " ".join(lines[at : at + 2]) == "/srv on vg0-srv (LVM) on md0 (raid1) on sda2, sdb2 on sda, sdb"
    members = tuple(BackingDevice(device=f"sd{n}-" + "x" * 20, depth=1) for n in range(60))
    (first, *more, last) = chain_lines([replace(SRV, backing=(BACKING[1], *members))], View(), 40)
    assert len(more) == 1 and plain(last).endswith("…") and {line_width(line) for line in (first, *more, last)} == {40}


def test_a_pool_is_named_and_is_on_no_disk_of_its_name() -> None:
    named = replace(POOL, device="sda/home")
    made = replace(snapshot(), filesystems=(SRV, named))
    lines = DisksPanel().lines(View(snapshot=made, layout=Panels(zoomed="disks")), 80, 60)
    text = "\n".join(plain(line) for line in lines)
    assert text.count("/tank on sda (ZFS pool)") == 1 and text.index("/tank on sda") > text.index("md0  busy")


def test_narrow_screens_say_where_a_partition_is_mounted() -> None:
    assert any("sda1" in line and "/boot, /b·t" in line for line in shown(80, 60))
