import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.model import wire
from nodetop.model.snapshot import METRICS, NodeSnapshot
from nodetop.probes.base.probe import Probe, Unavailable
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from tests.probes.workloads.workload_hosts import many_units

METHODS = [name for name, _ in inspect.getmembers(Probe, inspect.isfunction) if not name.startswith("_")]


@pytest.fixture(params=[(platform, name) for platform in ("linux", "darwin") for name in METRICS], ids="-".join)
def probe(request: pytest.FixtureRequest) -> Iterator[Probe]:
    """Each probe of each registry, on this machine."""
    platform, name = request.param
    made = {each.name: each for each in probes(HostFiles(), platform=platform)}
    yield made[name]
    for each in made.values():
        each.close()


@pytest.mark.parametrize("platform", ["linux", "darwin", "freebsd14"])
def test_every_metric_of_the_model_has_its_probe(platform: str) -> None:
    names = [probe.name for probe in probes(HostFiles(), platform=platform)]
    missing, unknown = set(METRICS) - set(names), set(names) - set(METRICS)
    assert not missing, f"no probe fills {sorted(missing)}: add one to nodetop/probes/registry.py"
    assert not unknown, f"NodeSnapshot has no field {sorted(unknown)}: add one to nodetop/model/snapshot.py"
    assert names == list(METRICS), "the probes are not in the order of the snapshot's fields"


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_sample_of_this_machine(platform: str) -> None:
    files = HostFiles()
    sampler = Sampler(files, probes(files, platform=platform))
    snapshot = sampler.sample()
    failed = {report.name: report.reason for report in snapshot.probes if report.status == "failed"}
    assert not failed
    for name in ("host", "cpu", "memory", "processes"):
        assert getattr(snapshot, name) is not None
    sampler.close()


def test_long_readings_rest(tmp_path: Path) -> None:
    files, rests = many_units(tmp_path).files, list[int]()
    (probe,) = (
        each for each in probes(files, platform="linux", rest=lambda: rests.append(1)) if each.name == "workloads"
    )
    probe.read()
    assert rests


def test_a_host_of_which_nothing_is_known(tmp_path: Path) -> None:
    files = HostFiles(str(tmp_path / "proc"), str(tmp_path / "sys"), str(tmp_path))
    sampler = Sampler(files, probes(files, platform="linux"), node="void")
    snapshot = sampler.sample()
    assert snapshot.processes is None
    assert len(snapshot.probes) == len(METRICS)
    sampler.close()


def parameters(of: type, method: str) -> list[str]:
    return list(inspect.signature(getattr(of, method)).parameters)


def test_a_probe_has_what_the_protocol_says(probe: Probe) -> None:
    assert Probe in type(probe).__mro__, "a probe subclasses Probe, whose defaults it then has"
    assert isinstance(probe.name, str) and isinstance(probe.slow_seconds, float) and probe.slow_seconds >= 0
    assert set(METHODS) == {
        *("prepare", "skip_unseen", "read", "derive", "watch", "watch_groups", "read_threads", "started_at", "close")
    }
    for method in METHODS:
        assert parameters(type(probe), method) == parameters(Probe, method), method


def test_what_a_probe_derives_is_the_field_of_the_snapshot(probe: Probe) -> None:
    try:
        first, second = probe.read(), probe.read()
    except Unavailable as missing:
        assert str(missing), "what this machine lacks is said"
        return
    for metric in (probe.derive(None, first, None), probe.derive(first, second, 1.0)):
        sent = wire.encode(NodeSnapshot(node="a", taken_at=0.0, **{probe.name: metric}))
        # Decoding is strict: another type than the field's is refused.
        assert type(getattr(wire.decode_snapshot(sent), probe.name)) is type(metric)


def test_what_a_probe_can_do_besides_is_answered_by_all(probe: Probe) -> None:
    probe.watch(frozenset({os.getpid()}))
    has_processes = probe.name == "processes"
    assert probe.read_threads(False) is (has_processes and "portable" not in type(probe).__module__)
    if has_processes:
        probe.read()
    assert isinstance(probe.started_at(os.getpid()), float if has_processes else type(None))
    assert probe.started_at(2**22 + 1) is None  # above the largest PID there can be
    probe.close()
    probe.close()


def test_an_empty_file_of_the_kernel_is_told_and_not_taken_for_a_machine_of_nothing(tmp_path: Path) -> None:
    """Sandboxes have such files."""
    for name in ("stat", "meminfo", "net/dev", "1/mountinfo"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    files = HostFiles(str(tmp_path), str(tmp_path / "sys"), str(tmp_path))
    sampler = Sampler(files, probes(files, platform="linux"))
    found = {report.name: (report.status, report.reason) for report in sampler.sample().probes}
    sampler.close()
    assert found["cpu"] == ("ok", f"no CPU times in {tmp_path}/stat")
    assert found["memory"] == ("ok", f"no MemTotal in {tmp_path}/meminfo")
    assert found["networks"] == ("ok", f"no interfaces in {tmp_path}/net/dev")
    assert found["filesystems"] == ("ok", f"no mounts in {tmp_path}/1/mountinfo")


def test_a_sandbox_that_counts_no_cpu_time_is_told(tmp_path: Path) -> None:
    """gVisor."""
    (tmp_path / "stat").write_text("cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n")
    files = HostFiles(str(tmp_path), str(tmp_path / "sys"), str(tmp_path))
    (cpu,) = (each for each in probes(files, platform="linux") if each.name == "cpu")
    cpu.read()
    assert cpu.notice == f"{tmp_path}/stat counts no CPU time"
