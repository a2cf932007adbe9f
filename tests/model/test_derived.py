"""What is computed from a sample stays within the model's own limits."""

from nodetop.model.bounds import LARGEST_COUNT, LARGEST_RATE
from nodetop.model.cgroups import WorkloadSummary
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
