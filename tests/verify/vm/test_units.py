"""Units of systemd inside a virtual machine with control groups of version 2: a unit's limits as systemd set them, what
the kernel counted of it between two readings, which process belongs to which unit, and what was killed for want of
memory."""

import json
import re

from tests.verify.process_rows import rows
from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine
from tests.verify.watching import Snapshots, elapsed

MIB = 2**20


def shown(machine: Machine, unit: str, *properties: str) -> dict[str, str]:
    """What `systemctl show` says."""
    text = machine.run("systemctl", "show", unit, "-p", ",".join(properties))
    return dict(line.split("=", 1) for line in text.splitlines())


def test_each_process_belongs_to_its_unit(machine: Machine, verdict: Notes) -> None:
    ours = rows(machine.snapshot())
    told = machine.json("systemctl", "list-units", "--type=service", "--state=running", "--output=json")
    pids = {each["unit"]: int(shown(machine, each["unit"], "MainPID")["MainPID"]) for each in told}
    known = {unit: pid for unit, pid in pids.items() if pid in ours}
    right = [unit for unit, pid in known.items() if belongs(ours[pid]["container"], unit)]
    verdict("main processes with the unit that systemctl names", len(right), len(known), 0)
    verdict("main processes of running services listed (systemctl)", len(known), len(pids), 0)
    verdict("throttled.service is one of them", float("throttled.service" in right), 1, 0)


def belongs(shown_: str | None, unit: str) -> bool:
    """Whether a row has this unit, which is shown without its kind."""
    return (shown_ or "").removesuffix(".service") == unit.removesuffix(".service")


def test_units_that_ended_have_no_processes(machine: Machine, verdict: Notes) -> None:
    failed = {each["unit"] for each in machine.json("systemctl", "list-units", "--failed", "--output=json")}
    verdict("units that failed: one ended with 1, one was killed (systemctl)", len(failed & ENDED), len(ENDED), 0)
    ours = rows(machine.snapshot()).values()
    verdict("processes of these", sum(belongs(row["container"], unit) for row in ours for unit in ENDED), 0, 0)


ENDED = {"broken.service", "hungry.service"}


def test_processes_killed_for_want_of_memory(machine: Machine, verdict: Notes) -> None:
    counted = re.search(r"^oom_kill (\d+)$", machine.run("cat", "/proc/vmstat"), re.M)
    assert counted is not None and int(counted[1]) > 0
    kills = machine.snapshot()["memory"]["oom_kills"]
    verdict("processes killed for want of memory (/proc/vmstat)", kills, int(counted[1]), 0)
    result = shown(machine, "hungry.service", "Result")["Result"]
    verdict("a unit was, systemd says (Result=oom-kill)", float(result == "oom-kill"), 1, 0)


QUICK = """
systemd-run -q --unit=quick -p Restart=always -p RestartSec=0 -p StartLimitIntervalSec=0 sleep 2
until [ "$(systemctl show quick.service -P NRestarts)" -ge 1 ]; do sleep 0.2; done
nodetop --json --interval 5 --count 12 >/run/quick
"""


def test_a_unit_that_is_started_again_at_once(machine: Machine, verdict: Notes) -> None:
    machine.script(QUICK)
    told = int(shown(machine, "quick.service", "NRestarts")["NRestarts"])
    machine.run("systemctl", "stop", "quick.service")
    lines = [json.loads(line) for line in machine.run("cat", "/run/quick").splitlines()]
    problems = [each for line in lines for each in line["units"]["problems"] if each["unit"] == "quick.service"]
    states = {each["state"] for each in problems}
    verdict("it is listed as restarting", float(states == {"restarting"}), 1, 0)
    counts_ = [each["restarts"] for each in problems] or [0]
    verdict("its restarts are counted, at most as many as now (NRestarts)", float(0 < counts_[-1] <= told), 1, 0)


LIMITED = """
rm -f /run/limited
stat=/sys/fs/cgroup/system.slice/limited.service/cpu.stat
systemd-run -q --unit=limited -p CPUQuota=60% -p MemoryMax=100M -p MemoryHigh=80M -p TasksMax=50 \\
    sh -c 'while :; do :; done & nodetop --json --interval 2 --count 7 >/run/limited; sleep 600'
until [ -s /run/limited ]; do sleep 0.1; done
cp $stat /run/before
until [ "$(wc -l </run/limited)" = 7 ]; do sleep 0.1; done
cp $stat /run/after
"""


def test_limits_of_a_unit(machine: Machine, verdict: Notes) -> None:
    verdict.settled(lambda note: measure_limits(machine, note))


def measure_limits(machine: Machine, verdict: Notes) -> None:
    machine.script(LIMITED)
    told = shown(
        machine, "limited.service", "MemoryMax", "MemoryHigh", "TasksMax", "CPUQuotaPerSecUSec", "ControlGroup"
    )
    machine.run("systemctl", "stop", "limited.service")
    ours = [json.loads(line) for line in machine.run("cat", "/run/limited").splitlines()]
    limits = ours[-1]["limits"]
    verdict("its group is that of systemctl show", float(limits["group"] == told["ControlGroup"]), 1, 0)
    quota = float(told["CPUQuotaPerSecUSec"].removesuffix("ms")) / 1000
    verdict("CPU limit (systemctl show)", limits["cpu_limit_cores"], quota, 0, "cores")
    verdict("memory limit (systemctl show)", limits["memory_limit_bytes"], int(told["MemoryMax"]), 0, "B")
    verdict(
        "memory above which it is slowed (systemctl show)", limits["memory_high_bytes"], int(told["MemoryHigh"]), 0, "B"
    )
    verdict("limit of processes (systemctl show)", limits["pids_limit"], int(told["TasksMax"]), 0)
    verdict("processes killed in it", limits["oom_kills"], 0, 0)
    counted_by_the_kernel(machine, ours[1:], verdict)


def counted_by_the_kernel(machine: Machine, ours: Snapshots, verdict: Notes) -> None:
    before, after = (counts(machine.run("cat", f"/run/{when}")) for when in ("before", "after"))

    def passed(field: str) -> float:
        return sum(each["limits"][field] * elapsed(each, "limits") for each in ours)

    def grown(name: str) -> float:
        return (after[name] - before[name]) / 1e6

    used, waited = passed("cpu_used_cores"), passed("cpu_throttled_seconds_per_second")
    verdict("CPU time used by the unit (cpu.stat)", used, grown("usage_usec"), 0.2, "s", relative=0.1)
    verdict("time that it was kept from CPUs (cpu.stat)", waited, grown("throttled_usec"), 0.5, "s", relative=0.1)
    share = passed("cpu_throttled_percent") / sum(elapsed(each, "limits") for each in ours)
    theirs = 100 * (after["nr_throttled"] - before["nr_throttled"]) / (after["nr_periods"] - before["nr_periods"])
    verdict("periods in which it had to wait (cpu.stat)", share, theirs, 10, "%")


def counts(text: str) -> dict[str, int]:
    return {name: int(value) for name, value in map(str.split, text.splitlines())}
