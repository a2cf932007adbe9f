"""The machine itself against uname, getconf, uptime and psutil: equal, except for the time between the two readings,
and whole seconds if the tool shows no more. Offline CPUs: a recorded machine with some, made from the kernel's
cpu-hotplug document."""

import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.recorded_hosts import Host
from tests.verify.verdict import Notes
from tests.verify.watching import Watch, at_once, run, snapshot


def test_this_machine(need: Any, verdict: Notes) -> None:
    need("uname", "getconf")

    def measure(note: Notes) -> None:
        found, now = at_once(watch, lambda: time.clock_gettime(time.CLOCK_BOOTTIME))
        host = found["host"]
        note("uptime (CLOCK_BOOTTIME)", host["uptime_seconds"], now, 0.2, "s")
        note("boot time (psutil)", host["boot_time"], psutil.boot_time(), 1, "s")
        note("CPUs (getconf)", host["cpu_count"], int(run("getconf", "_NPROCESSORS_ONLN")), 0)
        note("CPUs (psutil)", host["cpu_count"], psutil.cpu_count() or 0, 0)
        note("time of a snapshot (date)", found["taken_at"], time.time(), 0.2, "s")

    with Watch(interval=0.5) as watch:
        verdict.settled(measure)
    host = snapshot()["host"]
    for name, flag in (("hostname", "-n"), ("kernel", "-r"), ("architecture", "-m")):
        same = host[name] == run("uname", flag).strip()
        verdict(f"{name} is as uname {flag} has it", float(same), 1, 0)


@pytest.mark.long
def test_boot_time_of_uptime(need: Any, verdict: Notes) -> None:
    need("uptime")
    told = time.mktime(time.strptime(run("uptime", "-s").strip(), "%Y-%m-%d %H:%M:%S"))
    verdict("boot time (uptime -s)", snapshot()["host"]["boot_time"], told, 1.1, "s")


@pytest.mark.parametrize("offline", [(2,), (0, 5, 7)], ids=str)
def test_cpus_that_are_offline(offline: tuple[int, ...], tmp_path: Path, verdict: Notes) -> None:
    host = Host(tmp_path, "half", cpus=8, offline=offline)
    host.memory(8_000_000, 4_000_000)
    host.processes(2)
    found = snapshot("--proc-root", str(tmp_path / "proc"), "--sys-root", str(tmp_path / "sys"))
    what = f"of 8 CPUs without {', '.join(map(str, offline))}"
    verdict(f"CPUs {what}", found["host"]["cpu_count"], 8 - len(offline), 0)
    verdict(f"rows {what}", len(found["cpu"]["cores"]), 8, 0)
    asleep = tuple(core["index"] for core in found["cpu"]["cores"] if not core["online"])
    verdict(f"right ones offline {what}", len(set(asleep) & set(offline)), len(offline), 0)
    assert asleep == offline
    assert all(core["busy_percent"] is None for core in found["cpu"]["cores"] if not core["online"]), (
        "and no 0 for them"
    )
