"""Workloads inside a virtual machine with control groups of version 2, beside systemd-cgtop and systemctl."""

import json
import re
from typing import Any

from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine
from tests.verify.vm.test_units import shown

MIB = 2**20
BESIDE = """
systemd-run -q --unit=busy -p CPUQuota=30% -p MemoryMax=200M -p TasksMax=40 -p IOAccounting=yes sh -c \\
    'dd if=/dev/zero of=/var/tmp/written bs=64k count=200 oflag=direct 2>/dev/null; while :; do :; done'
sleep 2
systemd-cgtop --raw --batch --depth=3 --order=path --iterations=2 --delay=25 >/run/cgtop &
nodetop --json --interval 11 --count 3 >/run/workloads
wait
"""


def of(machine: Machine) -> dict[str, dict[str, Any]]:
    """The rows of the last sample, by group."""
    last = json.loads(machine.run("cat", "/run/workloads").splitlines()[-1])
    return {row["group"]: row for row in last["workloads"]["rows"]}


def cgtop(machine: Machine) -> dict[str, list[str]]:
    """Tasks, CPU percent and bytes of each group (without the first slash), in the last table of systemd-cgtop."""
    lines = machine.run("cat", "/run/cgtop").splitlines()
    return {fields[0].strip("/"): fields[1:] for line in lines if len(fields := line.split()) >= 4}


def test_workloads_beside_systemd_cgtop(machine: Machine, verdict: Notes) -> None:
    machine.script(BESIDE)
    ours, theirs = of(machine), cgtop(machine)
    group = "/system.slice/busy.service"
    told = shown(machine, "busy.service", "MemoryMax", "TasksMax", "CPUQuotaPerSecUSec", "ControlGroup")
    row, (tasks, cpu, _memory, *_) = ours[group], theirs[group.strip("/")]
    verdict("its group is that of systemctl show", float(told["ControlGroup"] == group), 1, 0)
    verdict("CPU of a throttled unit (systemd-cgtop)", row["cpu_percent"], float(cpu), 6, "%")
    verdict("tasks of it (systemd-cgtop)", row["tasks"], int(tasks), 0)
    quota = float(told["CPUQuotaPerSecUSec"].removesuffix("ms")) / 1000
    verdict("its cores (systemctl show)", row["cpu_limit_cores"], quota, 0)
    verdict("its memory limit (systemctl show)", row["memory_limit_bytes"], int(told["MemoryMax"]), 0, "B")
    verdict("its limit of tasks (systemctl show)", row["tasks_limit"], int(told["TasksMax"]), 0)
    verdict("it was throttled in most periods", float(row["cpu_throttled_percent"] > 50), 1, 0)
    stat = machine.run("cat", f"/sys/fs/cgroup{group}/memory.stat")
    current = int(machine.run("cat", f"/sys/fs/cgroup{group}/memory.current"))
    inactive = re.search(r"^inactive_file (\d+)$", stat, re.M)
    assert inactive is not None
    verdict("its memory (memory.current - inactive_file)", row["memory_bytes"], current - int(inactive[1]), MIB, "B")
    groups = int(machine.run("sh", "-c", "find /sys/fs/cgroup -type d | wc -l"))
    last = json.loads(machine.run("cat", "/run/workloads").splitlines()[-1])["workloads"]
    verdict("control groups (find)", last["groups"], groups, 3)
    units = machine.json("systemctl", "list-units", "--type=service", "--state=running", "--output=json")
    listed = [unit for unit in units if any(group.endswith(f"/{unit['unit']}") for group in ours)]
    verdict("running services listed (systemctl)", len(listed), len(units), 0)
    machine.run("systemctl", "stop", "busy.service")


def test_units_that_failed(machine: Machine, verdict: Notes) -> None:
    failed = machine.json("systemctl", "list-units", "--failed", "--output=json")
    ours = machine.snapshots("--interval", "2", "--count", "2")[-1]["units"]
    verdict("failed units (systemctl)", ours["failed"], len(failed), 0)
    listed = {each["unit"]: each for each in ours["problems"]}
    verdict("all of them by name", len(listed.keys() & {each["unit"] for each in failed}), len(failed), 0)
    broken, hungry = listed["broken.service"], listed["hungry.service"]
    verdict("/bin/false ended with", broken["exit_status"], 1, 0)
    verdict("results are exit-code and oom-kill",
            float((broken["result"], hungry["result"]) == ("exit-code", "oom-kill")), 1, 0)  # fmt: skip
    told = shown(machine, "broken.service", "StateChangeTimestamp")["StateChangeTimestamp"]
    since = float(machine.run("date", "-d", told, "+%s"))
    verdict("since when (systemctl show)", broken["since"], since, 2, "s")
