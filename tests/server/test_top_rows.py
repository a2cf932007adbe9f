"""What of a sample is sent to the hub: the number of processes of each name, although not all rows are."""

from nodetop.model import wire
from nodetop.model.condition import parse
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.server.top_rows import MOST_NAMES, with_top_rows


def rows_of(*names: str) -> tuple[ProcessMetrics, ...]:
    return tuple(
        ProcessMetrics(pid=number, name=name[:15], command=f"/usr/sbin/{name} -x", state="S")
        for number, name in enumerate(names, 10)
    )


def sent(rows: tuple[ProcessMetrics, ...], count: int = 2, **options: bool) -> NodeSnapshot:
    whole = NodeSnapshot(node="a", taken_at=1.0, processes=ProcessSummary(total=len(rows), rows=rows))
    return wire.decode(wire.encode(with_top_rows(whole, count, **options)), NodeSnapshot)


def holds(condition: str, snapshot: NodeSnapshot) -> bool | None:
    asked = parse(condition)
    return asked.holds(asked.of_snapshot(snapshot))


def test_processes_that_are_not_sent_are_counted() -> None:
    zombie = ProcessMetrics(pid=2, name="nginx", state="Z")
    kernel = ProcessMetrics(pid=3, name="kworker/0:1", state="I"), ProcessMetrics(pid=4, name="nfsd", state="S")
    snapshot = sent((*rows_of("nginx", "nginx", "a-very-long-program", "sh"), zombie, *kernel))
    assert snapshot.processes is not None and len(snapshot.processes.rows) == 2
    assert holds("process:nginx=2", snapshot) and holds("process:nfsd=1", snapshot)
    assert holds("process:a-very-long-program=1", snapshot) and holds("process:a-very-long-pro=1", snapshot)
    assert holds("!process:postgres", snapshot) and holds("process:kworker/0:1", snapshot) is None


def test_without_command_lines_only_the_kernels_names_count() -> None:
    processes = sent(rows_of("nginx", "nginx", "a-very-long-program"), has_programs=False).processes
    assert processes is not None and processes.counts == {"nginx": 2, "a-very-long-pro": 1}


def test_too_many_names_are_unknown_as_before() -> None:
    snapshot = sent(rows_of(*(f"p{number}" for number in range(MOST_NAMES + 1))))
    assert snapshot.processes is not None and snapshot.processes.counts is None
    assert holds("process:nginx", snapshot) is None
    assert sent(rows_of("a", "b")).processes.counts is None, "all rows are sent"  # type: ignore[union-attr]
