"""Memory as free and top say it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.snapshot import MemoryMetrics
from nodetop.probes.base.meminfo import parse_meminfo
from nodetop.probes.base.pressure import parse_pressure
from nodetop.probes.host_files import HostFiles
from nodetop.probes.memory import MemoryProbe, MemoryReading, derive, parse_arcstats, parse_vmstat
from tests.probes.tree import Tree

KIB = 1024
ARC = (
    "13 1 0x01 123 33456 1234 5678\nname                            type data\n"
    "hits                            4    1\nc_min                           4    1000000\n"
    "c_max                           4    8000000\nsize                            4    5000000\n"
)


class Machine(Tree):
    def memory(self, **kib: int) -> MemoryMetrics:
        """What is said of a /proc/meminfo with these lines."""
        self.write("/proc/meminfo", "".join(f"{name}:{value:>15} kB\n" for name, value in kib.items()))
        probe = MemoryProbe(self.files)
        return probe.derive(None, probe.read(), None)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_used_is_what_is_not_available(machine: Machine) -> None:
    found = machine.memory(
        MemTotal=16000, MemFree=2000, MemAvailable=10000, Buffers=500, Cached=6000, SReclaimable=300, Shmem=700,
        SwapTotal=4000, SwapFree=3000, SwapCached=200,
    )  # fmt: skip
    assert (found.total_bytes, found.available_bytes, found.used_bytes) == (16000 * KIB, 10000 * KIB, 6000 * KIB)
    assert found.used_percent == 37.5
    assert (found.free_bytes, found.buffers_bytes) == (2000 * KIB, 500 * KIB)
    assert (found.cached_bytes, found.shared_bytes) == (6300 * KIB, 700 * KIB)
    assert (found.swap_total_bytes, found.swap_used_bytes) == (4000 * KIB, 1000 * KIB)


def test_kernels_before_3_14_have_no_memavailable(machine: Machine) -> None:
    found = machine.memory(MemTotal=16000, MemFree=2000, Buffers=500, Cached=6000, SReclaimable=300, Shmem=700)
    assert found.available_bytes == (2000 + 500 + 6000 - 700 + 300) * KIB


@pytest.mark.parametrize("available", [0, 99999])
def test_an_available_that_cannot_be_is_what_is_free(machine: Machine, available: int) -> None:
    found = machine.memory(MemTotal=16000, MemFree=2000, MemAvailable=available)
    assert (found.available_bytes, found.used_bytes) == (2000 * KIB, 14000 * KIB)


def test_no_swap_is_zero_and_swap_unknown_is_unknown(machine: Machine) -> None:
    assert machine.memory(MemTotal=1, MemFree=1, SwapTotal=0, SwapFree=0).swap_used_bytes == 0
    assert machine.memory(MemTotal=1, MemFree=1).swap_used_bytes is None


def test_more_free_swap_than_there_is_is_none_used(machine: Machine) -> None:
    assert machine.memory(MemTotal=1, SwapTotal=10, SwapFree=20).swap_used_bytes == 0


def test_swapping_over_the_interval() -> None:
    before = MemoryReading(swapped_in=1000, swapped_out=5000)
    found = derive(before, MemoryReading(swapped_in=3000, swapped_out=4000), 2.0)
    assert (found.swap_in_bytes_per_second, found.swap_out_bytes_per_second) == (1000, None)
    assert derive(None, MemoryReading(swapped_in=3000), None).swap_in_bytes_per_second is None


def test_vmstat_is_read_where_there_is_swap(machine: Machine) -> None:
    machine.write("/proc/vmstat", "nr_free_pages 1\npswpin 10\npswpout 20\n")
    machine.write("/proc/meminfo", "MemTotal: 1 kB\nSwapTotal: 1 kB\nSwapFree: 1 kB\n")
    assert MemoryProbe(machine.files).read().swapped_out == 20 * 4096


def test_oom_kills_are_counted_with_and_without_swap(machine: Machine) -> None:
    machine.write("/proc/vmstat", "pswpin 10\noom_kill 3\ndrop_pagecache 1\n")
    assert machine.memory(SwapTotal=10).oom_kills == 3
    machine.write("/proc/meminfo", "MemTotal: 100 kB\nMemFree: 50 kB\n")
    probe = MemoryProbe(machine.files)
    counts = []
    for kills in range(3, 12):
        machine.write("/proc/vmstat", f"oom_kill {kills}\n")
        reading = probe.read()
        assert reading.swapped_in is None
        counts.append(derive(None, reading, None).oom_kills)
    assert counts == [3, 3, 3, 3, 3, 8, 8, 8, 8]


def test_a_kernel_that_does_not_count_oom_kills(machine: Machine) -> None:
    machine.write("/proc/vmstat", "pswpin 10\n")
    assert machine.memory(SwapTotal=10).oom_kills is None


def test_zfs_gives_back_all_but_its_minimum(machine: Machine) -> None:
    machine.write("/proc/spl/kstat/zfs/arcstats", ARC)
    found = machine.memory(MemTotal=16000, MemFree=2000, MemAvailable=3000)
    assert found.zfs_arc_bytes == 5_000_000
    assert found.available_bytes == 3000 * KIB + 4_000_000


def test_a_container_does_not_get_its_hosts_cache(machine: Machine) -> None:
    machine.write("/proc/spl/kstat/zfs/arcstats", ARC)
    machine.write("/run/systemd/container", "lxc\n")
    found = machine.memory(MemTotal=16000, MemFree=2000, MemAvailable=3000)
    assert (found.zfs_arc_bytes, found.available_bytes) == (None, 3000 * KIB)


def test_pressure(machine: Machine) -> None:
    machine.write(
        "/proc/pressure/memory",
        "some avg10=12.50 avg60=3.00 avg300=1.00 total=9\nfull avg10=2.00 avg60=0.50 avg300=0.00 total=5\n",
    )
    pressure = machine.memory(MemTotal=1).pressure
    assert pressure is not None
    assert (pressure.some_10s_percent, pressure.full_60s_percent) == (12.5, 0.5)


@pytest.mark.parametrize(
    "text", [b"", b"some\n", b"some avg10=x\n", b"some avg10=101\n", b"some avg10=nan\n", b"x avg10=1\n"]
)
def test_no_pressure(text: bytes) -> None:
    assert parse_pressure(text) is None


def test_an_empty_file_is_nothing_known(machine: Machine) -> None:
    found = machine.memory()
    assert (found.total_bytes, found.used_bytes, found.used_percent, found.cached_bytes) == (None, None, None, None)


def test_a_total_of_nothing_has_no_share(machine: Machine) -> None:
    assert machine.memory(MemTotal=0, MemFree=0, MemAvailable=0).used_percent is None


@given(st.binary(max_size=300))
def test_noise_is_never_an_error(noise: bytes) -> None:
    for parse in (parse_meminfo, parse_vmstat, parse_arcstats):
        assert all(value >= 0 for value in parse(noise).values())
    parse_pressure(noise)


SIZE = st.none() | st.integers(0, 2**63 - 1)


@given(SIZE, SIZE, SIZE, *[st.integers(0, 2**62)] * 4)
def test_whatever_the_kernel_says_used_is_a_part_of_all(
    total: int | None, free: int | None, available: int | None, cached: int, shared: int, arc: int, freeable: int
) -> None:
    reading = MemoryReading(
        total=total, free=None if free is None else min(free, total or 0), available=available, cached=cached,
        shared=shared, arc=arc, arc_freeable=freeable,
    )  # fmt: skip
    found = derive(None, reading, None)
    assert found.used_bytes is None or 0 <= found.used_bytes <= (found.total_bytes or 0)
    assert found.used_percent is None or 0 <= found.used_percent <= 100


def test_it_is_what_this_machine_says() -> None:
    probe = MemoryProbe(HostFiles())
    found = probe.derive(None, probe.read(), None)
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    assert found.total_bytes == int(lines["MemTotal"].split()[0]) * KIB
    assert wire.encode(found)
