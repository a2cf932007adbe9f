"""All nodes of a hub: who is up, late, stale, gone, and what changed since."""

import math

import pytest

from nodetop.base.clock import FakeClock
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.model import wire
from nodetop.model.hub_api import NodeCounts
from nodetop.model.snapshot import ProcessSummary
from nodetop.server.base import limits
from nodetop.server.fleet.fleet import Fleet
from nodetop.server.fleet.fleet_node import RECENT_SECONDS
from nodetop.server.fleet.sample_queue import MAX_SAMPLES
from nodetop.server.top_rows import with_top_rows
from tests.history.samples import START, process, sample

KEY = "c", "web-01"


class Clocked:
    def __init__(self) -> None:
        self.clock = FakeClock(wall=START)
        self.fleet = Fleet(self.clock)
        self._seq = 0

    def push(self, node: str = "web-01", *, cluster: str = "c", waited: float = 0, interval: float = 5.0) -> None:
        self._seq += 1
        taken = sample(self.clock.wall() - waited, node=node, seq=self._seq, interval=interval)
        self.fleet.take(
            SampleEnvelope(
                cluster=cluster, sample=taken, received_at=self.clock.wall(), clock_skew_seconds=None, instance=""
            )
        )

    def state(self) -> str:
        (row,) = self.fleet.rows("c")
        return row.state


@pytest.fixture
def hub() -> Clocked:
    return Clocked()


def test_states_by_the_age_of_the_last_sample(hub: Clocked) -> None:
    hub.push()
    seen = []
    for seconds in (0, 15, 0.1, 44.9, 0.1, 839.9, 0.1):
        hub.clock.advance(seconds)
        seen.append(hub.state())
    assert seen == ["up", "up", "late", "late", "stale", "stale", "gone"]
    hub.push()
    assert hub.state() == "up"


def test_a_node_that_samples_slowly_is_not_late_for_that(hub: Clocked) -> None:
    hub.push(interval=60)
    hub.clock.advance(170)
    assert hub.state() == "up"
    hub.clock.advance(20)
    assert hub.state() == "late"


def test_setting_the_wall_clock_makes_nobody_late(hub: Clocked) -> None:
    hub.push()
    hub.clock.step(86_400)
    assert hub.state() == "up"


def test_a_sample_out_of_a_spool_tells_of_the_past(hub: Clocked) -> None:
    hub.push(waited=100)
    assert hub.state() == "stale"


def test_latest_never_moves_back(hub: Clocked) -> None:
    hub.push()
    hub.clock.advance(10)
    hub._seq = 10
    hub.push()
    hub._seq = 5
    hub.push(waited=5)  # out of the spool, and older
    node = hub.fleet.get(KEY)
    assert node is not None
    assert (node.envelope.sample.seq, node.envelope.sample.taken_at) == (11, START + 10)


def test_rows_that_changed_since_a_version(hub: Clocked) -> None:
    hub.push("a")
    hub.push("b")
    version = hub.fleet.version
    assert hub.fleet.rows("c", version) == ()
    hub.push("b")
    assert [row.node for row in hub.fleet.rows("c", version)] == ["b"]
    version = hub.fleet.version
    hub.clock.advance(16)
    hub.fleet.sweep()
    assert [(row.node, row.state) for row in hub.fleet.rows("c", version)] == [("a", "late"), ("b", "late")]
    version = hub.fleet.version
    hub.fleet.remove(("c", "a"))
    assert hub.fleet.removed("c", version) == ("c/a",)
    hub.push("a")
    assert hub.fleet.removed("c", version) == ()


def test_a_summary_counts_by_state_and_totals_only_what_is_fresh(hub: Clocked) -> None:
    hub.push("old")
    hub.clock.advance(61)
    hub.push("new")
    summary = hub.fleet.summary("c")
    assert (summary.nodes_total, summary.nodes_up, summary.nodes_stale) == (2, 1, 1)
    assert hub.fleet.counts() == {"c": NodeCounts(nodes_total=2, nodes_up=1, nodes_stale=1)}
    assert [node for _, node, _ in hub.fleet.fresh("c", ("up", "late"))] == ["new"]


def test_clusters_are_apart_and_a_star_is_all(hub: Clocked) -> None:
    hub.push("a")
    hub.push("a", cluster="lab")
    assert hub.fleet.counts() == {
        "c": NodeCounts(nodes_total=1, nodes_up=1),
        "lab": NodeCounts(nodes_total=1, nodes_up=1),
    }
    assert hub.fleet.has_cluster("lab") and not hub.fleet.has_cluster("la")
    assert [(row.cluster, row.node) for row in hub.fleet.rows("*")] == [("c", "a"), ("lab", "a")]
    assert len(hub.fleet.rows("lab")) == 1


def test_recent_samples_are_whole_and_not_for_ever(hub: Clocked) -> None:
    for _ in range(5):
        hub.push()
        hub.clock.advance(RECENT_SECONDS / 2)
    node = hub.fleet.get(KEY)
    assert node is not None
    assert len(list(node.recent(0))) == 3
    assert len(list(node.recent(hub.clock.wall() - RECENT_SECONDS / 2))) == 1


def test_recent_samples_that_pack_well_are_limited_by_their_size_as_json(
    hub: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.push()
    node = hub.fleet.get(KEY)
    assert node is not None
    (one,) = node.recent(0)
    monkeypatch.setattr(limits, "RECENT_JSON_BYTES", 3 * len(one) + 100)
    for _ in range(20):
        hub.push()
    assert len(list(node.recent(0))) == 3


async def test_a_reader_that_lags_loses_the_oldest(hub: Clocked) -> None:
    queue = hub.fleet.subscribe(KEY)
    for _ in range(MAX_SAMPLES + 3):
        hub.push()
    assert len(queue) == MAX_SAMPLES
    assert b'"seq":4,' in await queue.get()
    hub.fleet.unsubscribe(KEY, queue)
    hub.push()
    assert len(queue) == MAX_SAMPLES - 1


def test_a_problem_is_shown_for_a_while(hub: Clocked) -> None:
    hub.push()
    hub.fleet.report_problem(KEY, "a second machine")
    assert hub.fleet.rows("c")[0].problem == "a second machine"
    hub.clock.advance(901)
    assert hub.fleet.rows("c")[0].problem is None


def test_who_is_gone_longest_makes_room_first(hub: Clocked) -> None:
    hub.push("first")
    hub.clock.advance(10)
    hub.push("second")
    assert hub.fleet.longest_gone() is None
    hub.clock.advance(1000)
    hub.fleet.sweep()
    assert hub.fleet.longest_gone() == ("c", "first")


def test_how_long_a_node_or_a_cluster_was_silent(hub: Clocked) -> None:
    hub.push("first")
    hub.clock.advance(10)
    hub.push("second")
    hub.clock.advance(5)
    assert hub.fleet.silence("c", "first") == 15
    assert hub.fleet.silence("c", None) == 5
    assert hub.fleet.silence("c", "other") == hub.fleet.silence("other", None) == math.inf


def test_top_processes_are_by_turns_those_with_most_cpu_and_most_memory() -> None:
    from nodetop.model.snapshot import ProcessSummary

    rows = tuple(
        process(pid=pid, name=str(pid), cpu_percent=float(pid), resident_bytes=1000 - pid) for pid in range(1, 101)
    )
    taken = with_top_rows(sample(processes=ProcessSummary(total=100, rows=rows)), 4)
    assert taken.processes is not None
    assert [row.pid for row in taken.processes.rows] == [100, 1, 99, 2]
    assert taken.processes.total == 100
    none = with_top_rows(sample(processes=ProcessSummary(total=100, rows=rows)), 0)
    assert none.processes is not None and none.processes.rows == ()


STEPS = [3600.0, 40 * 86_400.0, 3653 * 86_400.0, -3600.0, -40 * 86_400.0, -3653 * 86_400.0]


@pytest.mark.parametrize("step", STEPS)
def test_a_clock_that_is_set_makes_no_row_old_and_no_screen_stand_still(hub: Clocked, step: float) -> None:
    for _ in range(5):
        hub.push()
        hub.clock.advance(5)
    hub.clock.step(step)
    (row,) = hub.fleet.rows("c")
    assert (row.state, row.age_seconds) == ("up", 5.0)
    for _ in range(3):
        hub.push()
        hub.clock.advance(5)
        (row,) = hub.fleet.rows("c")
        assert (row.state, row.age_seconds) == ("up", 5.0)
    node = hub.fleet.get(KEY)
    assert node is not None
    taken = [wire.decode_snapshot(each).taken_at for each in node.recent(0)]
    assert taken[-3:] == [hub.clock.wall() - 15, hub.clock.wall() - 10, hub.clock.wall() - 5]
    assert max(taken) == taken[-1]


@pytest.mark.parametrize("step", STEPS)
def test_a_node_that_starts_again_after_the_clock_was_set_is_shown(hub: Clocked, step: float) -> None:
    hub.push()
    hub.clock.step(step)
    hub.clock.advance(5)
    taken = sample(hub.clock.wall(), node="web-01", seq=1, boot_id="another")
    hub.fleet.take(SampleEnvelope(cluster="c", sample=taken, received_at=hub.clock.wall()))
    node = hub.fleet.get(KEY)
    assert node is not None and node.envelope.sample.boot_id == "another"


def big(hub: Clocked, node: str, seq: int) -> SampleEnvelope:
    rows = tuple(process(pid=pid, name="worker", command=f"{pid}" * 200) for pid in range(1000, 1500))
    taken = sample(hub.clock.wall(), node=node, seq=seq, processes=ProcessSummary(total=500, rows=rows))
    return SampleEnvelope(cluster="c", sample=taken, received_at=hub.clock.wall())


def test_large_samples_of_many_nodes_are_bounded_together(hub: Clocked) -> None:
    shortened: list[SampleEnvelope] = []
    fleet = Fleet(hub.clock, latest_bytes=4_000_000, on_shortened=shortened.append)
    for seq in range(1, 3):
        for number in range(40):
            fleet.take(big(hub, f"n{number:02}", seq))
            hub.clock.advance(1)
    whole = {node.key[1]: len(node.envelope.sample.processes.rows) for node in fleet.nodes("c")}  # type: ignore[union-attr]
    kept = [name for name, count in whole.items() if count]
    assert kept == [f"n{number:02}" for number in range(40 - len(kept), 40)]  # those that were heard last
    assert 5 <= len(kept) <= 10
    assert fleet.shortened == len(shortened) == 80 - len(kept)
    assert {each.sample.processes.total for each in shortened} == {500}  # type: ignore[union-attr]
    assert {row.processes_total for row in fleet.rows("c")} == {500}
    assert fleet._latest_bytes == sum(node.latest_bytes for node in fleet.nodes("c")) <= 4_000_000


def test_recent_samples_of_silent_nodes_leave_first(hub: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECENT_BYTES", 40_000)
    for number in range(20):  # one after the other: each has all the room there is, and falls silent
        for seq in range(50):
            hub.fleet.take(big(hub, f"n{number:02}", seq))
            hub.clock.advance(1)
    kept = {node.key[1]: len(list(node.recent(0))) for node in hub.fleet.nodes("c")}
    assert sum(node.recent_bytes for node in hub.fleet.nodes("c")) <= 40_000
    assert kept["n00"] == 0 and kept["n19"] >= 1
    hub.fleet.remove(("c", "n19"))
    assert hub.fleet._recent_bytes == sum(node.recent_bytes for node in hub.fleet.nodes("c"))


def test_a_problem_of_the_hub_is_news(hub: Clocked) -> None:
    before = hub.fleet.version
    hub.fleet.problem = "the disk is full"
    hub.fleet.problem = "the disk is full"
    assert hub.fleet.version == before + 1
    hub.fleet.problem = None
    assert hub.fleet.version == before + 2
