"""The thread that samples this host for a hub."""

import threading

from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.base.pace import Pace
from nodetop.probes.host_files import HostFiles
from nodetop.probes.sampler import Sampler
from nodetop.server.collector import Collector


def test_a_stop_does_not_wait_for_the_rests_of_the_first_sample() -> None:
    used, resting, taken = [0.0], threading.Event(), list[NodeSnapshot]()
    pace = Pace(3600.0, quota=0.2, used=lambda: used[0])

    def rest() -> None:
        used[0] += 100.0
        resting.set()
        pace.rest()

    sampler = Sampler(HostFiles(), [], node="a", rest=rest)
    collector = Collector(sampler, taken.append, interval=3600.0, top_processes=10, args="none", pace=pace)
    collector.start(with_first=True)
    assert resting.wait(30)
    assert not taken
    collector.close()
    assert not collector._thread.is_alive()
