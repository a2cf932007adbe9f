"""Samples and points for the tests of the history, and how they wait."""

import time
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from nodetop.model.snapshot import (
    CHARTED,
    CpuMetrics,
    HistoryPoint,
    MemoryMetrics,
    NodeSnapshot,
    ProcessMetrics,
    ProcessSummary,
    Stat,
    TopProcess,
)

START = 1_769_817_600.0
"""2026-01-31 00:00 UTC: a day, an hour and five minutes begin."""
DAY = 86_400.0


def sample(
    at: float = START, busy: float | None = 10.0, *, node: str = "web-01", seq: int = 0, **more: Any
) -> NodeSnapshot:
    processes = ProcessSummary(rows=(process(pid=1, name="init", cpu_percent=busy),))
    return NodeSnapshot(
        node=node,
        taken_at=at,
        boot_id=more.pop("boot_id", "boot"),
        seq=seq,
        cpu=CpuMetrics(busy_percent=busy),
        memory=more.pop("memory", MemoryMetrics(used_percent=50.0)),
        processes=more.pop("processes", processes),
        **more,
    )


def process(**fields: Any) -> ProcessMetrics:
    return ProcessMetrics(**{"pid": 1, "name": "init", "started_at": 1.0} | fields)


def point(at: float = START, busy: float = 10.0, samples: int = 1, **more: Any) -> HistoryPoint:
    return HistoryPoint(at=at, samples=samples, cpu_busy_percent=Stat(mean=busy, max=busy), **more)


def wait_until(condition: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


values = st.floats(0, 1e12, allow_nan=False)


@st.composite
def stats(draw: st.DrawFn) -> Stat:
    mean, more = draw(values), draw(values)
    return Stat(mean=mean, max=max(mean, more))


tops = st.lists(
    st.builds(
        TopProcess,
        pid=st.integers(1, 9),
        name=st.text(max_size=8),
        user=st.none() | st.text(max_size=4),
        value=values,
        command=st.text(max_size=4),
        workload=st.none() | st.text(max_size=4),
    ),
    max_size=3,
).map(tuple)


five_minutes = st.integers(0, 600).map(lambda index: START + 300.0 * index)


def points(at: st.SearchStrategy[float] = five_minutes) -> st.SearchStrategy[HistoryPoint]:
    """Any points, most of a day or two."""
    return st.builds(
        HistoryPoint,
        at=at,
        samples=st.integers(1, 1000),
        top_cpu=tops,
        top_memory=tops,
        top_io=tops,
        **{name: st.none() | stats() for name in CHARTED},
    )
