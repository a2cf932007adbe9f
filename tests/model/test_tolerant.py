"""What does not fit the model is left out, and no more than that."""

import msgspec
import pytest

from nodetop.model import wire
from nodetop.model.hub_api import HistoryReply
from nodetop.model.snapshot import CoreMetrics, CpuMetrics, NodeSnapshot
from nodetop.model.wire import fitted
from tests.widgets.scenes import server


def test_valid_values_are_decoded_unchanged() -> None:
    data = wire.encode(wire.decode(wire.encode(server(3)), NodeSnapshot))
    found = wire.decode_fitting(data, NodeSnapshot)
    assert (wire.encode(found.value), found.left_out, found.reason) == (data, 0, "")


def test_a_value_a_row_and_a_part_are_left_out() -> None:
    tree = {
        "node": "a",
        "taken_at": 1,
        "interval": 1.7e308,
        "cpu": {"busy_percent": -1, "load_1m": 2, "cores": [{"index": -1}, {"index": 2, "busy_percent": "x"}, 5]},
        "disks": "x",
        "networks": [{}, {"interface": "eth0", "receive_bytes_per_second": 1.7e308}],
    }
    found = fitted(tree, NodeSnapshot)
    assert found.left_out == 8
    assert found.reason.startswith("interval: Expected `float` <=")
    assert (found.value.interval, found.value.disks) == (None, None)
    assert found.value.cpu == CpuMetrics(load_1m=2.0, cores=(CoreMetrics(index=2),))
    assert [(net.interface, net.receive_bytes_per_second) for net in found.value.networks or ()] == [("eth0", None)]


def test_a_point_of_history_loses_the_value_alone() -> None:
    points = [{"at": 1, "samples": 1, "load_1m": {"mean": None, "max": 1}}, {"at": -1, "samples": 2}]
    tree = {"node": "a", "cluster": "b", "since": 0, "until": 1, "step": 1, "points": points}
    found = fitted(tree, HistoryReply)
    assert [(point.at, point.samples, point.load_1m) for point in found.value.points] == [(1, 1, None)]


@pytest.mark.parametrize(
    "tree", [None, 1, [], {}, {"node": "a"}, {"node": 3, "taken_at": 1}, {"node": "a", "taken_at": -1}]
)
def test_what_is_not_there_at_all_is_an_error(tree: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        fitted(tree, NodeSnapshot)
    with pytest.raises(wire.BadMessage):
        wire.decode_fitting(msgspec.json.encode(tree), NodeSnapshot)
