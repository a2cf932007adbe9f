"""A hostile store of metrics on every screen: its names are text there, never a command to the terminal, nor markup."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.app import NodetopApp
from nodetop.base.hub_address import parse_hub_url
from nodetop.settings.options import Settings
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.source import PrometheusSource
from tests.prometheus_programs import victoria_metrics
from tests.pty_terminal import Terminal
from tests.screens.scripted import press, text_of, until
from tests.sources.prometheus.made_up_nodes import load, until_now
from tests.sources.prometheus.test_hostile import hostile_node

OF_ALL_NODES = ("m", "m", "a", "escape", "w", "escape", "A", "escape", "question_mark", "escape")
OF_ONE = ("x", "escape", "w", "escape", "left_square_bracket", "right_square_bracket")
TITLE = re.compile(rb"\x1b\](?!10;|11;)")
"""A command to the window, other than questions for colours."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a store with hostile nodes."""
    with victoria_metrics(tmp_path_factory.mktemp("store"), "-maxLabelValueLen=65000") as url:
        load(url, [hostile_node("evil\x1b[2J"), hostile_node("[link=x]node")], until_now(300, 10))
        yield url


@pytest.mark.may_block
async def test_every_screen_shows_it_as_text(hostile: str) -> None:
    source = PrometheusSource(PrometheusHttp(parse_hub_url(hostile)), Labels())
    app = NodetopApp(source, Settings(cluster=source.url, history=False))
    async with app.run_test(size=(240, 70)) as pilot:
        seen = [await until(pilot, lambda text: "[link=x]node" in text and "2 nodes" in text)]
        for key in OF_ALL_NODES:
            seen.append(await press(pilot, key))
        await press(pilot, "enter")
        seen.append(await until(pilot, lambda text: "[2Jpwned[/]" in text))
        for key in OF_ONE:
            seen.append(await press(pilot, key))
        await press(pilot, "7")
        seen.append(await until(pilot, lambda text: "sum of" in text))
        await press(pilot, "enter")
        seen.append(text_of(app))
    assert all(line.isprintable() for text in seen for line in text.splitlines())
    assert any("[link=x]" in text for text in seen)


def test_a_real_terminal_gets_no_command_of_the_store(hostile: str, tmp_path: Path) -> None:
    folders = {"HOME": str(tmp_path), "NODETOP_DATA_DIR": str(tmp_path)}
    with Terminal("--cluster", f"prometheus+{hostile}", columns=80, rows=24, env=folders) as terminal:
        terminal.wait_for("[link=x]node")
        for key in ("a", "A", "?"):
            terminal.press(key)
            terminal.wait_for(lambda text: "2 nodes" not in text)
            terminal.press("\x1b")
            terminal.wait_for("2 nodes")
        terminal.press("\r")
        terminal.wait_for("[2Jpwned[/]")
        terminal.press("7")
        terminal.wait_for("sum of")
        terminal.press("qq")
        terminal.resize(240, 70)
        terminal.press("q")
        assert terminal.wait_end() == 0
        assert b"pwned\x07" not in terminal.raw and not TITLE.search(terminal.raw)
