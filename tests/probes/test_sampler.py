import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from nodetop.base.clock import FakeClock
from nodetop.model.snapshot import CpuMetrics, HostInfo, MemoryMetrics, NetworkMetrics, NodeSnapshot, TemperatureMetrics
from nodetop.model.wire import decode_snapshot, encode
from nodetop.probes.base.probe import Probe, Unavailable, delta_rate
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.sampler import Sampler, node_name, run_id
from tests.probes.processes.process_tree import ProcessTree


class UptimeProbe(Probe):
    """A small real probe: /proc/uptime."""

    name = "host"

    def __init__(self, files: HostFiles) -> None:
        self._files = files

    def read(self) -> float:
        return float(self._files.text("/proc/uptime").split()[0])

    def derive(self, previous: float | None, current: float, elapsed: float | None) -> HostInfo:
        return HostInfo(uptime_seconds=current)


class WatchedProbe(UptimeProbe):
    """One that wants to know what is on the screen."""

    watched: frozenset[int] = frozenset()

    def watch(self, pids: frozenset[int]) -> None:
        self.watched = pids


class TicksProbe(Probe):
    """Another: the user time of all CPUs as a rate, in the field of a share."""

    name = "cpu"

    def __init__(self, files: HostFiles) -> None:
        self._files = files

    def read(self) -> int:
        return int(self._files.read("/proc/stat").split()[1])

    def derive(self, previous: int | None, current: int, elapsed: float | None) -> CpuMetrics:
        return CpuMetrics(user_percent=delta_rate(previous, current, elapsed))


class SlowProbe(Probe):
    """A sensor that answers when a test lets it."""

    name = "temperature"
    slow_seconds = 5.0

    def __init__(self) -> None:
        self.gate = threading.Event()

    def read(self) -> float:
        self.gate.wait(30)
        return 42.0

    def derive(self, previous: Any, current: float, elapsed: float | None) -> TemperatureMetrics:
        return TemperatureMetrics(cpu_celsius=current)


class BrokenProbe(Probe):
    name = "memory"

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self) -> None:
        raise self.error

    def derive(self, previous: None, current: None, elapsed: float | None) -> MemoryMetrics:
        raise AssertionError("not reached")


@pytest.fixture
def tree(tmp_path: Path) -> ProcessTree:
    tree = ProcessTree(tmp_path)
    kernel = tree.proc / "sys" / "kernel"
    (kernel / "random").mkdir(parents=True)
    (kernel / "hostname").write_text("Web-01.Example\n")
    (kernel / "random" / "boot_id").write_text("0a1b2c3d-1111-2222-3333-444444444444\n")
    tree.put(7)
    return tree


def report(snapshot: NodeSnapshot, name: str) -> Any:
    return next(report for report in snapshot.probes if report.name == name)


def test_a_snapshot_has_what_the_probes_say(tree: ProcessTree) -> None:
    clock = FakeClock(wall=1_700_000_500.0)
    sampler = Sampler(tree.files, [UptimeProbe(tree.files), ProcessesProbe(tree.files)], node="web", clock=clock)
    first = sampler.sample()
    assert (first.node, first.taken_at, first.interval, first.seq) == ("web", 1_700_000_500.0, None, 1)
    assert first.host is not None and first.host.uptime_seconds == 1000.0
    assert first.processes is not None and first.processes.total == 1
    assert first.cpu is None and first.temperature is None
    assert [(report.name, report.status, report.age_seconds) for report in first.probes] == [
        ("host", "ok", None),
        ("processes", "ok", None),
    ]
    assert all(report.seconds is not None for report in first.probes)
    assert encode(decode_snapshot(encode(first))) == encode(first)
    sampler.close()


def test_intervals_and_rates_are_of_measured_time(tree: ProcessTree) -> None:
    clock = FakeClock()
    sampler = Sampler(tree.files, [TicksProbe(tree.files)], clock=clock)
    first = sampler.sample()
    clock.advance(2.5)
    (tree.proc / "stat").write_text("cpu  54 0 0 0\n")
    second = sampler.sample()
    assert (second.interval, second.seq, second.boot_id) == (2.5, 2, first.boot_id)
    assert second.cpu is not None and second.cpu.user_percent == 20.0


def test_a_suspend_is_a_gap(tree: ProcessTree) -> None:
    clock = FakeClock()
    sampler = Sampler(tree.files, [TicksProbe(tree.files)], clock=clock)
    sampler.sample()
    clock.advance(2)
    clock.suspend(600)
    after = sampler.sample()
    assert after.interval is None
    assert after.cpu is not None and after.cpu.user_percent is None


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (Unavailable("no such thing here"), "unavailable", "no such thing here"),
        (ZeroDivisionError("division by zero"), "failed", "ZeroDivisionError: division by zero"),
        (FileNotFoundError(2, "No such file or directory", "/proc/x"), "failed", "No such file or directory: /proc/x"),
    ],
)
def test_one_probe_that_fails_costs_only_itself(tree: ProcessTree, error: Exception, status: str, reason: str) -> None:
    sampler = Sampler(tree.files, [BrokenProbe(error), UptimeProbe(tree.files)])
    for _ in range(2):
        snapshot = sampler.sample()
        assert (snapshot.memory, report(snapshot, "memory").status) == (None, status)
        assert report(snapshot, "memory").reason == reason
        assert snapshot.host is not None


def test_a_slow_probe_that_is_quick_is_in_the_first_sample(tree: ProcessTree) -> None:
    slow = SlowProbe()
    slow.gate.set()
    sampler = Sampler(tree.files, [slow, UptimeProbe(tree.files)])
    first = sampler.sample()
    # A loaded machine may need longer than the sampler waits; the sample after has it then.
    seen = first if first.temperature else until_there(sampler)
    assert seen.temperature == TemperatureMetrics(cpu_celsius=42.0)
    assert report(seen, "temperature").age_seconds is not None


def test_a_slow_probe_that_hangs_delays_nothing(tree: ProcessTree) -> None:
    clock, slow = FakeClock(), SlowProbe()
    sampler = Sampler(tree.files, [slow, UptimeProbe(tree.files)], clock=clock)
    for _ in range(5):
        snapshot = sampler.sample()
        assert snapshot.host is not None
        assert (snapshot.temperature, report(snapshot, "temperature").status) == (None, "stale")
        clock.advance(5)
    slow.gate.set()
    assert until_there(sampler).temperature == TemperatureMetrics(cpu_celsius=42.0)


def until_there(sampler: Sampler) -> NodeSnapshot:
    for _ in range(2000):
        snapshot = sampler.sample()
        if snapshot.temperature is not None:
            return snapshot
        threading.Event().wait(0.01)
    raise AssertionError("the background probe never delivered")


def test_what_is_on_the_screen_reaches_the_probe(tree: ProcessTree) -> None:
    watched = WatchedProbe(tree.files)
    sampler = Sampler(tree.files, [TicksProbe(tree.files), watched])
    sampler.watch(frozenset({7}))
    assert watched.watched == {7}
    sampler.close()


def test_what_only_some_probes_can_is_asked_of_those(tree: ProcessTree) -> None:
    none = Sampler(tree.files, [UptimeProbe(tree.files)])
    assert not none.read_threads(True)
    assert none.started_at(7) is None
    none.close()
    tree.put(7)
    some = Sampler(tree.files, [UptimeProbe(tree.files), ProcessesProbe(tree.files)])
    row = some.sample().processes
    assert row is not None
    assert some.read_threads(True)
    assert some.started_at(7) == row.rows[0].started_at
    assert some.started_at(8) is None
    some.close()


def test_names(tree: ProcessTree, tmp_path: Path) -> None:
    assert node_name(HostFiles(proc=str(tree.proc))) == "web-01.example"
    assert Sampler(tree.files, [], node=None).sample().node == "web-01.example"
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "hostname").write_text("Host\x1bName\n")
    assert node_name(tree.files) == "host\u00b7name"


def test_each_run_has_an_id_of_its_own(tree: ProcessTree) -> None:
    ids = {run_id(tree.files) for _ in range(20)}
    assert len(ids) == 20
    assert {one[:9] for one in ids} == {"0a1b2c3d-"}
    assert run_id(HostFiles(proc="/nowhere")).startswith("unknown-")


class OddProbe(Probe):
    """What a driver may tell."""

    name = "networks"
    slow_seconds = 0.0

    def read(self) -> None:
        return None

    def derive(self, previous: None, current: None, elapsed: float | None) -> tuple[NetworkMetrics, ...]:
        return NetworkMetrics(interface="eth0", receive_drops=-1, speed_mbps=10), NetworkMetrics(interface="x" * 10**6)


def test_an_odd_value_costs_neither_the_snapshot_nor_the_other_probes(tree: ProcessTree) -> None:
    sampler = Sampler(tree.files, [OddProbe(), UptimeProbe(tree.files)], node="web")
    for _ in range(2):
        snapshot = sampler.sample()
        assert encode(decode_snapshot(encode(snapshot))) == encode(snapshot)
        assert snapshot.networks is not None and snapshot.host is not None
        assert (snapshot.networks[0].receive_drops, snapshot.networks[0].speed_mbps) == (None, 10)
        assert len(snapshot.networks[1].interface) == 256
        told = report(snapshot, "networks")
        assert told.status == "ok"
        assert told.reason.startswith("left out invalid values: networks[0].receive_drops Expected `int` >= 0")


def test_a_probe_whose_result_is_nothing_of_the_models_has_failed(tree: ProcessTree) -> None:
    class WrongProbe(OddProbe):
        def derive(self, previous: None, current: None, elapsed: float | None) -> Any:
            return 5

    snapshot = Sampler(tree.files, [WrongProbe(), UptimeProbe(tree.files)]).sample()
    assert snapshot.networks is None and snapshot.host is not None
    assert report(snapshot, "networks").status == "failed"


def test_a_clock_that_was_never_set_is_no_reason_to_refuse_a_sample(tree: ProcessTree) -> None:
    snapshot = Sampler(tree.files, [], clock=FakeClock(wall=-86_400.0)).sample()
    assert decode_snapshot(encode(snapshot)).taken_at == 0


STARVED = """
import resource, sys
from nodetop.model.wire import decode_snapshot, encode
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
files = HostFiles()
sampler = Sampler(files, probes(files), node="x")
sampler.sample()
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
starved = [decode_snapshot(encode(sampler.sample())) for _ in range(3)]
reports = {each.name: each for each in starved[-1].probes}
print(reports["memory"].status, reports["disks"].reason, reports["processes"].status)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
after = [sampler.sample() for _ in range(2)][-1]
print({each.name: each.reason for each in after.probes if each.status == "failed"}, len(after.processes.rows) > 1)
"""


def test_without_descriptors_it_goes_on_and_says_so_and_recovers() -> None:
    done = subprocess.run([sys.executable, "-c", STARVED], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["failed Too many open files: /proc/diskstats failed", "{} True"]
