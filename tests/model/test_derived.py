"""What is computed from a sample stays within the model's own limits."""

from nodetop.model.bounds import LARGEST_COUNT, LARGEST_RATE
from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.model.cluster_totals import TopWorkloads
from nodetop.model.derived import total_io
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics


def test_a_sum_of_the_largest_rates_is_one_that_a_sample_may_have() -> None:
    row = ProcessMetrics(pid=1, name="x", read_bytes_per_second=LARGEST_RATE, write_bytes_per_second=LARGEST_RATE)
    assert total_io(row) == LARGEST_RATE


def test_a_sum_over_nodes_of_the_largest_counts_is_one_that_a_reply_may_have() -> None:
    top = TopWorkloads("", "cpu", 5)
    for node in ("a", "b"):
        summary = WorkloadSummary(total=LARGEST_COUNT)
        top.add("default", node, NodeSnapshot(node=node, taken_at=1.0, workloads=summary))
    assert top.total == LARGEST_COUNT


def test_workloads_whose_value_is_unknown_are_below_those_with_zero() -> None:
    rows = tuple(
        WorkloadMetrics(group=f"/{number}", kind="unit", cpu_percent=value)
        for number, value in enumerate((None, 0.0, None, 5.0, 0.0))
    )
    top = TopWorkloads("", "cpu", 4)
    top.add("default", "a", NodeSnapshot(node="a", taken_at=1.0, workloads=WorkloadSummary(total=5, rows=rows)))
    assert [row.cpu_percent for row in top.rows()] == [5.0, 0.0, 0.0, None]
