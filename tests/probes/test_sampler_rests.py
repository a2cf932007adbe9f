"""Where a sample rests, for a program with a CPU quota."""

from typing import Any

from nodetop.base.clock import FakeClock
from nodetop.probes.base.probe import Probe
from nodetop.probes.host_files import HostFiles
from nodetop.probes.sampler import Sampler


class Noted(Probe):
    """A probe of nothing, whose calls are noted."""

    def __init__(self, name: str, calls: list[str], *, is_compared: bool = False) -> None:
        self.name, self._calls, self.is_compared = name, calls, is_compared

    def prepare(self) -> None:
        self._calls.append(f"prepare {self.name}")

    def read(self) -> str:
        self._calls.append(self.name)
        return self.name

    def derive(self, previous: Any, current: str, elapsed: float | None) -> None:
        return None


def test_what_is_compared_is_read_last_without_a_rest_in_between() -> None:
    calls = list[str]()
    made = [Noted(name, calls, is_compared=name in ("cpu", "processes")) for name in ("host", "cpu", "disks")]
    made.append(Noted("processes", calls, is_compared=True))
    sampler = Sampler(HostFiles(), made, node="a", clock=FakeClock(), rest=lambda: calls.append("-"))
    snapshot = sampler.sample()
    text = " ".join(calls)
    assert text.startswith("host - disks - prepare cpu prepare processes - cpu processes -"), text
    assert [report.name for report in snapshot.probes] == ["host", "cpu", "disks", "processes"]
