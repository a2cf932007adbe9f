"""The block devices below a file system: partition, LVM, encryption, RAID, disks. Kernel ABI/stable/sysfs-block,
ABI/testing/sysfs-block-dm, ABI/testing/sysfs-fs-btrfs (in Documentation/)."""

from collections.abc import Iterator

from nodetop.base.text import clean
from nodetop.model.snapshot import BackingDevice
from nodetop.probes.disk_facts import parent_by_name, sysfs_kind, sysfs_name
from nodetop.probes.host_files import HostFiles

MOST_DEVICES = 1024
_MOST_DIRECTLY = 64
_MOST_LAYERS = 16
_MOST_MAPPINGS = 4096
_MAPPED = {"LVM": "lvm", "CRYPT": "crypt", "mpath": "multipath"}
"""Kinds by the first word of dm/uuid."""
_NOT_ENCRYPTED = ("VERITY", "INTEGRITY", "SUBDEV")
"""Second words after CRYPT: cryptsetup makes these mappings as well."""


def backing_devices(files: HostFiles, device: str, number: str, fs_type: str) -> tuple[BackingDevice, ...]:
    """What is mounted, then layer after layer what it is on, down to the disks; each device once, at most MOST_DEVICES.
    Empty without block devices, as for network file systems and ZFS. `device` and `number` are those of mountinfo."""
    layer = _mounted(files, device, number, fs_type)
    found: dict[str, BackingDevice | None] = {}
    for depth in range(_MOST_LAYERS):
        below: list[str] = []
        for name in layer:
            if name not in found and len(found) < MOST_DEVICES:
                under = list(_below(files, name))
                found[name] = _described(files, name, depth, under)
                below += under if found[name] else ()
        layer = list(dict.fromkeys(below))
    return tuple(each for each in found.values() if each is not None)


def devices_below(files: HostFiles, name: str) -> list[str]:
    """The names of all devices below a device, partitions and their disks included; each once, at most
    MOST_DEVICES."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting and len(found) < MOST_DEVICES:
        for each in _below(files, waiting.pop()):
            if each not in found:
                found[each] = None
                waiting.append(each)
    return list(found)[:MOST_DEVICES]


def _mounted(files: HostFiles, device: str, number: str, fs_type: str) -> list[str]:
    """The names of what is mounted. btrfs and bcachefs may be on several devices, and their number is not that of a
    device. The path of other file systems without a device's number is not believed: anybody can name a tmpfs
    /dev/sda1."""
    if fs_type == "btrfs":
        return _btrfs_members(files, _by_path(files, device))
    if fs_type == "bcachefs":
        first, *rest = device.split(":/dev/")
        names = (_by_path(files, path) for path in (first, *(f"/dev/{each}" for each in rest)))
        return [name for name in names if name is not None]
    name = (files.link(f"/sys/dev/block/{number}") or "").rpartition("/")[2]
    return [name] if name else []


def _btrfs_members(files: HostFiles, name: str | None) -> list[str]:
    """All devices of the btrfs that has this one. None: mountinfo has a path like /dev/root, which says nothing; if the
    kernel has only one btrfs, it is that one."""
    folders = (files.names(f"/sys/fs/btrfs/{each}/devices") for each in files.names("/sys/fs/btrfs"))
    file_systems = [members for members in folders if members]
    if name is None:
        return file_systems[0] if len(file_systems) == 1 else []
    return next((members for members in file_systems if name in members), [name])


def _by_path(files: HostFiles, path: str) -> str | None:
    """The kernel's name for a path in /dev, which may be a link made by udev."""
    within = path.removeprefix("/dev/")
    if within == path:
        return None
    target = (files.link(path) or "").rpartition("/")[2] if files.has_root else ""
    named = (name for name in (sysfs_name(within), target) if name and _is_known(files, name))
    return next(named, None) or _by_mapping(files, within)


def _by_mapping(files: HostFiles, within: str) -> str | None:
    """The device with the name of a mapping: /dev/mapper/vg0-my--lv, which is also /dev/vg0/my-lv."""
    mapped = within.removeprefix("mapper/")
    if mapped == within:
        mapped = "-".join(part.replace("-", "--") for part in within.split("/"))
    names = [name for name in files.names("/sys/block") if name.startswith("dm-")][:_MOST_MAPPINGS]
    return next((name for name in names if clean(files.line(f"/sys/block/{name}/dm/name") or "") == mapped), None)


def _is_known(files: HostFiles, name: str) -> bool:
    return name not in (".", "..") and files.exists(f"/sys/class/block/{name}")


def _below(files: HostFiles, name: str) -> Iterator[str]:
    parent = _disk_of(files, name)
    if parent is not None:
        yield parent
    yield from files.names(f"/sys/class/block/{name}/slaves")


def _disk_of(files: HostFiles, name: str) -> str | None:
    """The disk of a partition: its folder is in that of the disk."""
    if not files.exists(f"/sys/class/block/{name}/partition"):
        return None
    target = (files.link(f"/sys/class/block/{name}") or "").split("/")
    return target[-2] if len(target) > 1 else parent_by_name(name)


def _described(files: HostFiles, name: str, depth: int, under: list[str]) -> BackingDevice | None:
    """None if there is no such device (any more)."""
    kind, called = _kind_and_name(files, name)
    if not _is_known(files, name):  # asked last: what was read before was read of a device
        return None
    return BackingDevice(
        device=_shown(name),
        kind=kind,
        name=clean(called) if called else None,
        depth=depth,
        on=tuple(map(_shown, under[:_MOST_DIRECTLY])),
    )


def _shown(name: str) -> str:
    return clean(name.replace("!", "/"))


def _kind_and_name(files: HostFiles, name: str) -> tuple[str, str | None]:
    folder = f"/sys/class/block/{name}"
    mapped = files.line(f"{folder}/dm/name")
    if mapped is not None:
        return _mapped_kind(files.line(f"{folder}/dm/uuid") or ""), mapped
    if files.exists(f"{folder}/md"):
        return "md", files.line(f"{folder}/md/level")
    if files.exists(f"{folder}/partition"):
        return "partition", None
    if name.startswith("loop"):
        return "loop", files.line(f"{folder}/loop/backing_file")
    return sysfs_kind(files, name, folder), None


def _mapped_kind(uuid: str) -> str:
    """The kind of a device mapper device. `part1-mpath-3600...` is a partition that kpartx made."""
    first, _, rest = uuid.partition("-")
    if first.startswith("part") and first[4:].isdecimal():
        return "partition"
    if first == "CRYPT" and rest.startswith(_NOT_ENCRYPTED):
        return "dm"
    return _MAPPED.get(first, "dm")
