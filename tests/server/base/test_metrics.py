"""Counters of the hub."""

from nodetop.model.bounds import LARGEST_COUNT
from nodetop.server.base.metrics import Counters


def test_a_count_that_nodes_can_raise_stays_within_what_a_reply_may_have() -> None:
    """A node says how many samples it has lost, and may say it again after each restart."""
    counters = Counters()
    for _ in range(3):
        counters.add("samples_dropped_by_senders", LARGEST_COUNT)
    counters.add("pushes")
    assert counters.all() == {"pushes": 1, "samples_dropped_by_senders": LARGEST_COUNT}
