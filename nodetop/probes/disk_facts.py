"""Kind and model of a block device, from /sys/block (kernel ABI/testing/sysfs-block), or else from its name."""

from collections.abc import Collection

from msgspec import Struct

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean
from nodetop.probes.host_files import HostFiles

_SKIPPED = lazy_regex(r"(loop|z?ram|fd|sr)\d+")
_HIDDEN_PATH = lazy_regex(r"nvme\d+c\d+n\d+")
_STACKED = lazy_regex(r"(dm-|md|zd|bcache|drbd)[\d_]")
_GENERIC_VENDORS = ("ATA", "NVMe")


class DiskFacts(Struct, frozen=True, kw_only=True):
    """Facts that do not change while a device exists. kind is disk, partition, dm, md or other. All but disks pass
    their requests on to the disks below them, so only disks are included in totals."""

    kind: str
    model: str | None = None
    """The manufacturer's model name; for dm the mapping's name (vg0-root), for md the RAID level (raid1)."""


def sysfs_name(device: str) -> str:
    """A device's name in /sys/block: a slash becomes an exclamation mark."""
    return device.replace("/", "!")


def disk_facts(files: HostFiles, device: str, *, in_sysfs: bool, devices: Collection[str]) -> DiskFacts | None:
    """The facts of a device. None for loop and RAM disks, floppies, CD drives, and single paths of a multipath NVMe
    device, and for their partitions. `devices` are the names of all devices."""
    if _SKIPPED.match(device) or _HIDDEN_PATH.match(device):
        return None
    if not in_sysfs:
        return DiskFacts(kind="partition" if _is_partition(device, devices) else _kind_by_name(device))
    folder = f"/sys/block/{sysfs_name(device)}"
    if files.number(f"{folder}/hidden"):
        return None
    return DiskFacts(kind=sysfs_kind(files, device, folder), model=_model(files, folder))


def sysfs_kind(files: HostFiles, device: str, folder: str) -> str:
    """The kind of a device that is not a partition; `folder` is its folder in sysfs."""
    kind = _kind_by_name(device)
    if kind == "disk" and not files.exists(f"{folder}/device") and files.names(f"{folder}/slaves"):
        return "other"
    return kind


def _kind_by_name(device: str) -> str:
    stacked = _STACKED.match(device)
    if stacked is None:
        return "disk"
    return {"dm-": "dm", "md": "md"}.get(stacked[1], "other")


def parent_by_name(device: str) -> str | None:
    """The disk of a partition, by the kernel's rule: the disk's name and a number, with a p in between if the disk's
    name ends in a digit. None if it cannot be one."""
    stem = device.rstrip("0123456789")
    if stem == device:
        return None
    return stem[:-1] if stem[-1:] == "p" and stem[-2:-1].isdigit() else stem


def _is_partition(device: str, devices: Collection[str]) -> bool:
    return parent_by_name(device) in devices


def _model(files: HostFiles, folder: str) -> str | None:
    for name in ("dm/name", "md/level", "device/model", "device/name"):
        text = files.line(f"{folder}/{name}")
        if text is not None:
            if name == "device/model":
                text = _with_vendor(text, files.line(f"{folder}/device/vendor"))
            return clean(" ".join(text.split())) or None
    # A hypervisor's disks have no model, but their bus says what they are.
    bus = (files.link(f"{folder}/device/subsystem") or "").rpartition("/")[2]
    return bus if bus in ("virtio", "xen") else None


def _with_vendor(model: str, vendor: str | None) -> str:
    if vendor is None or vendor in _GENERIC_VENDORS or vendor.startswith("0x") or model.startswith(vendor):
        return model
    return f"{vendor} {model}"
