from pathlib import Path

import pytest

from nodetop.model.snapshot import METRICS
from nodetop.probes.base.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler


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


def test_a_host_of_which_nothing_is_known(tmp_path: Path) -> None:
    files = HostFiles(str(tmp_path / "proc"), str(tmp_path / "sys"), str(tmp_path))
    sampler = Sampler(files, probes(files, platform="linux"), node="void")
    snapshot = sampler.sample()
    assert snapshot.processes is None
    assert len(snapshot.probes) == len(METRICS)
    sampler.close()
