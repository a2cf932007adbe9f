"""CPU against sar and mpstat. Both sides average the same seconds; they start up to half a second apart, so a steady
load may differ by a few points."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.verify.watching import Snapshots, beside, load, mean_of, snapshot

SECONDS = 8
POINTS = 5.0
SHARES = ("user", "nice", "system", "iowait", "steal")

LOADS = {
    "idle": None,
    "one core at 50 %": ("stress-ng", "--cpu", "1", "--cpu-load", "50"),
    "all cores": ("stress-ng", "--cpu", "0"),
    "nice": ("nice", "-n", "10", "stress-ng", "--cpu", "1"),
    "short spikes": ("stress-ng", "--cpu", "1", "--cpu-load", "30", "--cpu-load-slice", "200"),
}


def sar(text: str) -> dict[str, float]:
    """%user %nice %system %iowait %steal %idle of the average line."""
    average = next(line.split() for line in text.splitlines() if line.startswith("Average:"))
    return dict(zip((*SHARES, "idle"), map(float, average[2:]), strict=True))


def watched(kind: str, *reference: str) -> tuple[Snapshots, str]:
    command = LOADS[kind]
    if command is None:
        return beside(SECONDS, *reference)
    with load(*command):
        return beside(SECONDS, *reference)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind == "one core at 50 %" else pytest.mark.long) for kind in LOADS]
)
def test_all_cpus_against_sar(kind: str, need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("sar", "stress-ng")
    ours, text = watched(kind, "sar", "-u", "1", str(SECONDS))
    theirs = sar(text)
    busy = mean_of(ours, lambda each: each["cpu"]["busy_percent"])
    # sar's idle and iowait are what nodetop does not count as busy.
    verdict(f"CPU busy, {kind} (sar)", busy, 100 - theirs["idle"] - theirs["iowait"], POINTS, "%")
    for share in SHARES:
        value = mean_of(ours, lambda each, share=share: each["cpu"][f"{share}_percent"])
        verdict(f"CPU {share}, {kind} (sar)", value, theirs[share], POINTS, "%")


@pytest.mark.long
def test_each_core_against_mpstat(need: Callable[..., None], verdict: Callable[..., None]) -> None:
    need("mpstat", "stress-ng", "taskset")
    with load("taskset", "-c", "0", "stress-ng", "--cpu", "1", "--cpu-load", "60"):
        ours, text = beside(SECONDS, "mpstat", "-P", "ALL", "1", str(SECONDS))
    for line in text.splitlines():
        fields = line.split()
        if line.startswith("Average:") and fields[1].isdecimal():
            theirs = 100 - float(fields[-1]) - float(fields[5])

            def busy(each: dict[str, Any], core: int = int(fields[1])) -> float | None:
                found: float | None = next(c for c in each["cpu"]["cores"] if c["index"] == core)["busy_percent"]
                return found

            verdict(f"core {fields[1]} busy (mpstat)", mean_of(ours, busy), theirs, POINTS, "%")


def test_load_is_that_of_the_kernel(verdict: Callable[..., None]) -> None:
    ours = snapshot()["cpu"]
    theirs = list(map(float, Path("/proc/loadavg").read_text().split()[:3]))
    for name, value in zip(("load_1m", "load_5m", "load_15m"), theirs, strict=True):
        verdict(f"{name} (/proc/loadavg)", ours[name], value, 0.1)  # it changes each 5 s
