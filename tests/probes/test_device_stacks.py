"""What file systems are on where the stack of devices is unusual, and that disks and file systems agree about it."""

import os
from pathlib import Path

import pytest

from nodetop.model import wire
from nodetop.probes.block_devices import backing_devices
from nodetop.probes.filesystems import FilesystemsProbe
from nodetop.probes.host_files import HostFiles
from tests.probes.block_device_tree import Machine, chain, names, with_two_disks


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return with_two_disks(tmp_path)


def test_a_thin_volume_is_on_data_and_metadata_of_its_pool(machine: Machine) -> None:
    machine.lvm(0, "vg0-pool_tmeta", "sdb", layer="-tmeta")
    machine.lvm(1, "vg0-pool_tdata", "sda2", layer="-tdata")
    machine.lvm(2, "vg0-pool-tpool", "dm-0", "dm-1", layer="-tpool")
    machine.lvm(3, "vg0-thin", "dm-2")
    machine.mount("/thin", "/dev/mapper/vg0-thin", "253:3", "xfs")
    assert names(machine, "/thin") == [
        "vg0-thin", "vg0-pool-tpool", "vg0-pool_tmeta", "vg0-pool_tdata", "sdb", "sda2", "sda",
    ]  # fmt: skip


def test_each_device_names_those_it_is_directly_on(machine: Machine) -> None:
    machine.lvm(0, "vg0-x", "sda2", "sdb")
    found = backing_devices(machine.files, "/dev/mapper/vg0-x", "253:0", "ext4")
    assert {each.device: each.on for each in found} == {
        "dm-0": ("sda2", "sdb"), "sda2": ("sda",), "sda": (), "sdb": ()
    }  # fmt: skip


def test_a_snapshot_is_on_what_its_origin_is_on_and_on_its_own_changes(machine: Machine) -> None:
    machine.lvm(0, "vg0-root-real", "sda2", layer="-real")
    machine.lvm(1, "vg0-root", "dm-0")
    machine.lvm(2, "vg0-snap-cow", "sdb", layer="-cow")
    machine.lvm(3, "vg0-snap", "dm-0", "dm-2")
    machine.mount("/", "/dev/mapper/vg0-root", "253:1")
    machine.mount("/mnt/before", "/dev/mapper/vg0-snap", "253:3")
    assert names(machine, "/") == ["vg0-root", "vg0-root-real", "sda2", "sda"]
    assert names(machine, "/mnt/before") == ["vg0-snap", "vg0-root-real", "vg0-snap-cow", "sda2", "sdb", "sda"]


def test_encryption_on_lvm(machine: Machine) -> None:
    machine.lvm(0, "vg0-home", "sda2")
    machine.device("dm-1", "253:1", "dm-0", dm__name="luks-home", dm__uuid="CRYPT-LUKS2-12ab-luks-home")
    machine.mount("/home", "/dev/mapper/luks-home", "253:1")
    assert names(machine, "/home") == ["luks-home", "vg0-home", "sda2", "sda"]
    assert [kind for _, _, kind, _ in chain(machine, "", "253:1")] == ["crypt", "lvm", "partition", "disk"]


@pytest.mark.parametrize(("uuid", "kind"), [
    ("CRYPT-PLAIN-swap", "crypt"), ("CRYPT-LUKS1-12ab-x", "crypt"), ("CRYPT-VERITY-12ab-usr", "dm"),
    ("CRYPT-INTEGRITY-x", "dm"), ("CRYPT-SUBDEV-12ab-x_dif", "dm"), ("DMRAID-isw", "dm"), ("stratis-1-private", "dm"),
    ("partner-1", "dm"), ("", "dm"),
])  # fmt: skip
def test_only_what_is_encrypted_is_called_so(machine: Machine, uuid: str, kind: str) -> None:
    machine.device("dm-0", "253:0", "sda2", dm__name="x", dm__uuid=uuid)
    assert chain(machine, "/dev/mapper/x", "253:0")[0] == (0, "dm-0", kind, "x")


def test_a_partition_of_a_multipath_device(machine: Machine) -> None:
    for n, name in enumerate(("sdc", "sdd", "sde", "sdf")):
        machine.device(name, f"8:{32 + 16 * n}", device__model="SAN")
    machine.device("dm-0", "253:0", "sdc", "sdd", "sde", "sdf", dm__name="mpatha", dm__uuid="mpath-3600508b4")
    machine.device("dm-1", "253:1", "dm-0", dm__name="mpatha1", dm__uuid="part1-mpath-3600508b4")
    machine.mount("/san", "/dev/mapper/mpatha1", "253:1")
    assert names(machine, "/san") == ["mpatha1", "mpatha", "sdc", "sdd", "sde", "sdf"]
    assert [kind for _, _, kind, _ in chain(machine, "", "253:1")] == ["partition", "multipath", *["disk"] * 4]


def test_an_nvme_device_with_several_paths(machine: Machine) -> None:
    machine.device("nvme0n1", "259:1", device__model="Array")
    machine.device("nvme0c0n1", "259:0", hidden="1")
    machine.device("nvme0n1p1", "259:2", disk="nvme0n1")
    machine.mount("/data", "/dev/nvme0n1p1", "259:2")
    assert names(machine, "/data") == ["nvme0n1p1", "nvme0n1"]
    assert "nvme0c0n1" not in machine.disks()


def test_bcache_is_on_its_disk_and_its_cache(machine: Machine) -> None:
    machine.device("nvme0n1", "259:0", device__model="Fast")
    machine.device("nvme0n1p3", "259:3", disk="nvme0n1")
    machine.device("bcache0", "252:0", "nvme0n1p3", "sdb")
    machine.mount("/big", "/dev/bcache0", "252:0")
    assert names(machine, "/big") == ["bcache0", "nvme0n1p3", "sdb", "nvme0n1"]


@pytest.mark.parametrize(
    ("name", "number"), [("bcache0", "252:0"), ("zd0", "230:0"), ("drbd1", "147:1"), ("md127", "9:127")]
)
def test_a_device_is_of_the_same_kind_in_the_chain_and_as_a_disk(machine: Machine, name: str, number: str) -> None:
    """A container of external metadata has an empty level; drbd does not say what it is on."""
    files = {"md__level": ""} if name.startswith("md") else {}
    machine.device(name, number, *(("sda1", "sdb") if name[0] in "bm" else ()), **files)
    machine.mount("/x", f"/dev/{name}", number)
    filesystems, disks = machine.both()
    assert filesystems["/x"].backing[0].kind == disks[name].kind != "disk"


def test_a_loop_device_says_its_file(machine: Machine) -> None:
    machine.device("loop5", "7:5", loop__backing_file="/srv/disk.img")
    machine.device("loop5p1", "259:9", disk="loop5")
    machine.mount("/mnt/image", "/dev/loop5p1", "259:9")
    assert names(machine, "/mnt/image") == ["loop5p1", "/srv/disk.img"]
    assert chain(machine, "", "7:5") == [(0, "loop5", "loop", "/srv/disk.img")]


def test_a_loop_device_of_a_hostile_file_can_be_sent(machine: Machine) -> None:
    machine.device("loop0", "7:0", loop__backing_file="/x\x1b[2J" + "é" * 4000)
    machine.mount("/x", "/dev/loop0", "7:0")
    (row,) = machine.both()[0].values()
    name = row.backing[0].name or ""
    assert wire.encode(row) and len(name) == 256 and "\x1b" not in name


def test_btrfs_on_several_devices_with_subvolumes(machine: Machine) -> None:
    machine.btrfs("1234-abcd", "sda2", "sdb")
    for path in ("/", "/home"):
        machine.mount(path, "/dev/sda2", "0:31", "btrfs")
    filesystems, disks = machine.both()
    assert filesystems["/"].other_mount_points == ("/home",)
    assert names(machine, "/") == ["sda2", "sdb", "sda"]
    assert disks["sda"].mount_points == disks["sdb"].mount_points == ("/",)


def test_the_only_btrfs_is_found_without_a_path(machine: Machine) -> None:
    """Without an initramfs the kernel calls it /dev/root."""
    machine.write("/sys/fs/btrfs/features/raid56")
    machine.btrfs("1234-abcd", "sda2")
    machine.mount("/", "/dev/root", "0:31", "btrfs")
    assert names(machine, "/") == ["sda2", "sda"]
    machine.btrfs("5678-efab", "sdb")
    assert names(machine, "/") == []


def test_dev_root_is_found_by_its_number(machine: Machine) -> None:
    machine.mount("/", "/dev/root", "8:1")
    assert names(machine, "/") == ["sda1", "sda"]


def test_bcachefs_names_all_its_devices(machine: Machine) -> None:
    machine.mount("/pool", "/dev/sda2:/dev/sdb", "0:44", "bcachefs")
    assert names(machine, "/pool") == ["sda2", "sdb", "sda"]


@pytest.mark.parametrize(("path", "device"), [
    (r"/dev/mapper/my\134x20vol", "dm-0"), ("/dev/my-vg/my-vol", "dm-1"), (r"/dev/mapper/my\040vol", "dm-2"),
    (r"/dev/mapper/\303\251\011x", "dm-3"),
])  # fmt: skip
def test_a_mapping_is_found_by_its_name(machine: Machine, path: str, device: str) -> None:
    """udev writes a blank in a name as \\x20, mountinfo a backslash as \\134; LVM doubles hyphens."""
    for number, name in enumerate((r"my\x20vol", "my--vg-my--vol", "my vol", "é\tx")):
        machine.lvm(number, name, "sda2")
    machine.mount("/x", path, "0:31", "btrfs")
    filesystems, _ = machine.both()
    assert [each.device for each in filesystems["/x"].backing] == [device, "sda2", "sda"]


def test_a_link_in_dev_is_followed_where_the_root_is_this_machines(machine: Machine) -> None:
    machine.link("/dev/disk/by-uuid/12ab", "../../sda2")
    machine.link("/dev/disk/by-uuid/none", "../../../etc/passwd")
    assert chain(machine, "/dev/disk/by-uuid/12ab", "0:31", "btrfs")[0] == (0, "sda2", "partition", None)
    assert chain(machine, "/dev/disk/by-uuid/none", "0:31", "btrfs") == []
    without_root = HostFiles(machine.files.proc, machine.files.sys)
    assert backing_devices(without_root, "/dev/disk/by-uuid/12ab", "0:31", "btrfs") == ()


def test_file_systems_without_block_devices_are_on_none(machine: Machine) -> None:
    """Whoever mounts a tmpfs or a FUSE file system chooses its device."""
    mounts = (
        ("/tank", "tank", "zfs"), ("/tank/home", "tank/home", "zfs"), ("/f", "/dev/sda1", "fuse.x"),
        ("/nas", "nas:/dev/sda1", "nfs4"), ("/", "/dev/sda1", "overlay"),
    )  # fmt: skip
    for path, device, kind in mounts:
        machine.mount(path, device, f"0:{40 + len(path)}", kind)
    filesystems, disks = machine.both()
    assert filesystems.keys() >= {"/tank", "/f", "/nas", "/"}
    assert [row for row in filesystems.values() if row.backing] == []
    assert [disk for disk in disks.values() if disk.mount_points] == []


def test_a_container_with_bind_mounts_of_its_hosts_disk(machine: Machine) -> None:
    machine.mount("/", "overlay", "0:60", "overlay")
    for path in ("/etc/hosts", "/etc/resolv.conf", "/data"):
        machine.mount(path, "/dev/sda2", "8:2")
    assert names(machine, "/data") == ["sda2", "sda"]
    assert names(machine, "/") == []


def test_disks_have_the_mount_point_at_which_the_file_system_was_reached(machine: Machine) -> None:
    """From a container a mount of the host may be seen at another of its places, or nowhere."""
    (machine.folder / "seen").mkdir()
    device = os.stat(machine.folder / "seen").st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    machine.device("vdz", number)
    machine.device("vdy", "252:99")
    machine.mount("/gone", "/dev/vdz", number)
    machine.mount("/seen", "/dev/vdz", number)
    machine.mount("/nowhere", "/dev/vdy", "252:99")
    probe = FilesystemsProbe(machine.files)
    assert [row.mount_point for row in probe.derive(None, probe.read(), None)] == ["/seen"]
    assert probe.mounted == {"vdz": ("/seen",)}
