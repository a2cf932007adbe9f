"""What file systems are on, and partitions, below the graphs of a disk."""

from pathlib import Path

from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.panels import Panels
from nodetop.model.snapshot import BackingDevice, DiskMetrics, FilesystemMetrics, NodeSnapshot
from nodetop.probes.block_devices import backing_devices
from nodetop.widgets.base.view import View
from nodetop.widgets.node.disks import DisksPanel
from nodetop.widgets.zoomed.backing import chain, chain_lines
from tests.probes.block_device_tree import Machine, with_two_disks
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


def on(*backing: BackingDevice) -> str:
    return chain(FilesystemMetrics(device="/dev/x", mount_point="/x", fs_type="ext4", backing=backing))


def of_a_machine(machine: Machine, name: str, number: str, kind: str = "ext4") -> str:
    return on(*backing_devices(machine.files, f"/dev/{name}", number, kind))


def test_devices_are_said_to_be_only_on_those_they_are_on(tmp_path: Path) -> None:
    machine = with_two_disks(tmp_path)
    machine.device("nvme0n1", "259:0")
    machine.device("nvme0n1p3", "259:3", disk="nvme0n1")
    machine.device("md0", "9:0", "sda1", "sdb", md__level="raid1")
    machine.device("bcache0", "252:0", "md0", "nvme0n1p3")
    said = "bcache0 on md0 (raid1) on sda1 on sda, and on sdb, and on nvme0n1p3 on nvme0n1"
    assert of_a_machine(machine, "bcache0", "252:0") == said
    machine.btrfs("1234", "sda2", "sdb")
    assert of_a_machine(machine, "sdb", "0:31", "btrfs") == "sda2 on sda, and on sdb"
    machine.lvm(1, "vg0-pool_tdata", "sda2", layer="-tdata")
    machine.lvm(2, "vg0-pool_tmeta", "sda2", layer="-tmeta")
    machine.lvm(3, "vg0-thin", "dm-1", "dm-2")
    said = "vg0-thin (LVM) on vg0-pool_tdata (LVM), vg0-pool_tmeta (LVM) on sda2 on sda"
    assert of_a_machine(machine, "dm-3", "253:3") == said


def test_a_hostile_stack_ends() -> None:
    names = [f"d{n}" for n in range(64)]
    each_on_two = (BackingDevice(device=name, depth=n, on=(*names[n + 1 : n + 3], names[0], name, "other"))
                   for n, name in enumerate(names))  # fmt: skip
    assert len(on(*each_on_two)) < 2000


def test_names_of_mappings_and_files_of_loop_devices() -> None:
    assert on(BackingDevice(device="loop5", kind="loop", name="/srv/disk.img")) == "loop5 (/srv/disk.img)"
    mapped = (BackingDevice(device="dm-9", kind="partition", name="mpatha1", on=("dm-8",)),
              BackingDevice(device="dm-8", kind="multipath", name="mpatha", depth=1))  # fmt: skip
    assert on(*mapped) == "mpatha1 on mpatha (multipath)"


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
