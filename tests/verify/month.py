"""A month of samples whose shape is known: what was put in, and, by plain arithmetic, what a trend of it must show."""

import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from nodetop.model.snapshot import CpuMetrics, MemoryMetrics, NodeSnapshot, ProcessMetrics, ProcessSummary

START = 1_772_323_200.0
"""2026-03-01 00:00 UTC. In Berlin the clocks go forward on the 29th: that day has 23 hours."""
DAY, HOUR, MINUTE = 86_400.0, 3600.0, 60.0
SPIKE_PERCENT = 100.0


@dataclass(frozen=True)
class Taken:
    """One sample: when, and what it says."""

    at: float
    busy_percent: float
    used_percent: float
    boot_id: str
    seq: int
    top: str

    def snapshot(self) -> NodeSnapshot:
        row = ProcessMetrics(pid=1 + len(self.top), name=self.top, started_at=1.0, cpu_percent=self.busy_percent)
        return NodeSnapshot(
            node="web-01",
            taken_at=self.at,
            boot_id=self.boot_id,
            seq=self.seq,
            cpu=CpuMetrics(busy_percent=self.busy_percent),
            memory=MemoryMetrics(used_percent=self.used_percent),
            processes=ProcessSummary(rows=(row,)),
        )


@dataclass(frozen=True)
class Month:
    """`days` of samples `interval` seconds apart, ending at `until`."""

    days: int
    interval: float
    is_clock_stepped: bool = True
    """Whether the host's clock is set back and forth on the way. What a hub takes is by the hub's own clock."""

    @property
    def until(self) -> float:
        return START + self.days * DAY

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Stretches in which nothing was taken, by the true time: a nap, a night, and, in a month, a holiday."""
        naps = [(0.4 * DAY, 20 * MINUTE), (1.0 * DAY + 22 * HOUR, 8 * HOUR), (12.3 * DAY, 3.6 * DAY)]
        return [(START + begin, START + begin + length) for begin, length in naps if begin + length < self.days * DAY]

    @property
    def reboot_at(self) -> float:
        return START + 0.7 * DAY

    def spikes(self) -> set[int]:
        """Numbers of the samples that are at 100 %, alone: three in each day, as the dice fell."""
        dice = random.Random(20)
        per_day = int(DAY / self.interval)
        return {day * per_day + dice.randrange(per_day) for day in range(self.days) for _ in range(3)}

    def samples(self) -> Iterator[Taken]:
        """In the order in which they were taken, which is not that of their times where the clock was set back."""
        dice, spikes = random.Random(7), self.spikes()
        for number in range(int(self.days * DAY / self.interval)):
            true = START + number * self.interval
            noise = dice.uniform(-5, 5)  # drawn for each, so that a gap does not change those after it
            if any(begin <= true < end for begin, end in self.gaps):
                continue
            is_spike, is_after = number in spikes, true >= self.reboot_at
            yield Taken(
                at=true + self._clock_error(true),
                busy_percent=SPIKE_PERCENT if is_spike else 40 + 30 * math.sin(2 * math.pi * true / DAY) + noise,
                used_percent=20 + 50 * (true - START) / (self.days * DAY),
                boot_id="second" if is_after else "first",
                seq=number - int(0.7 * DAY / self.interval) if is_after else number,
                top="spike" if is_spike else "steady",
            )

    def _clock_error(self, true: float) -> float:
        """Set back by ten minutes for two hours, and later, in another, forward by forty."""
        hours = (true - START) / HOUR
        if not self.is_clock_stepped:
            return 0.0
        return -600.0 if 5 <= hours < 7 else 2400.0 if 40 <= hours < 43 else 0.0


@dataclass(frozen=True)
class Expected:
    """What a stretch of time holds."""

    samples: int
    busy_mean: float
    busy_max: float
    used_mean: float


def expected(samples: list[Taken], step: float) -> dict[float, Expected]:
    """Each stretch of `step` seconds that has samples, by its start."""
    stretches: dict[float, list[Taken]] = defaultdict(list)
    for taken in samples:
        stretches[taken.at - taken.at % step].append(taken)
    return {
        at: Expected(
            samples=len(each),
            busy_mean=fmean(one.busy_percent for one in each),
            busy_max=max(one.busy_percent for one in each),
            used_mean=fmean(one.used_percent for one in each),
        )
        for at, each in stretches.items()
    }
