import time
from pathlib import Path

import psutil
import pytest

from nodetop.base.clock import FakeClock
from nodetop.probes import monitor_cost
from nodetop.probes.host_files import HostFiles
from nodetop.probes.monitor_cost import MonitorMeter
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler


def work(seconds: float) -> None:
    """Takes so much CPU time, however long that takes."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_cpu_time_of_the_interval_is_told_as_a_share_of_one_core() -> None:
    meter = MonitorMeter()
    assert meter.measure(None, 0.01).cpu_percent is None
    work(0.05)
    found = meter.measure(2.0, 0.01)
    assert found.cpu_percent is not None and 2.5 <= found.cpu_percent < 50
    assert found.sampling_seconds == 0.01
    work(0.01)
    assert meter.measure(None, 0.01).cpu_percent is None
    idle = meter.measure(1000.0, 0.01).cpu_percent
    assert idle is not None and idle < 0.1


def test_resident_memory_is_what_psutil_says() -> None:
    found = MonitorMeter().measure(1.0, 0.0).resident_bytes
    assert found == pytest.approx(psutil.Process().memory_info().rss, rel=0.05)


def test_a_system_without_proc_is_asked_through_psutil(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(monitor_cost, "_STATM", str(tmp_path / "none"))
    found = MonitorMeter().measure(1.0, 0.0).resident_bytes
    assert found == pytest.approx(psutil.Process().memory_info().rss, rel=0.05)


def test_each_snapshot_says_what_it_cost() -> None:
    files, clock = HostFiles(), FakeClock()
    sampler = Sampler(files, probes(files), clock=clock)
    sampler.sample()
    clock.advance(2.0)
    cost = sampler.sample().monitor
    sampler.close()
    assert cost is not None and cost.cpu_percent is not None
    assert cost.resident_bytes and cost.sampling_seconds is not None
