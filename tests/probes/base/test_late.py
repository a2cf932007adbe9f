from typing import Any

from nodetop.model.snapshot import NodeSnapshot, WorkloadSummary
from nodetop.probes.base.late import LateProbe
from nodetop.probes.base.probe import Probe
from nodetop.probes.host_files import HostFiles
from nodetop.probes.sampler import Sampler


class Counted(Probe):
    """Counts its readings."""

    slow_seconds = 20.0

    def __init__(self) -> None:
        self.name = "workloads"
        self.groups: frozenset[str] | None = None

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        self.groups = groups
        self.slow_seconds = 20.0 if groups is None else 0.2

    def read(self) -> int:
        self.notice = "only some"
        return 7

    def derive(self, previous: int | None, current: int, elapsed: float | None) -> Any:
        return WorkloadSummary(total=current)


def reason(snapshot: NodeSnapshot) -> str | None:
    return next(each.reason for each in snapshot.probes if each.name == "workloads")


def test_the_first_frame_does_without_it_and_the_next_sample_has_it() -> None:
    made: list[Counted] = []

    def make() -> Probe:
        made.append(Counted())
        return made[-1]

    late = LateProbe("workloads", make)
    sampler = Sampler(HostFiles(), [late], node="x")
    assert sampler.sample(for_first_frame=True).workloads is None and not made
    sampler.watch_groups(frozenset({"/a"}))
    second = sampler.sample()
    assert second.workloads is not None and second.workloads.total == 7 and reason(second) == "only some"
    assert made[0].groups == frozenset({"/a"}) and late.slow_seconds == 0.2
    sampler.watch_groups(None)
    assert made[0].groups is None and late.slow_seconds == 20.0
    sampler.close()
    assert len(made) == 1


def test_a_script_has_it_in_its_first_sample() -> None:
    sampler = Sampler(HostFiles(), [LateProbe("workloads", Counted)], node="x")
    first = sampler.sample()
    assert first.workloads is not None and first.workloads.total == 7
    sampler.close()
