"""Disks inside a virtual machine: names, kinds, sizes and what is counted once, as lsblk, lvs, mdadm and df tell them;
and known bytes written through a mirror to two disks."""

import json
from typing import Any

from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine
from tests.verify.watching import Snapshot, elapsed

KINDS = {"disk": "disk", "raid1": "md", "lvm": "dm"}
"""nodetop's by those of lsblk."""
MIB = 2**20
WRITTEN = 32 * MIB
HOUSEKEEPING = MIB
"""What the file system and the mirror write of themselves."""


def disks(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    return {disk["device"]: disk for disk in snapshot["disks"]}


def test_what_lsblk_lists(machine: Machine, verdict: Notes) -> None:
    ours = disks(machine.snapshot())
    listed = machine.json("lsblk", "-b", "-J", "-o", "KNAME,TYPE,SIZE,MODEL")["blockdevices"]
    theirs = {each["kname"]: each for each in listed if each["type"] in KINDS and not each["kname"].startswith("fd")}
    verdict("block devices listed, without partitions (lsblk)", len(ours.keys() & theirs.keys()), len(theirs), 0)
    verdict("block devices that lsblk does not list", len(ours.keys() - theirs.keys()), 0, 0)
    for name, told in sorted(theirs.items()):
        found = ours[name]
        verdict(f"{name}: size (lsblk)", found["size_bytes"], told["size"], 0, "B")
        verdict(f"{name}: is a {KINDS[told['type']]} (lsblk)", float(found["kind"] == KINDS[told["type"]]), 1, 0)
        verdict(f"{name}: counts in the total (a whole disk)", float(found["in_total"]), told["type"] == "disk", 0)
        if told["model"]:
            verdict(f"{name}: model is as lsblk has it", float(found["model"] == told["model"]), 1, 0)


def test_logical_volumes(machine: Machine, verdict: Notes) -> None:
    ours = disks(machine.snapshot())
    options = ("--reportformat", "json", "--units", "b", "--nosuffix")
    report = machine.json("lvs", *options, "-o", "vg_name,lv_name,lv_size,lv_kernel_minor")["report"]
    for volume in report[0]["lv"]:
        name, found = f"{volume['vg_name']}-{volume['lv_name']}", ours[f"dm-{volume['lv_kernel_minor']}"]
        verdict(f"{name}: has its name (lvs)", float(found["model"] == name), 1, 0)
        verdict(f"{name}: size (lvs)", found["size_bytes"], int(volume["lv_size"]), 0, "B")
    for physical in machine.json("pvs", *options, "-o", "pv_name,pv_size")["report"][0]["pv"]:
        name = physical["pv_name"].removeprefix("/dev/")
        # LVM uses whole extents of 4 MiB, behind its own first MiB.
        verdict(f"{name}: size (pvs)", ours[name]["size_bytes"], int(physical["pv_size"]), 5 * MIB, "B")


def test_mirrors(machine: Machine, verdict: Notes) -> None:
    ours = disks(machine.snapshot())
    for name in ("md0", "md1"):
        detail = ("mdadm", "--detail", f"/dev/{name}")
        told = dict(line.split("=", 1) for line in machine.run(*detail, "--export").splitlines())
        verdict(f"{name}: has its level (mdadm)", float(ours[name]["model"] == told["MD_LEVEL"]), 1, 0)
        size = machine.run(*detail).partition("Array Size : ")[2].split()[0]
        verdict(f"{name}: size (mdadm)", ours[name]["size_bytes"], 1024 * int(size), 0, "B")


WRITING = f"""
lines() {{ wc -l </run/seen; }}
nodetop --json --interval 1 --count 0 >/run/seen &
until [ "$(lines)" -ge 1 ]; do sleep 1; done
cat /proc/diskstats >/run/before
dd if=/dev/zero of=/mnt/md/file bs=1M count={WRITTEN // MIB} oflag=direct conv=fsync status=none
cat /proc/diskstats >/run/after
enough=$(($(lines) + 2))
until [ "$(lines)" -ge $enough ]; do sleep 1; done
kill $!
wait $! || true
rm /mnt/md/file
"""
"""The writing lies between two samples, however slow the machine is."""


def sectors_written(diskstats: str) -> dict[str, int]:
    """By device. kernel admin-guide/iostats.rst, the seventh field."""
    return {fields[2]: int(fields[9]) for fields in map(str.split, diskstats.splitlines())}


def test_bytes_written_through_a_mirror(machine: Machine, verdict: Notes) -> None:
    machine.script(WRITING)
    before, after = (sectors_written(machine.run("cat", f"/run/{when}")) for when in ("before", "after"))
    ours = [json.loads(line) for line in machine.run("cat", "/run/seen").splitlines(keepends=True) if line[-1] == "\n"][
        1:
    ]

    def passed(name: str) -> float:
        return sum(disks(each)[name]["write_bytes_per_second"] * elapsed(each, "disks") for each in ours)

    for name in ("md0", "vdb", "vdc"):
        counted = 512 * (after[name] - before[name])
        verdict(f"bytes written to {name} (/proc/diskstats)", passed(name), counted, HOUSEKEEPING, "B")
        verdict(f"bytes written to {name} (through the file)", passed(name), WRITTEN, HOUSEKEEPING, "B")
    summed = [name for name, disk in disks(ours[-1]).items() if disk["in_total"] and name != "vda"]
    verdict("bytes written in all, to the two disks of the mirror", sum(map(passed, summed)), 2 * WRITTEN, 2 * MIB, "B")


def test_file_systems(machine: Machine, verdict: Notes) -> None:
    ours = {each["mount_point"]: each for each in machine.snapshot()["filesystems"]}
    for folder in ("/", "/mnt/md", "/mnt/my data", "/mnt/chained", "/mnt/part"):
        columns = ("size", "used", "avail", "fstype", "source")
        told = machine.run("df", "-B1", f"--output={','.join(columns)}", folder).splitlines()[1].split()
        found = ours.get(folder, {})
        verdict(f"{folder}: size (df)", found.get("total_bytes"), int(told[0]), 0, "B")
        verdict(f"{folder}: used (df)", found.get("used_bytes"), int(told[1]), MIB, "B")
        verdict(f"{folder}: available (df)", found.get("available_bytes"), int(told[2]), MIB, "B")
        same = (found.get("fs_type"), found.get("device")) == (told[3], told[4])
        verdict(f"{folder}: type and device are as df has them", float(same), 1, 0)
