"""Zoomed panels of the past, of which history keeps means: each has a graph of what is known."""

import pytest

from nodetop.drawing.runs import plain
from nodetop.history.means import mean_snapshot
from nodetop.history.ring import Ring
from nodetop.model.history import HistoryPoint, Stat
from nodetop.model.panels import Panels
from nodetop.widgets.base.view import View
from nodetop.widgets.node.registry import node_panels
from tests.widgets.scenes import START


def past(count: int = 20) -> View:
    view = View(ring=Ring())
    for tick in range(count):
        values = {
            name: Stat(mean=10.0 + tick, max=20.0 + tick)
            for name in HistoryPoint.__struct_fields__
            if name.endswith(("percent", "second", "celsius", "load_1m"))
        }
        point = HistoryPoint(at=START + 300 * tick, samples=60, **values)  # type: ignore[arg-type]
        view.snapshot = mean_snapshot("n", point, 300.0)
        view.ring.add(view.snapshot)
    return view


@pytest.mark.parametrize("size", [(80, 22), (160, 46)])
@pytest.mark.parametrize("name", ["cpu", "memory", "disks", "network", "temperature"])
def test_it_has_a_graph_and_the_present_value(name: str, size: tuple[int, int]) -> None:
    view = past()
    view.layout, view.focused = Panels(zoomed=name), name
    text = "\n".join(plain(line) for line in node_panels()[name].lines(view, *size))
    assert sum("⠁" <= character <= "⣿" for character in text) > 3, text
    assert "29" in text and "– / –" not in text
