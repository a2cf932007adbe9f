"""CPU against sar, mpstat and psutil. Both sides measure the same seconds except for a few hundredths, and the kernel
counts in hundredths. Over eight seconds that is less than half a point; one point is allowed. Steal counts as busy and
iowait does not, as in htop and top. Load averages and pressure are the kernel's own values, read a moment later: they
must be equal."""

import re
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.verify.disk_load import fio, lay_out
from tests.verify.verdict import Notes
from tests.verify.watching import Snapshot, Watch, at_once, beside, load

SECONDS = 8
SHORT_SECONDS = 3
"""In the short form, where accordingly more is allowed."""
POINTS = 1.0
SHARES = {"user": "usr", "nice": "nice", "system": "sys", "iowait": "iowait", "steal": "steal"}
"""Of nodetop's, those that sar and mpstat have one column for."""

LOADS = {
    "idle": ("sleep", "600"),
    "one core at 50 %": ("stress-ng", "--cpu", "1", "--cpu-load", "50"),
    "all cores": ("stress-ng", "--cpu", "0"),
    "nice": ("nice", "-n", "10", "stress-ng", "--cpu", "1"),
    "short spikes": ("stress-ng", "--cpu", "1", "--cpu-load", "30", "--cpu-load-slice", "200"),
    "system calls": ("dd", "if=/dev/zero", "of=/dev/null", "bs=64"),
    "interrupts": ("stress-ng", "--udp", "1"),
}


def average(text: str) -> list[dict[str, str]]:
    """The lines of averages of a tool of sysstat, by column without the percent signs."""
    lines = [line.split() for line in text.splitlines()]
    header = next(line for line in reversed(lines) if "%usr" in line)
    names = [name.lstrip("%") for name in header]
    return [dict(zip(names, line, strict=True)) for line in lines if line[:1] == ["Average:"] and "%usr" not in line]


def psutil_busy(before: Any, after: Any) -> float:
    """As psutil counts: guest time is in user and nice."""
    spent = {name: getattr(after, name) - getattr(before, name) for name in after._fields[:8]}
    return 100 * (1 - (spent["idle"] + spent["iowait"]) / sum(spent.values()))


def compared(kind: str, command: tuple[str, ...], note: Notes, seconds: int = SECONDS) -> None:
    points = POINTS * SECONDS / seconds
    with load(*command):
        both = beside(seconds, "sar", "-u", "ALL", str(seconds), "1", counted=psutil.cpu_times)
    (line,) = average(both.text)
    theirs = {name: float(line[name]) for name in [*SHARES.values(), "irq", "soft", "gnice", "guest", "idle"]}
    busy = both.over_time("cpu", lambda each: each["cpu"]["busy_percent"])
    note(f"CPU busy, {kind} (sar)", busy, 100 - theirs["idle"] - theirs["iowait"], points, "%")
    note(f"CPU busy, {kind} (psutil)", busy, psutil_busy(both.before, both.after), points, "%")
    for share, column in SHARES.items():
        value = both.over_time("cpu", lambda each, share=share: each["cpu"][f"{share}_percent"])
        more = {"user": theirs["guest"], "nice": theirs["gnice"]}.get(share, 0)  # what a guest ran is in both
        note(f"CPU {share}, {kind} (sar)", value, theirs[column] + more, points, "%")
    irq = both.over_time("cpu", lambda each: each["cpu"]["irq_percent"])
    note(f"CPU irq, {kind} (sar)", irq, theirs["irq"] + theirs["soft"], points, "%")


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind == "one core at 50 %" else pytest.mark.long) for kind in LOADS]
)
def test_all_cpus(kind: str, need: Any, verdict: Notes, pytestconfig: pytest.Config) -> None:
    need("sar", "stress-ng")
    seconds = SECONDS if pytestconfig.getoption("--long", False) else SHORT_SECONDS
    verdict.settled(lambda note: compared(kind, LOADS[kind], note, seconds))


@pytest.mark.long
def test_waiting_for_a_disk_is_not_busy(tmp_path: Path, need: Any, verdict: Notes) -> None:
    need("sar", "fio")
    lay_out(tmp_path / "file")
    command = (*fio(tmp_path / "file", "randread", 60, jobs=1), "--rate=0")
    verdict.settled(lambda note: compared("waiting for a disk", command, note))


def compared_cores(note: Notes) -> None:
    with load("taskset", "-c", "0", "stress-ng", "--cpu", "1", "--cpu-load", "60"):
        both = beside(SECONDS, "mpstat", "-P", "ALL", str(SECONDS), "1")
    lines = [line for line in average(both.text) if line["CPU"].isdecimal()]
    for line in lines:
        theirs = {name: float(line[name]) for name in (*SHARES.values(), "idle")}

        def mine(name: str, core: int = int(line["CPU"])) -> float | None:
            def value(each: Snapshot) -> float | None:
                cores = {one["index"]: one for one in each["cpu"]["cores"]}
                found: float | None = cores[core][f"{name}_percent"]
                return found

            return both.over_time("cpu", value)

        core = f"core {line['CPU']}"
        note(f"{core} busy (mpstat)", mine("busy"), 100 - theirs["idle"] - theirs["iowait"], POINTS, "%")
        for share in ("user", "system", "iowait"):
            note(f"{core} {share} (mpstat)", mine(share), theirs[SHARES[share]], POINTS, "%")
    online = sum(core["online"] for core in both.ours[-1]["cpu"]["cores"])
    note("cores online (mpstat)", online, len(lines), 0)


@pytest.mark.long
def test_each_core(need: Any, verdict: Notes) -> None:
    need("mpstat", "stress-ng", "taskset")
    verdict.settled(compared_cores)


def test_load_averages(verdict: Notes) -> None:
    def measure(note: Notes) -> None:
        found, theirs = at_once(watch, lambda: Path("/proc/loadavg").read_text().split()[:3])
        for name, value in zip(("load_1m", "load_5m", "load_15m"), map(float, theirs), strict=True):
            note(f"{name} (/proc/loadavg)", found["cpu"][name], value, 0)

    with Watch(interval=0.5) as watch:
        verdict.settled(measure)


def pressure(resource: str) -> dict[str, float]:
    """The averages of ten and sixty seconds, as the kernel reports them."""
    found = re.findall(r"(some|full) avg10=(\S+) avg60=(\S+)", Path(f"/proc/pressure/{resource}").read_text())
    pairs = [
        (scope, seconds, value) for scope, *values in found for seconds, value in zip((10, 60), values, strict=True)
    ]
    return {f"{scope}_{seconds}s_percent": float(value) for scope, seconds, value in pairs}


@pytest.mark.long
def test_pressure(tmp_path: Path, need: Any, verdict: Notes) -> None:
    need("stress-ng")
    try:
        pressure("cpu")
    except OSError as error:
        pytest.skip(f"this kernel does not report pressure: {error}")

    def measure(note: Notes) -> None:
        found, theirs = at_once(watch, lambda: {name: pressure(name) for name in ("cpu", "io", "memory")})
        mine = {
            "cpu": found["cpu"]["pressure"],
            "io": found["cpu"]["io_pressure"],
            "memory": found["memory"]["pressure"],
        }
        for resource, values in theirs.items():
            for name, value in values.items():
                note(f"pressure on {resource}, {name} (kernel)", mine[resource][name], value, 0, "%")

    with load("stress-ng", "--cpu", "8", "--hdd", "1", "--temp-path", str(tmp_path)), Watch() as watch:
        for _ in range(5):  # until there is some pressure
            watch.next()
        verdict.settled(measure)
