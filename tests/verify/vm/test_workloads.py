"""Workloads inside a virtual machine with control groups of version 2, beside systemd-cgtop and systemctl."""

import json
import re
from typing import Any

from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine
from tests.verify.vm.monitor import MONITOR
from tests.verify.vm.test_units import shown

MIB = 2**20
BESIDE = """
systemd-run -q --unit=busy -p CPUQuota=30% -p MemoryMax=200M -p TasksMax=40 -p IOAccounting=yes sh -c \\
    'dd if=/dev/zero of=/var/tmp/written bs=64k count=200 oflag=direct 2>/dev/null; while :; do :; done'
sleep 2
systemd-cgtop --raw --batch --depth=3 --order=path --iterations=2 --delay=25 >/run/cgtop &
# Workloads that nobody looks at are read every 20 s, and not before the first sample of them is out.
nodetop --json --interval 5 --count 8 >/run/workloads
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
    verdict.settled(lambda note: measure_workloads(machine, note))


def measure_workloads(machine: Machine, verdict: Notes) -> None:
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


WRITTEN = 8 * MIB
WRITER = f"""
rm -f /run/go /run/wrote /run/read /run/end
systemd-run -q --unit=writer -p IOAccounting=yes sh -c 'until [ -e /run/go ]; do sleep 0.5; done
    dd if=/dev/zero of=/var/tmp/written bs=1M count={WRITTEN // MIB} oflag=direct 2>/dev/null
    echo >/run/wrote; sleep 900'
/opt/nodetop/bin/python /run/monitor.py unit >/run/counted &
until [ -e /run/read ]; do sleep 0.2; done
touch /run/go
until [ -s /run/wrote ]; do sleep 0.2; done
touch /run/end
wait
"""


def test_bytes_written_by_a_unit(machine: Machine, verdict: Notes) -> None:
    machine.run("tee", "/run/monitor.py", stdin=MONITOR)
    machine.script(WRITER)
    group = "/system.slice/writer.service"
    told = re.search(r"wbytes=(\d+)", machine.run("cat", f"/sys/fs/cgroup{group}/io.stat"))
    assert told is not None
    ours = machine.json("cat", "/run/counted")["sums"]["writer.service"]["write_bytes_per_second"]
    verdict("bytes written by a unit (io.stat)", ours, int(told[1]), 0, "B")
    verdict("bytes written by a unit (by dd)", ours, WRITTEN, MIB, "B")
    machine.run("systemctl", "stop", "writer.service")


KILLED = """
rm -f /run/survived
systemd-run -q --unit=survivor -p MemoryMax=50M -p MemorySwapMax=0 -p OOMPolicy=continue \\
    sh -c 'python3 -c "bytearray(10**9)"; echo >/run/survived; sleep 900'
until [ -s /run/survived ]; do sleep 1; done
"""


def test_a_unit_with_a_process_killed_for_its_limit(machine: Machine, verdict: Notes) -> None:
    machine.script(KILLED)
    group = "/system.slice/survivor.service"
    rows = {row["group"]: row for row in machine.snapshot()["workloads"]["rows"]}
    told = re.search(r"^oom_kill (\d+)$", machine.run("cat", f"/sys/fs/cgroup{group}/memory.events"), re.M)
    assert told is not None and int(told[1]) == 1
    verdict("killed in a unit for its MemoryMax (memory.events)", rows[group].get("oom_kills"), int(told[1]), 0)
    limit = int(shown(machine, "survivor.service", "MemoryMax")["MemoryMax"])
    verdict("its limit (systemctl show)", rows[group]["memory_limit_bytes"], limit, 0, "B")
    machine.run("systemctl", "stop", "survivor.service")


RESTARTED = """
systemd-run -q --unit=often -p Restart=always -p RestartSec=1 -p StartLimitBurst=3 -p StartLimitIntervalSec=1h \\
    sh -c 'exit 3'
systemd-run -q --unit=again -p Restart=always -p RestartSec=1h sh -c 'exit 4'
until [ "$(systemctl show -P ActiveState often)" = failed ]; do sleep 1; done
until [ "$(systemctl show -P SubState again)" = auto-restart ]; do sleep 1; done
"""


def test_units_that_are_started_again(machine: Machine, verdict: Notes) -> None:
    machine.script(RESTARTED)
    found = machine.snapshots("--interval", "2", "--count", "2")[-1]["units"]
    listed = {each["unit"]: each for each in found["problems"]}
    for unit, state in (("often.service", "failed"), ("again.service", "restarting")):
        told, row = shown(machine, unit, "NRestarts", "ExecMainStatus"), listed[unit]
        verdict(f"{unit} is {state}", float(row["state"] == state), 1, 0)
        verdict(f"{unit}: how often started again (NRestarts)", row["restarts"], int(told["NRestarts"]), 0)
        verdict(f"{unit}: ended with (ExecMainStatus)", row["exit_status"], int(told["ExecMainStatus"]), 0)
    verdict("units that wait for their next start", found["restarting"], 1, 0)
    machine.run("systemctl", "stop", "again.service")


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
