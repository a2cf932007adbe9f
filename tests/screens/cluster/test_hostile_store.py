"""A hostile store of metrics on every screen: its names are text there, never a command to the terminal, nor markup."""

import pytest

from nodetop.app import NodetopApp
from nodetop.base.hub_address import parse_hub_url
from nodetop.settings.options import Settings
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.source import PrometheusSource
from tests.prometheus_programs import victoria_metrics
from tests.screens.scripted import press, text_of, until
from tests.sources.prometheus.made_up_nodes import load, until_now
from tests.sources.prometheus.test_source import hostile_node


@pytest.mark.may_block
async def test_every_screen_shows_it_as_text(tmp_path_factory: pytest.TempPathFactory) -> None:
    with victoria_metrics(tmp_path_factory.mktemp("store")) as url:
        load(url, [hostile_node("evil\x1b[2J"), hostile_node("[link=x]node")], until_now(600, 10))
        source = PrometheusSource(PrometheusHttp(parse_hub_url(url)), Labels())
        app = NodetopApp(source, Settings(cluster=source.url, history=False))
        async with app.run_test(size=(160, 48)) as pilot:
            seen = [await until(pilot, lambda text: "[link=x]node" in text and "2 nodes" in text)]
            for key in ("m", "m", "a", "escape", "w", "escape", "A", "escape", "question_mark", "escape"):
                seen.append(await press(pilot, key))
            await press(pilot, "enter")
            seen.append(await until(pilot, lambda text: "]0;pw" in text))
            for key in ("x", "escape", "w", "escape", "left_square_bracket", "right_square_bracket"):
                seen.append(await press(pilot, key))
            seen.append(text_of(app))
    assert all(line.isprintable() for text in seen for line in text.splitlines())
    assert any("[link=x]" in text for text in seen)
