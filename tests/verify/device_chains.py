"""What is below a mounted device and what is mounted on a disk, as `lsblk` says."""

from collections.abc import Iterator
from typing import Any

from tests.verify.verdict import Notes

KINDS = {"disk": "disk", "part": "partition", "lvm": "lvm", "crypt": "crypt", "mpath": "multipath", "dm": "dm",
         "loop": "loop"}  # fmt: skip
"""nodetop's by those of lsblk."""
OF_THE_TREE = ("lsblk", "-b", "-J", "-o", "NAME,KNAME,TYPE,SIZE,MOUNTPOINTS")
"""All devices, each inside those it is on."""
OF_A_CHAIN = ("lsblk", "-s", "-J", "-o", "NAME,KNAME,TYPE")
"""Followed by a device: what it is on, inside it."""
Chain = dict[str, tuple[str, int]]
"""Kind and depth by device."""


def kind_of(told: dict[str, Any]) -> str:
    return "md" if told["type"].startswith("raid") else KINDS[told["type"]]


def chain_of(told: dict[str, Any]) -> Chain:
    """From what `lsblk -s -J` says of a device."""
    found: Chain = {}
    layer = told["blockdevices"]
    depth = 0
    while layer:
        for each in layer:
            found.setdefault(each["kname"], (kind_of(each), depth))
        layer = [below for each in layer for below in each.get("children", ())]
        depth += 1
    return found


def compare_chain(place: str, filesystem: dict[str, Any], told: dict[str, Any], verdict: Notes) -> None:
    """A file system of nodetop's beside what `lsblk -s -J` says of its device. `place` is what the lines call it."""
    theirs = chain_of(told)
    ours = {each["device"]: (each["kind"], each["depth"]) for each in filesystem["backing"]}
    words = " > ".join(theirs)
    verdict(f"{place}: devices below it, {words} (lsblk -s)", len(ours.keys() & theirs.keys()), len(theirs), 0)
    verdict(f"{place}: devices that lsblk does not name", len(ours.keys() - theirs.keys()), 0, 0)
    same = sum(ours.get(name) == each for name, each in theirs.items())
    verdict(f"{place}: kinds and places in the chain (lsblk -s)", same, len(theirs), 0)


def mounts_below(told: dict[str, Any]) -> set[str]:
    """The mount points of a device of `lsblk -J` and of all that is on it."""
    own = {place for place in told["mountpoints"] if place and place.startswith("/")}
    return own.union(*(mounts_below(each) for each in told.get("children", ())))


def all_devices(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The devices in what `lsblk -J` says, by the kernel's name."""

    def walk(devices: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for each in devices:
            yield each
            yield from walk(each.get("children", []))

    return {each["kname"]: each for each in walk(told["blockdevices"])}


def with_partitions(disks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """nodetop's disks and their partitions, by device."""
    return {each["device"]: each for disk in disks for each in (disk, *disk["partitions"])}
