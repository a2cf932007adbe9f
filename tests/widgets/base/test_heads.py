"""The head of a column never touches the sort mark of the column before it, which is in the blank between the two."""

import pytest

from nodetop.widgets.cluster.columns import COLUMNS as OF_NODES
from nodetop.widgets.processes.columns import COLUMNS as OF_PROCESSES
from nodetop.widgets.workloads.columns import COLUMNS as OF_WORKLOADS

HEADS = [
    *((each.column.header, each.column.least, each.column.right) for each in OF_NODES.values()),
    *((each.column.header, each.column.least, each.column.right) for each in OF_WORKLOADS.values()),
    *((each.title, each.width, each.right) for each in OF_PROCESSES.values()),
]


@pytest.mark.parametrize(("head", "width"), [(head, width) for head, width, is_right in HEADS if is_right])
def test_a_head_on_the_right_leaves_a_blank(head: str, width: int) -> None:
    assert len(head) < width
