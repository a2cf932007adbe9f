"""Groups by container show the counters of their control groups."""

from msgspec.structs import replace

from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics
from nodetop.widgets.processes.filter import parse_filter
from nodetop.widgets.processes.group_counters import own_counters
from nodetop.widgets.processes.state import ProcessState
from tests.widgets.workloads.workload_scenes import with_workloads


def heads(snapshot: NodeSnapshot, **settings: object) -> dict[str, ProcessMetrics]:
    state = ProcessState()
    vars(state).update(settings, layout="container")
    state.show(snapshot, 50)
    rows = zip(state.rows, state.places, strict=True)
    return {row.name: place.sums or row for row, place in rows if place.group is not None}


def test_a_group_of_processes_shows_what_the_kernel_counted_for_it() -> None:
    found = heads(with_workloads())["shop/web-0/app"]
    assert (found.cpu_percent, found.resident_bytes, found.threads) == (60.0, 600 << 20, 12)
    assert (found.read_bytes_per_second, found.write_bytes_per_second) == (1e6, 0.0)
    assert found.cpu_seconds is not None  # what a group does not count is still the sum


def test_what_is_unknown_is_the_sum_of_the_processes() -> None:
    snapshot = with_workloads()
    without = heads(replace(snapshot, workloads=None))["nginx.service"]
    found = heads(snapshot)["nginx.service"]
    assert found.cpu_percent == 5.0 != without.cpu_percent
    assert found.read_bytes_per_second == without.read_bytes_per_second


def test_a_filter_sums_the_processes_that_pass() -> None:
    snapshot = with_workloads()
    assert snapshot.processes is not None
    found = heads(snapshot, filter=parse_filter("java"))["shop/web-0/app"]
    java = next(row for row in snapshot.processes.rows if row.name == "java")
    assert found.cpu_percent == java.cpu_percent


def test_workloads_around_others_are_left_out() -> None:
    snapshot = with_workloads()
    assert snapshot.workloads is not None
    rows = [replace(row, is_outer=row.kind == "unit") for row in snapshot.workloads.rows]
    counted = own_counters(replace(snapshot, workloads=replace(snapshot.workloads, rows=tuple(rows))))
    assert "nginx.service" not in counted and own_counters(None) == {}
