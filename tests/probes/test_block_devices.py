"""What file systems are on, on recorded machines, and which disks have which mounts."""

from pathlib import Path

import pytest

from nodetop.probes.disks import DisksProbe
from nodetop.probes.filesystems import FilesystemsProbe
from nodetop.probes.host_files import HostFiles
from tests.probes.block_device_tree import Machine, chain


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def two_disks(machine: Machine) -> None:
    for n in (0, 1):
        machine.device(f"nvme{n}n1", f"259:{3 * n}", device__model="Fast 1T")
        machine.device(f"nvme{n}n1p1", f"259:{3 * n + 1}", disk=f"nvme{n}n1")
        machine.device(f"nvme{n}n1p2", f"259:{3 * n + 2}", disk=f"nvme{n}n1")


def lvm_on_raid(machine: Machine) -> None:
    two_disks(machine)
    machine.device("md0", "9:0", "nvme0n1p2", "nvme1n1p2", md__level="raid1")
    machine.device("dm-0", "253:0", "md0", dm__name="vg0-root", dm__uuid="LVM-abc")
    machine.device("dm-1", "253:1", "md0", dm__name="vg0-srv", dm__uuid="LVM-def")


def test_lvm_on_a_raid_of_two_disks(machine: Machine) -> None:
    lvm_on_raid(machine)
    assert chain(machine, "/dev/mapper/vg0-root", "253:0") == [
        (0, "dm-0", "lvm", "vg0-root"), (1, "md0", "md", "raid1"),
        (2, "nvme0n1p2", "partition", None), (2, "nvme1n1p2", "partition", None),
        (3, "nvme0n1", "disk", None), (3, "nvme1n1", "disk", None),
    ]  # fmt: skip


def test_an_encrypted_partition(machine: Machine) -> None:
    machine.device("sda", "8:0")
    machine.device("sda3", "8:3", disk="sda")
    machine.device("dm-0", "253:0", "sda3", dm__name="luks-home", dm__uuid="CRYPT-LUKS2-abc")
    assert chain(machine, "/dev/mapper/luks-home", "253:0") == [
        (0, "dm-0", "crypt", "luks-home"), (1, "sda3", "partition", None), (2, "sda", "disk", None),
    ]  # fmt: skip


def test_btrfs_is_on_all_its_devices(machine: Machine) -> None:
    for n, name in enumerate(("sda", "sdb", "sdc")):
        machine.device(name, f"8:{16 * n}")
    machine.device("sda1", "8:1", disk="sda")
    for name in ("sda1", "sdb"):
        machine.write(f"/sys/fs/btrfs/1234-abcd/devices/{name}/size")
    machine.write("/sys/fs/btrfs/features/raid56")
    assert chain(machine, "/dev/sda1", "0:45", "btrfs") == [
        (0, "sda1", "partition", None), (0, "sdb", "disk", None), (1, "sda", "disk", None),
    ]  # fmt: skip


def test_an_encrypted_btrfs_is_found_by_the_name_of_its_mapping(machine: Machine) -> None:
    machine.device("vda", "252:0")
    machine.device("dm-0", "253:0", "vda", dm__name="luks-root", dm__uuid="CRYPT-LUKS2-abc")
    assert chain(machine, "/dev/mapper/luks-root", "0:31", "btrfs") == [
        (0, "dm-0", "crypt", "luks-root"), (1, "vda", "disk", None),
    ]  # fmt: skip


@pytest.mark.parametrize(("device", "kind"), [
    ("tank/home", "zfs"), ("server:/export", "nfs4"), ("tmpfs", "tmpfs"), ("/dev/../../etc", "btrfs"),
    ("/dev/gone", "xfs"),
])  # fmt: skip
def test_what_is_on_no_block_device_has_no_chain(machine: Machine, device: str, kind: str) -> None:
    machine.device("sda", "8:0")
    assert chain(machine, device, "0:50", kind) == []


def test_disks_know_their_mounts_and_partitions(machine: Machine) -> None:
    lvm_on_raid(machine)
    machine.mount("/", "/dev/mapper/vg0-root", "253:0")
    machine.mount("/srv", "/dev/mapper/vg0-srv", "253:1")
    machine.mount("/boot", "/dev/nvme0n1p1", "259:1")
    disks = machine.disks()
    assert set(disks) == {"nvme0n1", "nvme1n1", "md0", "dm-0", "dm-1"}
    assert disks["nvme0n1"].mount_points == ("/", "/boot", "/srv")
    assert disks["nvme1n1"].mount_points == disks["md0"].mount_points == ("/", "/srv")
    assert disks["dm-1"].mount_points == ("/srv",)
    first, second = disks["nvme0n1"].partitions
    assert (first.device, first.kind, first.in_total, first.mount_points) == (
        "nvme0n1p1",
        "partition",
        False,
        ("/boot",),
    )
    assert second.mount_points == ("/", "/srv") and second.read_bytes_per_second == 0.0
    assert disks["md0"].partitions == ()


def test_a_partition_has_its_own_rates(machine: Machine) -> None:
    machine.device("sda", "8:0")
    machine.device("sda1", "8:1", disk="sda")
    probe = DisksProbe(machine.files)
    before = probe.read()
    machine.write("/proc/diskstats", " 8 0 sda 100 0 8000 50 200 0 16000 90 0 120 140\n"
                                     " 8 1 sda1 110 0 8200 60 300 0 20000 95 0 1120 150\n")  # fmt: skip
    (disk,) = probe.derive(before, probe.read(), 2.0)
    (part,) = disk.partitions
    assert disk.write_bytes_per_second == 0.0
    assert (part.read_bytes_per_second, part.write_bytes_per_second) == (51_200.0, 1_024_000.0)
    assert (part.reads_per_second, part.writes_per_second, part.utilisation_percent) == (5.0, 50.0, 50.0)
    (first,) = probe.derive(None, before, None)
    assert first.partitions[0].read_bytes_per_second is None


def test_the_chain_is_a_part_of_the_file_system(machine: Machine) -> None:
    lvm_on_raid(machine)
    machine.mount("/", "/dev/mapper/vg0-root", "253:0")
    files = HostFiles(machine.files.proc, machine.files.sys)  # without the machine's root: its space is not asked for
    probe = FilesystemsProbe(files)
    (found,) = probe.derive(None, probe.read(), None)
    assert [(each.device, each.depth) for each in found.backing[:2]] == [("dm-0", 0), ("md0", 1)]
    assert found.used_percent is None and not found.asked
