"""What psutil tells becomes the same model: checked against the Linux probes here, and with what other systems lack."""

import os
import time
from collections import namedtuple
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.base.probe import Probe, Unavailable
from nodetop.probes.host_files import HostFiles
from nodetop.probes.portable.details import PortableDetails
from nodetop.probes.portable.devices import (
    DiskReading,
    PortableDisksProbe,
    PortableNetworkProbe,
    PortableTemperatureProbe,
    _kind,
)
from nodetop.probes.portable.probes import portable_probes
from nodetop.probes.portable.processes import PortableProcessesProbe
from nodetop.probes.portable.system import (
    CpuReading,
    CpuSeconds,
    PortableCpuProbe,
    PortableFilesystemsProbe,
    PortableHostProbe,
    PortableMemoryProbe,
)
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler


def once(probe: Probe) -> Any:
    return probe.derive(None, probe.read(), None)


def linux(name: str) -> Any:
    if not HostFiles().live:
        pytest.skip("/proc is not that of this machine")
    return once(next(probe for probe in probes(HostFiles(), platform="linux") if probe.name == name))


def test_two_samples_make_a_whole_snapshot_that_can_be_sent() -> None:
    sampler = Sampler(HostFiles(), portable_probes(HostFiles()), node="mac")
    sampler.sample()
    snapshot = sampler.sample()
    sampler.close()
    assert not [report for report in snapshot.probes if report.status == "failed"]
    assert wire.decode(wire.encode(snapshot), NodeSnapshot).node == "mac"
    assert snapshot.processes is not None and os.getpid() in {row.pid for row in snapshot.processes.rows}


def test_the_host_is_the_same_machine() -> None:
    ours, theirs = linux("host"), once(PortableHostProbe())
    assert theirs.hostname == ours.hostname and theirs.cpu_count == ours.cpu_count
    assert theirs.uptime_seconds == pytest.approx(ours.uptime_seconds, abs=5)


def test_memory_is_the_same() -> None:
    ours, theirs = linux("memory"), once(PortableMemoryProbe())
    assert theirs.total_bytes == ours.total_bytes and theirs.swap_total_bytes == ours.swap_total_bytes
    assert theirs.used_bytes == theirs.total_bytes - theirs.available_bytes
    assert theirs.used_bytes == pytest.approx(ours.used_bytes, abs=0.05 * ours.total_bytes)


def test_file_systems_with_storage_are_the_same() -> None:
    ours = {each.mount_point: each for each in linux("filesystems") if each.device.startswith("/dev/")}
    theirs = {each.mount_point: each for each in once(PortableFilesystemsProbe())}
    for mount_point in ours.keys() & theirs.keys():
        assert theirs[mount_point].total_bytes == ours[mount_point].total_bytes
        assert theirs[mount_point].used_percent == pytest.approx(ours[mount_point].used_percent, abs=1)


def test_a_mount_that_may_not_be_asked_is_named_without_amounts(monkeypatch: pytest.MonkeyPatch) -> None:
    mount = namedtuple("mount", "device mountpoint fstype opts")("/dev/disk9", "/no/such\x1bplace", "apfs", "ro,nodev")
    monkeypatch.setattr(psutil, "disk_partitions", lambda all: [mount])
    (found,) = once(PortableFilesystemsProbe())
    assert found.total_bytes is None and found.read_only and "\x1b" not in found.mount_point


def test_processes_agree_in_what_stays() -> None:
    rows = {row.pid: row for row in linux("processes").rows}
    row = {row.pid: row for row in once(PortableProcessesProbe()).rows}[os.getpid()]
    ours = rows[os.getpid()]
    assert (row.ppid, row.user, row.nice) == (ours.ppid, ours.user, ours.nice)
    assert row.started_at == pytest.approx(ours.started_at, abs=2)


def test_a_busy_process_uses_cpu() -> None:
    probe = PortableProcessesProbe()
    before, began = probe.read(), time.monotonic()
    used = psutil.Process().cpu_times().user
    while psutil.Process().cpu_times().user - used < 0.2:
        pass
    after = probe.read()
    elapsed = time.monotonic() - began
    row = next(row for row in probe.derive(before, after, elapsed).rows if row.pid == os.getpid())
    assert row.cpu_percent is not None and row.cpu_percent * elapsed >= 18


def test_processes_of_others_that_say_little(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = dict.fromkeys(
        ["ppid", "name", "cmdline", "username", "status", "cpu_times", "memory_info", "num_threads", "nice"]
    )
    monkeypatch.setattr(psutil.Process, "as_dict", lambda self, fields: silent)
    monkeypatch.delattr(psutil.Process, "io_counters")
    probe = PortableProcessesProbe()
    summary = probe.derive(probe.read(), probe.read(), 1.0)
    assert summary.rows and summary.rows[0].cpu_percent is None and summary.rows[0].resident_bytes is None
    assert summary.rows[0].state == "?" and summary.rows[0].user is None


def test_a_process_that_ends_meanwhile_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(self: psutil.Process, fields: list[str]) -> dict[str, Any]:
        raise psutil.NoSuchProcess(self.pid)

    monkeypatch.setattr(psutil.Process, "as_dict", gone)
    assert once(PortableProcessesProbe()).rows == ()


def test_without_sensors_that_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(psutil, "sensors_temperatures", raising=False)
    with pytest.raises(Unavailable):
        PortableTemperatureProbe().read()


def test_sensors_have_their_own_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = namedtuple("reading", "label current high critical")
    chips = {"coretemp": [reading("", 51.0, 90.0, 100.0)], "acpitz": [reading("zone", 30.0, None, None)]}
    monkeypatch.setattr(psutil, "sensors_temperatures", lambda: chips, raising=False)
    metrics = once(PortableTemperatureProbe())
    assert metrics.cpu_celsius == 51.0
    assert [(each.label, each.high_celsius) for each in metrics.sensors] == [("coretemp", 90.0), ("zone", None)]


def test_without_disk_counters_that_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(perdisk: bool) -> None:
        raise NotImplementedError("not here")

    monkeypatch.setattr(psutil, "disk_io_counters", refuse)
    with pytest.raises(Unavailable, match="not here"):
        PortableDisksProbe().read()


def test_disks_of_a_system_that_counts_no_time() -> None:
    before = DiskReading(
        reads=10, writes=0, read_bytes=1000, write_bytes=0, read_ms=None, write_ms=None, busy_ms=None
    )  # fmt: skip
    now = DiskReading(reads=20, writes=0, read_bytes=3000, write_bytes=0, read_ms=None, write_ms=None, busy_ms=None)
    probe = PortableDisksProbe()
    (disk,) = probe.derive({"disk0": before}, {"disk0": now}, 2.0)
    assert (disk.read_bytes_per_second, disk.reads_per_second) == (1000.0, 5.0)
    assert disk.utilisation_percent is None and disk.read_await_ms is None
    (reset,) = probe.derive({"disk0": now}, {"disk0": before}, 2.0)
    assert reset.read_bytes_per_second is None
    (first,) = probe.derive(None, {"disk0": now}, None)
    assert first.read_bytes_per_second is None


def test_interfaces_have_kinds_states_and_rates() -> None:
    probe = PortableNetworkProbe()
    before = probe.read()
    found = {each.interface: each for each in probe.derive(before, probe.read(), 1.0)}
    assert found["lo"].kind == "loopback" and not found["lo"].in_total
    assert "127.0.0.1" in found["lo"].addresses
    assert all(each.receive_bytes_per_second is not None for each in found.values())


times = st.builds(
    CpuSeconds, user=st.floats(0, 1e9), system=st.floats(0, 1e9), idle=st.floats(0, 1e9),
    nice=st.none() | st.floats(0, 1e9), iowait=st.none() | st.floats(0, 1e9), irq=st.none(), steal=st.none(),
    guest=st.none(),
)  # fmt: skip


@given(times, times)
def test_shares_of_the_cpu_are_percentages(before: CpuSeconds, now: CpuSeconds) -> None:
    def reading(total: CpuSeconds) -> CpuReading:
        return CpuReading(total=total, cores=(total,), load=None, frequency_mhz=None)

    metrics = PortableCpuProbe().derive(reading(before), reading(now), 1.0)
    for value in (metrics.busy_percent, metrics.user_percent, metrics.cores[0].busy_percent):
        assert value is None or -1e-6 <= value <= 100 + 1e-6
    assert metrics.steal_percent is None


def test_a_system_that_counts_user_system_and_idle_alone() -> None:
    before = CpuSeconds(user=10, system=10, idle=100)
    now = CpuSeconds(user=12, system=11, idle=107)
    first = CpuReading(total=before, cores=(before,), load=(1.0, 2.0, 3.0), frequency_mhz=None)
    second = CpuReading(total=now, cores=(now,), load=(1.0, 2.0, 3.0), frequency_mhz=None)
    metrics = PortableCpuProbe().derive(first, second, 1.0)
    assert metrics.busy_percent == pytest.approx(30) and metrics.user_percent == pytest.approx(20)
    assert metrics.iowait_percent is None and metrics.load_5m == 2.0
    assert PortableCpuProbe().derive(None, second, None).busy_percent is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("em0", "physical"), ("vtnet1", "physical"), ("en0", "physical"), ("lo0", "loopback"), ("lagg0", "bond"),
        ("trunk0", "bond"), ("wg0", "tunnel"), ("utun3", "tunnel"), ("gif0", "tunnel"), ("bridge100", "bridge"),
        ("em0.100", "vlan"), ("vlan7", "vlan"), ("epair0a", "physical"), ("awdl0", "virtual"), ("pflog0", "virtual"),
    ],
)  # fmt: skip
def test_what_drivers_of_other_systems_call_their_interfaces(name: str, kind: str) -> None:
    assert _kind(name) == kind


def test_what_a_system_does_not_count_is_unknown_and_not_minus_one(monkeypatch: pytest.MonkeyPatch) -> None:
    io = namedtuple("io", "read_count write_count read_bytes write_bytes")(5, 6, -1, -1)
    monkeypatch.setattr(psutil.Process, "io_counters", lambda self: io)
    probe = PortableProcessesProbe()
    before = probe.read()
    rows = probe.derive(before, probe.read(), 1.0).rows
    assert rows and all(row.read_bytes_per_second is row.write_bytes_per_second is None for row in rows)
    me = psutil.Process()
    details = PortableDetails().read(me.pid, me.create_time(), lambda: True)
    assert details.io.value is not None
    assert (details.io.value.read_bytes, details.io.value.read_calls) == (None, 5)


def test_drops_of_what_is_sent_are_counted_nowhere() -> None:
    assert all(each.transmit_drops is None for each in once(PortableNetworkProbe()))


def test_on_macos_swapping_is_not_what_psutil_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "MACOS", True)
    probe = PortableMemoryProbe()
    found = probe.derive(probe.read(), probe.read(), 1.0)
    assert found.swap_in_bytes_per_second is found.swap_out_bytes_per_second is None
    assert found.swap_total_bytes is not None


def test_where_every_process_is_called_running_none_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodetop.probes.portable.processes._HAS_STATES", False)
    monkeypatch.setattr(psutil.Process, "status", lambda self: psutil.STATUS_RUNNING)
    found = once(PortableProcessesProbe())
    assert (found.running, found.sleeping) == (None, None)
    assert {row.state for row in found.rows} == {"?"}


def test_placeholders_of_sensors_are_no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = namedtuple("reading", "label current high critical")
    chips = {"coretemp": [reading("Core 0", 51.0, 100.0, 100.0), reading("Core 1", -1.0, 0.0, 20.0)]}
    monkeypatch.setattr(psutil, "sensors_temperatures", lambda: chips, raising=False)
    first, second = once(PortableTemperatureProbe()).sensors
    assert (first.high_celsius, first.critical_celsius) == (None, 100.0)
    assert (second.celsius, second.high_celsius, second.critical_celsius) == (None, None, None)
