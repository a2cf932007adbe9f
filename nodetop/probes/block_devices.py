"""The block devices below a file system: partition, LVM, encryption, RAID, disks. Kernel ABI/stable/sysfs-block,
ABI/testing/sysfs-block-dm, ABI/testing/sysfs-fs-btrfs (in Documentation/)."""

from collections.abc import Iterator

from nodetop.base.text import clean
from nodetop.model.snapshot import BackingDevice
from nodetop.probes.base.host_files import HostFiles
from nodetop.probes.disk_facts import parent_by_name, sysfs_name

MOST_DEVICES = 64
_MOST_LAYERS = 16
_MAPPED = {"LVM": "lvm", "CRYPT": "crypt", "mpath": "multipath"}
"""Kinds by the first word of dm/uuid."""


def backing_devices(files: HostFiles, device: str, number: str, fs_type: str) -> tuple[BackingDevice, ...]:
    """What is mounted, then layer after layer what it is on, down to the disks; each device once. Empty without block
    devices, as for network file systems and ZFS. `device` and `number` are those of mountinfo."""
    layer = _mounted(files, device, number, fs_type)
    found: dict[str, BackingDevice] = {}
    for depth in range(_MOST_LAYERS):
        below: list[str] = []
        for name in layer:
            if name not in found and len(found) < MOST_DEVICES:
                found[name] = _described(files, name, depth)
                below += _below(files, name)
        layer = below
    return tuple(found.values())


def devices_below(files: HostFiles, name: str) -> list[str]:
    """The names of all devices below a device, partitions and their disks included; each once."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting and len(found) < MOST_DEVICES:
        for each in _below(files, waiting.pop()):
            if each not in found:
                found[each] = None
                waiting.append(each)
    return list(found)


def _mounted(files: HostFiles, device: str, number: str, fs_type: str) -> list[str]:
    """The names of what is mounted. btrfs may be on several devices, and its number is not that of a device."""
    name = (files.link(f"/sys/dev/block/{number}") or "").rpartition("/")[2] or _by_path(files, device)
    if name is None:
        return []
    return _btrfs_members(files, name) if fs_type == "btrfs" else [name]


def _by_path(files: HostFiles, path: str) -> str | None:
    """The kernel's name for a path in /dev."""
    mapped = path.removeprefix("/dev/mapper/")
    if mapped != path:
        names = (name for name in files.names("/sys/block") if name.startswith("dm-"))
        return next((name for name in names if files.line(f"/sys/block/{name}/dm/name") == mapped), None)
    name = sysfs_name(path.removeprefix("/dev/"))
    return name if path.startswith("/dev/") and _is_known(files, name) else None


def _is_known(files: HostFiles, name: str) -> bool:
    return name not in (".", "..") and files.exists(f"/sys/class/block/{name}")


def _btrfs_members(files: HostFiles, name: str) -> list[str]:
    for each in files.names("/sys/fs/btrfs"):
        members = files.names(f"/sys/fs/btrfs/{each}/devices")
        if name in members:
            return members
    return [name]


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


def _described(files: HostFiles, name: str, depth: int) -> BackingDevice:
    folder = f"/sys/class/block/{name}"
    device = clean(name.replace("!", "/"))
    mapped = files.line(f"{folder}/dm/name")
    if mapped is not None:
        word = (files.line(f"{folder}/dm/uuid") or "").partition("-")[0]
        return BackingDevice(device=device, kind=_MAPPED.get(word, "dm"), name=clean(mapped), depth=depth)
    level = files.line(f"{folder}/md/level")
    if level is not None:
        return BackingDevice(device=device, kind="md", name=clean(level), depth=depth)
    if files.exists(f"{folder}/partition"):
        return BackingDevice(device=device, kind="partition", depth=depth)
    kind = "loop" if name.startswith("loop") else "other" if files.names(f"{folder}/slaves") else "disk"
    return BackingDevice(device=device, kind=kind, depth=depth)
