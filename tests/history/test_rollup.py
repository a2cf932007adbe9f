"""Samples to points, and points to longer points."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.grid import interval_start
from nodetop.history.rollup import Accumulator, merge, roll_up
from nodetop.model.snapshot import CHARTED, HistoryPoint, HostInfo, MemoryMetrics, ProcessSummary, Stat, TopProcess
from tests.history.samples import START, point, points, process, sample

STEPS = st.sampled_from([300.0, 900.0, 3600.0, 7200.0, 86_400.0])


def by_interval(found: list[HistoryPoint], step: float) -> dict[float, list[HistoryPoint]]:
    groups: dict[float, list[HistoryPoint]] = {}
    for each in found:
        groups.setdefault(interval_start(each.at, step), []).append(each)
    return groups


@given(st.lists(points(), max_size=30), STEPS)
def test_the_highest_value_survives_every_roll_up(given_points: list[HistoryPoint], step: float) -> None:
    groups = by_interval(given_points, step)
    rolled = roll_up(given_points, step)
    assert [each.at for each in rolled] == sorted(groups)  # what had no sample has no point
    for each in rolled:
        for name in CHARTED:
            known = [stat for part in groups[each.at] if (stat := getattr(part, name)) is not None]
            stat = getattr(each, name)
            if not known:
                assert stat is None
                continue
            assert stat.max == max(part.max for part in known)
            least, most = min(part.mean for part in known), max(part.mean for part in known)
            assert least * (1 - 1e-9) <= stat.mean <= most * (1 + 1e-9) or stat.mean <= stat.max


@given(st.lists(points(), max_size=30), STEPS)
def test_samples_are_neither_lost_nor_made(given_points: list[HistoryPoint], step: float) -> None:
    rolled = roll_up(given_points, step)
    assert sum(each.samples for each in rolled) == sum(each.samples for each in given_points)
    assert all(each.at % step == 0 for each in rolled)


@given(st.lists(points(), min_size=1, max_size=12))
def test_the_way_of_grouping_makes_no_difference(parts: list[HistoryPoint]) -> None:
    at_once = merge(parts, START)
    half = len(parts) // 2
    grouped = merge([merge(part, START) for part in (parts[:half], parts[half:]) if part], START)
    assert grouped.samples == at_once.samples
    for name in CHARTED:
        one, other = getattr(at_once, name), getattr(grouped, name)
        assert (one is None) == (other is None)
        if one is not None and all(getattr(part, name) is not None for part in parts):
            assert other.max == one.max
            assert other.mean == pytest.approx(one.mean, rel=1e-6, abs=1e-6)


def test_boots_and_oom_kills_are_those_by_the_end() -> None:
    interval = Accumulator(START)
    for boot, kills in ((50.0, 1), (None, 2), (50.0, None)):
        interval.add(sample(START, host=HostInfo(boot_time=boot), memory=MemoryMetrics(oom_kills=kills)))
    first = interval.point()
    assert first is not None and (first.boot_time, first.oom_kills) == (50.0, 2)
    merged = merge([first, point(START + 300)], START)
    assert (merged.boot_time, merged.oom_kills) == (50.0, 2)


def test_a_mean_counts_every_sample_once() -> None:
    merged = merge([point(START, 10, samples=1), point(START + 300, 40, samples=3)], START)
    assert merged.cpu_busy_percent == Stat(mean=32.5, max=40)
    assert merged.samples == 4


@given(st.lists(st.none() | st.floats(0, 1e9), min_size=1, max_size=50))
def test_an_interval_is_what_its_samples_were(busy: list[float | None]) -> None:
    interval = Accumulator(START)
    for value in busy:
        interval.add(sample(busy=value))
    made = interval.point()
    assert made is not None and made.samples == len(busy)
    known = [value for value in busy if value is not None]
    if not known:
        assert made.cpu_busy_percent is None
        return
    assert made.cpu_busy_percent is not None
    assert made.cpu_busy_percent.max == max(known)
    assert made.cpu_busy_percent.mean == pytest.approx(sum(known) / len(known), rel=1e-9, abs=1e-9)
    assert made.cpu_busy_percent.mean <= made.cpu_busy_percent.max


def test_what_is_no_number_is_not_known() -> None:
    interval = Accumulator(START)
    for value in (nan, inf, -inf, 5.0):
        interval.add(sample(busy=value, processes=ProcessSummary(rows=(process(cpu_percent=value),))))
    made = interval.point()
    assert made is not None
    assert made.cpu_busy_percent == Stat(mean=5, max=5)
    assert [top.value for top in made.top_cpu] == [5.0]


def test_no_sample_no_point() -> None:
    assert Accumulator(START).point() is None


def test_a_spike_says_who_it_was() -> None:
    interval = Accumulator(START)
    rows = [process(pid=pid, name=f"p{pid}", cpu_percent=float(pid), memory_percent=9.0 - pid) for pid in range(1, 9)]
    interval.add(sample(processes=ProcessSummary(rows=tuple(rows))))
    spike = process(pid=99, name="spike", user="eve", cpu_percent=300.0)
    interval.add(sample(processes=ProcessSummary(rows=(spike, *rows))))
    interval.add(sample(processes=ProcessSummary(rows=tuple(rows))))
    made = interval.point()
    assert made is not None
    assert [(top.name, top.value) for top in made.top_cpu] == [("spike", 300.0), ("p8", 8.0), ("p7", 7.0)]
    assert [top.name for top in made.top_memory] == ["p1", "p2", "p3"]
    merged = merge([made, *[point(START + 300 * index) for index in range(1, 12)]], START)
    assert merged.top_cpu[0] == TopProcess(pid=99, name="spike", user="eve", value=300.0)


def test_a_process_is_named_once_with_its_highest_value() -> None:
    interval = Accumulator(START)
    for value in (5.0, 50.0, 20.0):
        interval.add(sample(processes=ProcessSummary(rows=(process(cpu_percent=value),))))
    made = interval.point()
    assert made is not None
    assert [(top.pid, top.value) for top in made.top_cpu] == [(1, 50.0)]


def test_a_name_from_outside_is_made_safe() -> None:
    interval = Accumulator(START)
    row = process(name="\x1b]0;x\x07", user="a\nb", cpu_percent=1.0)
    interval.add(sample(processes=ProcessSummary(rows=(row,))))
    made = interval.point()
    assert made is not None
    assert made.top_cpu[0].name.isprintable() and (made.top_cpu[0].user or "").isprintable()


def test_longer_points_stay_as_they_are() -> None:
    hours = [point(START), point(START + 3600)]
    assert roll_up(hours, 300) == hours


def test_a_gap_stays_a_gap() -> None:
    rolled = roll_up([point(START), point(START + 1800)], 300)
    assert [each.at for each in rolled] == [START, START + 1800]


def test_top_processes_keep_their_command_and_workload_and_who_wrote_is_known() -> None:
    interval = Accumulator(START, lambda command: command.replace("hunter2", "***"))
    writer = process(
        pid=7, name="dd", command="dd of=/srv/x password=hunter2", container="backup.service", cpu_percent=1.0,
        read_bytes_per_second=1e6, write_bytes_per_second=3e9,
    )  # fmt: skip
    long = process(pid=8, name="java", command="java " + "x" * 500, cpu_percent=99.0, write_bytes_per_second=0.0)
    interval.add(sample(processes=ProcessSummary(rows=(writer, long))))
    made = interval.point()
    assert made is not None
    (top,) = made.top_io
    assert (top.name, top.workload, top.value) == ("dd", "backup.service", 3.001e9)
    assert top.command == "dd of=/srv/x password=***"
    assert made.top_cpu[0].command.startswith("java xxx") and len(made.top_cpu[0].command) == 80
    assert merge([made, made], START).top_io == made.top_io
