"""A machine's block devices and mounts, as the kernel shows them: ABI/stable/sysfs-block, proc_pid_mountinfo(5)."""

from pathlib import Path

from nodetop.model.snapshot import DiskMetrics, FilesystemMetrics
from nodetop.probes.block_devices import backing_devices
from nodetop.probes.disks import DisksProbe
from nodetop.probes.filesystems import FilesystemsProbe
from nodetop.probes.host_files import HostFiles
from tests.probes.tree import Tree

_LINE = " {number} {name} 100 0 8000 50 200 0 16000 90 0 120 140\n"


class Machine(Tree):
    """Its block devices; `mount` adds a line to mountinfo."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("/proc/diskstats")
        self.write("/proc/1/mountinfo")

    def _add(self, path: str, line: str) -> None:
        file = self._real(path)
        file.write_text(file.read_text() + line)

    def device(self, name: str, number: str, *below: str, disk: str = "", **files: str) -> None:
        """`disk`: of a partition. `files`: with __ for a slash."""
        where = f"devices/pci0/block/{disk + '/' if disk else ''}{name}"
        self.write_all(f"/sys/{where}", size="2048", **files)
        if disk:
            self.write(f"/sys/{where}/partition", "1\n")
        for each in below:
            self.link(f"/sys/{where}/slaves/{each}", f"../../{each}")
        self.link(f"/sys/class/block/{name}", f"../../{where}")
        self.link(f"/sys/dev/block/{number}", f"../../{where}")
        if not disk:
            self.link(f"/sys/block/{name}", f"../{where}")
        self._add("/proc/diskstats", _LINE.format(number=number.replace(":", " "), name=name))

    def mount(self, path: str, device: str, number: str, kind: str = "ext4") -> None:
        self._add("/proc/1/mountinfo", f"36 29 {number} / {path} rw - {kind} {device} rw\n")

    def lvm(self, number: int, name: str, *below: str, layer: str = "") -> None:
        """A device of LVM, dm-NUMBER. `layer`: of one that LVM hides, such as -tdata."""
        self.device(f"dm-{number}", f"253:{number}", *below, dm__name=name, dm__uuid=f"LVM-A1b2{number}{layer}")

    def btrfs(self, uuid: str, *members: str) -> None:
        for name in members:
            self.link(f"/sys/fs/btrfs/{uuid}/devices/{name}", f"../../../../class/block/{name}")

    def vanish(self, name: str) -> None:
        """The kernel removes a device; mountinfo goes on naming it."""
        self._real(f"/sys/class/block/{name}").unlink()
        for link in (self.folder / "sys/dev/block").iterdir():
            if link.readlink().name == name:
                link.unlink()

    def disks(self) -> dict[str, DiskMetrics]:
        """The disks, after the file systems were read."""
        return self.both()[1]

    def both(self) -> tuple[dict[str, FilesystemMetrics], dict[str, DiskMetrics]]:
        """The file systems by mount point and the disks by name, as one snapshot has them. Their space is not asked
        for."""
        files = HostFiles(self.files.proc, self.files.sys)
        filesystems = FilesystemsProbe(files)
        rows = filesystems.derive(None, filesystems.read(), None)
        disks = DisksProbe(files, mounted=lambda: filesystems.mounted)
        reading = disks.read()
        found = {disk.device: disk for disk in disks.derive(reading, reading, 2.0)}
        return {row.mount_point: row for row in rows}, found


def chain(machine: Machine, device: str, number: str, kind: str = "ext4") -> list[tuple[int, str, str, str | None]]:
    found = backing_devices(machine.files, device, number, kind)
    return [(each.depth, each.device, each.kind, each.name) for each in found]


def with_two_disks(folder: Path) -> Machine:
    """sda with two partitions, and sdb."""
    machine = Machine(folder)
    machine.device("sda", "8:0", device__model="Spinning")
    machine.device("sda1", "8:1", disk="sda")
    machine.device("sda2", "8:2", disk="sda")
    machine.device("sdb", "8:16", device__model="Spinning")
    return machine


def names(machine: Machine, mount_point: str) -> list[str]:
    """What a file system is on, in order, with the names of mappings. It is mounted on exactly the disks of these."""
    filesystems, disks = machine.both()
    backing = filesystems[mount_point].backing
    all_disks = {each.device: each for disk in disks.values() for each in (disk, *disk.partitions)}
    assert {name for name, each in all_disks.items() if mount_point in each.mount_points} == {
        each.device for each in backing
    } & all_disks.keys()
    return [each.name or each.device for each in backing]
