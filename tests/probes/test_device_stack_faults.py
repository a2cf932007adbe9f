"""Stacks of devices that vanish, that are on each other, or that are very large."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nodetop.probes.block_devices import MOST_DEVICES, backing_devices, devices_below
from nodetop.probes.disks import DisksProbe
from nodetop.probes.host_files import HostFiles
from tests.probes.block_device_tree import Machine, chain, names, with_two_disks


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return with_two_disks(tmp_path)


def test_a_device_that_is_gone_is_not_faked(machine: Machine) -> None:
    machine.mount("/usb", "/dev/sdb", "8:16")
    machine.lvm(0, "vg0-x", "sda2", "sdb")
    machine.mount("/x", "/dev/mapper/vg0-x", "253:0")
    machine.btrfs("1234", "sda1", "sdb")
    machine.mount("/b", "/dev/sdb", "0:31", "btrfs")
    machine.vanish("sdb")
    machine.write("/proc/diskstats")
    filesystems, _ = machine.both()
    assert filesystems["/usb"].backing == ()
    assert [each.device for each in filesystems["/x"].backing] == ["dm-0", "sda2", "sda"]
    assert [each.device for each in filesystems["/b"].backing] == ["sda1", "sda"]


class Vanishing(HostFiles):
    """Its device goes while its files are read."""

    def __init__(self, machine: Machine, go: Callable[[], None]) -> None:
        super().__init__(machine.files.proc, machine.files.sys)
        self._go: list[Callable[[], None]] = [go]

    def line(self, path: str) -> str | None:
        if path.endswith("dm/name") and self._go:
            self._go.pop()()
        return super().line(path)


def test_a_device_that_goes_while_it_is_read_is_not_called_a_disk(machine: Machine) -> None:
    machine.lvm(0, "vg0-x", "sda2")
    files = Vanishing(machine, lambda: machine.vanish("dm-0"))
    assert backing_devices(files, "/dev/mapper/vg0-x", "253:0", "ext4") == ()


def test_devices_that_are_on_each_other_end(machine: Machine) -> None:
    machine.lvm(0, "a", "dm-1", "dm-0")
    machine.lvm(1, "b", "dm-0")
    machine.device("sdc1", "8:33", "sdc1", disk="sdc1")
    machine.mount("/a", "/dev/mapper/a", "253:0")
    assert names(machine, "/a") == ["a", "b"]
    assert sorted(devices_below(machine.files, "dm-0")) == ["dm-0", "dm-1"]
    assert [device for _, device, _, _ in chain(machine, "", "8:33")] == ["sdc1"]


def test_a_raid_of_more_disks_than_a_row_has(machine: Machine) -> None:
    """All its disks know the mount."""
    members = [f"sd{a}{b}" for a in "abcd" for b in "abcdefghijklmnopqrst"]
    for n, name in enumerate(members):
        machine.device(name, f"65:{n}", device__model="Bay")
    machine.device("md0", "9:0", *members, md__level="raid6")
    machine.mount("/bay", "/dev/md0", "9:0")
    filesystems, disks = machine.both()
    assert len(filesystems["/bay"].backing) == 64
    assert {name for name, disk in disks.items() if disk.mount_points} == {"md0", *members}


class Counting(HostFiles):
    """How many times it looks at files."""

    looks = 0

    def read(self, path: str) -> bytes:
        self.looks += 1
        return super().read(path)

    def names(self, path: str) -> list[str]:
        self.looks += 1
        return super().names(path)

    def exists(self, path: str) -> bool:
        self.looks += 1
        return super().exists(path)


def test_ten_thousand_devices_are_not_all_looked_at(machine: Machine) -> None:
    for n in range(10_000):
        machine.link(f"/sys/devices/pci0/block/md0/slaves/sd{n}x", "../../sdb")
        machine.link(f"/sys/block/dm-{n}", "../devices/pci0/block/sdb")
    machine.device("md0", "9:0", md__level="raid6")
    files = Counting(machine.files.proc, machine.files.sys)
    assert len(backing_devices(files, "/dev/md0", "9:0", "ext4")) <= MOST_DEVICES
    assert len(devices_below(files, "md0")) == MOST_DEVICES
    assert backing_devices(files, "/dev/mapper/none", "0:31", "btrfs") == ()
    assert files.looks < 10 * MOST_DEVICES + 5_000


def test_the_sizes_of_very_many_disks_are_read_in_turn(machine: Machine) -> None:
    for n in range(600):
        machine.device(f"sd{n}x", f"{70 + n // 256}:{n % 256}", device__model="Lun")
    files = Counting(machine.files.proc, machine.files.sys)
    probe = DisksProbe(files)
    assert {each.size_bytes for each in probe.read().values()} == {2**20}
    for n in range(600):
        machine.write(f"/sys/class/block/sd{n}x/size", "4096\n")
    files.looks = 0
    sizes = [sum(each.size_bytes == 2**21 for each in probe.read().values()) for _ in range(3)]
    assert 0 < sizes[0] < sizes[1] < sizes[2] == 600
    assert files.looks < 3 * 300
