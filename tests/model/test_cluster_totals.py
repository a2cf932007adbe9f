"""Totals over many nodes are what their rows say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.cluster_totals import summarise, top_processes, trend
from nodetop.model.snapshot import NodeSnapshot, NodeStatus, ProcessMetrics, ProcessSummary, Stat


def row(node: str, state: str = "up", **values: float) -> NodeStatus:
    return NodeStatus(node=node, state=state, **values)  # type: ignore[arg-type]


def test_counts_and_values_of_the_fresh_ones_only() -> None:
    summary = summarise([
        row("a", cpu_busy_percent=10.0, cpu_celsius=40.0), row("b", "late", cpu_busy_percent=30.0),
        row("c", "stale", cpu_busy_percent=99.0), row("d", "gone"), row("e", filesystem_used_percent=0.0),
    ])  # fmt: skip
    assert (summary.nodes_total, summary.nodes_up, summary.nodes_late, summary.nodes_stale, summary.nodes_gone) == (
        5, 2, 1, 1, 1,
    )  # fmt: skip
    assert summary.cpu_busy_percent == Stat(mean=20.0, max=30.0)
    assert (summary.busiest, summary.hottest, summary.fullest) == ("b", "a", "e")
    assert summary.memory_used_percent is None


def test_no_node_is_no_error() -> None:
    summary = summarise([])
    assert summary.nodes_total == 0 and summary.busiest is None and summary.cpu_busy_percent is None


values = st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=30)


@given(values)
def test_means_lie_between_the_values(numbers: list[float | None]) -> None:
    stat = summarise(
        [NodeStatus(node=f"n{i}", cpu_busy_percent=each) for i, each in enumerate(numbers)]
    ).cpu_busy_percent
    known = [each for each in numbers if each is not None]
    if not known:
        assert stat is None
    else:
        assert stat is not None and stat.max == max(known) and min(known) - 1e-9 <= stat.mean <= max(known) + 1e-9


def test_a_trend_ends_now_and_leaves_gaps() -> None:
    samples = [(3600.0 - 5, 50.0), (3600.0 - 55, 30.0), (3600.0 - 3590, 10.0), (3600.0 - 3700, 99.0), (3700.0, 99.0)]
    found = trend([*samples, (3600.0 - 130, None)], 3600.0, 60)
    assert len(found) == 60
    assert found[-1] == 40.0 and found[0] == 10.0 and found[1:-1] == (None,) * 58


def snapshot(*rows: ProcessMetrics) -> NodeSnapshot:
    return NodeSnapshot(node="n", taken_at=1.0, processes=ProcessSummary(total=len(rows), rows=rows))


@pytest.mark.parametrize(
    ("match", "sort", "names"),
    [("", "cpu", ["java", "sshd", "cron"]), ("", "memory", ["cron", "java", "sshd"]), ("ROOT", "cpu", ["cron"]),
     ("/bin/J", "cpu", ["java"]), ("12", "cpu", ["sshd"]), ("nothing", "cpu", [])],
)  # fmt: skip
def test_processes_are_found_and_sorted_over_all_nodes(match: str, sort: str, names: list[str]) -> None:
    one = snapshot(
        ProcessMetrics(pid=1, name="cron", user="root", cpu_percent=None, memory_percent=9.0),
        ProcessMetrics(pid=2, name="java", command="/bin/java -jar", cpu_percent=80.0, memory_percent=3.0),
    )
    two = snapshot(ProcessMetrics(pid=12, name="sshd", cpu_percent=5.0, memory_percent=1.0))
    matched, rows = top_processes([("c", "one", one), ("c", "two", two)], match, sort, 10)
    assert [each.name for each in rows] == names and matched == len(names)
    assert all(each.node == ("two" if each.name == "sshd" else "one") for each in rows)


def test_the_limit_holds_and_all_matches_are_counted() -> None:
    many = snapshot(*(ProcessMetrics(pid=pid, name="x", cpu_percent=float(pid)) for pid in range(50)))
    matched, rows = top_processes([("c", "n", many)], "", "cpu", 3)
    assert matched == 50 and [each.pid for each in rows] == [49, 48, 47]
