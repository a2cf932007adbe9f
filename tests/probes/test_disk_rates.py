"""Rates of block devices from their counts: wraps, resets, clocks that ran backwards, any counts at all."""

import math

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from nodetop.model import wire
from nodetop.model.snapshot import DiskMetrics
from nodetop.probes.disks import DisksProbe
from nodetop.probes.host_files import HostFiles
from tests.probes.disk_readings import derived, rates, reading


@pytest.mark.parametrize("elapsed", [None, 0.0, -1.0])
def test_without_time_between_there_are_no_rates(elapsed: float | None) -> None:
    assert set(rates(derived(reading(), reading(reads=5), elapsed)).values()) == {None}


@pytest.mark.parametrize("counter", ["reads", "writes", "read_sectors", "written_sectors"])
def test_counts_that_start_anew_are_a_gap(counter: str) -> None:
    before = reading(reads=10, writes=10, read_sectors=10, written_sectors=10)
    assert set(rates(derived(before, replace(before, **{counter: 9}), 1.0)).values()) == {None}


def test_milliseconds_wrap_at_32_bits() -> None:
    top = 2**32
    before = reading(read_ms=top - 300, write_ms=top - 50, busy_ms=top - 100, queue_ms=top - 1)
    now = reading(reads=10, writes=5, read_ms=200, write_ms=50, busy_ms=400, queue_ms=999)
    disk = derived(before, now, 1.0)
    assert (disk.read_await_ms, disk.write_await_ms) == (50.0, 20.0)
    assert (disk.utilisation_percent, disk.queue_depth) == (50.0, 1.0)


def test_time_that_ran_backwards_is_unknown_and_spares_the_rest() -> None:
    disk = derived(reading(busy_ms=100, queue_ms=100), reading(reads=4, busy_ms=99, queue_ms=98), 2.0)
    assert (disk.utilisation_percent, disk.queue_depth, disk.reads_per_second) == (None, None, 2.0)


def test_where_nothing_was_asked_nothing_waited() -> None:
    disk = derived(reading(), reading(reads=2, read_ms=3), 1.0)
    assert (disk.read_await_ms, disk.write_await_ms) == (1.5, None)


def test_busy_time_is_at_most_all_the_time() -> None:
    assert derived(reading(), reading(busy_ms=1004), 1.0).utilisation_percent == 100.0


COUNTS = st.fixed_dictionaries(
    dict.fromkeys(("reads", "read_sectors", "writes", "written_sectors"), st.integers(0, 2**63))
    | dict.fromkeys(("read_ms", "write_ms", "busy_ms", "queue_ms"), st.integers(0, 2**32 - 1))
)


@given(COUNTS, COUNTS, st.floats(0.01, 1e6) | st.sampled_from([None, 0.0]))
def test_whatever_was_counted_rates_are_sound(
    before: dict[str, int], now: dict[str, int], elapsed: float | None
) -> None:
    disk = derived(reading(**before), reading(**now), elapsed)
    known = [value for value in rates(disk).values() if value is not None]
    assert all(math.isfinite(value) and value >= 0 for value in known)
    wire.decode(wire.encode(disk), DiskMetrics)
    if any(now[name] < before[name] for name in ("reads", "read_sectors", "writes", "written_sectors")) or not elapsed:
        assert known == []


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**31 - 1), st.floats(0.5, 1e4))
def test_a_wrap_changes_nothing(start: int, grown: int, elapsed: float) -> None:
    wrapped = derived(reading(queue_ms=start), reading(queue_ms=(start + grown) % 2**32), elapsed)
    assert wrapped.queue_depth == pytest.approx(grown / 1000 / elapsed)


@pytest.mark.live
def test_counts_are_those_of_psutil() -> None:
    files = HostFiles()
    before = psutil.disk_io_counters(perdisk=True, nowrap=False)
    if not before or not files.exists("/sys/block"):
        pytest.skip("no block devices here")
    found = DisksProbe(files).read()
    after = psutil.disk_io_counters(perdisk=True, nowrap=False)
    assert found or all(name.startswith(("loop", "ram", "zram", "sr", "fd")) for name in before)
    for name, disk in found.items():
        low, high = before[name], after[name]
        assert low.read_count <= disk.reads <= high.read_count
        assert low.write_count <= disk.writes <= high.write_count
        assert low.read_bytes <= disk.read_sectors * 512 <= high.read_bytes
        assert low.write_bytes <= disk.written_sectors * 512 <= high.write_bytes
        assert asdict(disk)["size_bytes"] == files.number(f"/sys/block/{name.replace('/', '!')}/size") * 512
