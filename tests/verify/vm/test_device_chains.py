"""What is below each file system and what is mounted on each disk inside a virtual machine, as lsblk, findmnt, dmsetup
and mdadm say: a logical volume on a mirror of two partitions is the longest chain. And known bytes written through a
chain, and to one partition."""

import json
import re
from typing import Any

from tests.verify.device_chains import (
    OF_A_CHAIN,
    OF_THE_TREE,
    all_devices,
    compare_chain,
    mounts_below,
    with_partitions,
)
from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine
from tests.verify.vm.test_disks import HOUSEKEEPING, MIB, sectors_written
from tests.verify.watching import elapsed


def filesystems(machine: Machine) -> dict[str, dict[str, Any]]:
    return {each["mount_point"]: each for each in machine.snapshot()["filesystems"]}


def test_what_file_systems_are_on(machine: Machine, verdict: Notes) -> None:
    found = machine.json("findmnt", "-J", "--real", "-t", "ext4", "-o", "TARGET,SOURCE")["filesystems"]
    mounted = {each["target"]: each["source"] for root in found for each in (root, *root.get("children", ()))}
    ours = filesystems(machine)
    verdict("file systems on block devices (findmnt)", len(ours.keys() & mounted.keys()), len(mounted), 0)
    for place, source in mounted.items():
        compare_chain(place, ours[place], machine.json(*OF_A_CHAIN, source), verdict)


def test_a_logical_volume_on_a_mirror(machine: Machine, verdict: Notes) -> None:
    volume, mirror, *members = filesystems(machine)["/mnt/chained"]["backing"]
    name = machine.run("dmsetup", "info", "-C", "--noheadings", "-o", "name", "/dev/vg1/chained").strip()
    verdict("the volume has the name of its mapping (dmsetup info)", float(volume["name"] == name), 1, 0)
    below = re.findall(r"\((\S+)\)", machine.run("dmsetup", "deps", "-o", "blkdevname", name))
    verdict("the mirror is what the volume is on (dmsetup deps)", float([mirror["device"]] == below), 1, 0)
    told = dict(line.split("=", 1) for line in machine.run("mdadm", "--detail", "--export", "/dev/md1").splitlines())
    verdict("the mirror has its level (mdadm)", float(mirror["name"] == told["MD_LEVEL"]), 1, 0)
    parts = {path.removeprefix("/dev/") for key, path in told.items() if key.endswith("_DEV")}
    named = {each["device"] for each in members if each["kind"] == "partition"}
    verdict("partitions of the mirror (mdadm)", len(named & parts), len(parts), 0)


def test_what_is_mounted_on_disks_and_partitions(machine: Machine, verdict: Notes) -> None:
    theirs = all_devices(machine.json(*OF_THE_TREE))
    ours = with_partitions(machine.snapshot()["disks"])
    for name, told in sorted(theirs.items()):
        if name in ours:
            places, found = mounts_below(told), set(ours[name]["mount_points"])
            words = ", ".join(sorted(places)) or "nothing"
            verdict(f"{name}: mounted on it, {words} (lsblk)", len(found & places), len(places), 0)
            verdict(f"{name}: mount points that lsblk does not name", len(found - places), 0, 0)
    parts = {name: told for name, told in theirs.items() if told["type"] == "part"}
    verdict("partitions listed (lsblk)", len(ours.keys() & parts.keys()), len(parts), 0)
    for name, told in sorted(parts.items()):
        verdict(f"{name}: size (lsblk)", ours[name]["size_bytes"], told["size"], 0, "B")


CHAINED, ALONE = 8 * MIB, 4 * MIB
WRITING = f"""
nodetop --json --interval 1 --count 0 >/run/seen &
until [ -s /run/seen ]; do sleep 1; done
cat /proc/diskstats >/run/before
dd if=/dev/zero of=/mnt/chained/file bs=1M count={CHAINED // MIB} oflag=direct conv=fsync status=none
dd if=/dev/zero of=/mnt/part/file bs=1M count={ALONE // MIB} oflag=direct conv=fsync status=none
cat /proc/diskstats >/run/after
lines=$(wc -l </run/seen)
until [ "$(wc -l </run/seen)" -ge $((lines + 2)) ]; do sleep 1; done
kill $!
wait $! || true
rm /mnt/chained/file /mnt/part/file
"""


def test_bytes_written_through_a_chain(machine: Machine, verdict: Notes) -> None:
    machine.script(WRITING)
    before, after = (sectors_written(machine.run("cat", f"/run/{when}")) for when in ("before", "after"))
    seen = [json.loads(line) for line in machine.run("cat", "/run/seen").splitlines()[1:]]
    volume = filesystems(machine)["/mnt/chained"]["backing"][0]["device"]

    def passed(name: str) -> float:
        rows = [(with_partitions(each["disks"])[name], elapsed(each, "disks")) for each in seen]
        return sum(row["write_bytes_per_second"] * seconds for row, seconds in rows)

    written = {volume: CHAINED, "md1": CHAINED, "vdd1": CHAINED, "vdd": CHAINED, "vde1": CHAINED, "vde2": ALONE,
               "vde": CHAINED + ALONE}  # fmt: skip
    for name, size in written.items():
        counted = 512 * (after[name] - before[name])
        verdict(f"bytes written to {name} (/proc/diskstats)", passed(name), counted, HOUSEKEEPING, "B")
        verdict(f"bytes written to {name} (by dd)", passed(name), size, HOUSEKEEPING, "B")
