"""Nodes that are unusual: many series, interfaces that are neither up nor down, names with control characters."""

import pytest

from nodetop.base.text import clean
from nodetop.sources.prometheus import source as module
from tests.sources.prometheus.made_up_nodes import MadeUpNode, load, until_now
from tests.sources.prometheus.test_source import STEP, opened, rows_of


async def test_a_node_with_many_series_gets_fewer_past_samples(victoria: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load(victoria, [MadeUpNode("many", labels='job="many"')], until_now(600, STEP))
    async with opened(victoria, 'job="many"') as source:
        assert len(await source.samples("many", 500)) > 40
        await source.snapshot("many")
        assert len(await source.samples("many", 500)) > 40
        monkeypatch.setattr(module, "MOST_VALUES", 5 * source._values_of["many"])
        assert 4 <= len(await source.samples("many", 500)) <= 6


async def test_an_interface_that_is_not_up_need_not_be_down(victoria: str) -> None:
    more: dict[str, float | str] = {}
    for device, up in (("lo", 0), ("eth0", 0), ("eth1", 1), ("wg0", 0)):
        more[f'node_network_up{{device="{device}"}}'] = up
        more[f'node_network_receive_bytes_total{{device="{device}"}}'] = 1.0
    more['node_network_info{device="wg0",operstate="unknown"}'] = 1
    load(victoria, [MadeUpNode("links", more=more, labels='job="links"')], until_now(60, STEP))
    async with opened(victoria, 'job="links"') as source:
        found = await source.snapshot("links")
    states = {each.interface: each.state for each in found.networks or ()}
    assert states == {"lo": None, "eth0": "down", "eth1": "up", "wg0": "unknown"}


async def test_names_that_a_store_does_not_take_in_an_expression(victoria: str) -> None:
    """VictoriaMetrics 1.79 makes a wrong regular expression of these two."""
    names = ["odd\x01", "odd\x02"]
    load(victoria, [MadeUpNode(name, labels='job="odd"') for name in names], until_now(100, STEP))
    async with opened(victoria, 'job="odd"') as source:
        rows = await rows_of(source)
        assert list(rows) == [clean("odd\x01")]
        assert rows[clean("odd\x01")].load_1m == 1.5
        assert await source._store._gaps(names) == []
    load(victoria, [MadeUpNode("usual", labels='job="odd"')], until_now(100, STEP))
    async with opened(victoria, 'job="odd"') as source:
        await source.overview()
        assert source._store.interval == pytest.approx(STEP)
