"""Explanations over the node screen: opened by a key on any panel, live, gone with Escape."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace
from textual import events

from nodetop.model.raw_file import RawFile, RawLines
from nodetop.screens.explain import ExplainScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.widgets.base.panel_widget import PanelWidget
from tests.screens.scripted import START_TICK, ScriptedSource, press, scripted_app, text_of, until
from tests.widgets.scenes import limited, server

SIZE = (120, 40)
NOW_TICK = START_TICK + 4


class KernelSource(ScriptedSource):
    """A source whose kernel can be asked."""

    def __init__(self) -> None:
        super().__init__(server(tick) for tick in range(START_TICK + 5))
        self.wanted: list[Sequence[RawFile]] = []

    async def raw(self, wanted: Sequence[RawFile]) -> Sequence[RawLines]:
        self.wanted.append(wanted)
        return [RawLines(each.path, (f"line {len(self.wanted)} of the kernel",)) for each in wanted]


def chosen(app: Any) -> tuple[str, str]:
    screen = app.screen
    assert isinstance(screen, ExplainScreen) and screen.state.current is not None
    return screen.state.current.panel, screen.state.current.entry.name


@pytest.mark.parametrize(
    ("panel", "headline"),
    [
        ("1", ("cpu", "busy")), ("2", ("memory", "used")), ("3", ("disks", "used %")), ("4", ("network", "receive")),
        ("5", ("temperature", "CPU")), ("6", ("processes", "CPU %")),
    ],
)  # fmt: skip
async def test_the_key_opens_the_headline_of_the_focused_panel(panel: str, headline: tuple[str, str]) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, panel, "x")
        await until(pilot, lambda text: "computed as" in text or "read from" in text)
        assert chosen(app) == headline
        await press(pilot, "x")
        assert isinstance(app.screen, NodeScreen)


async def test_it_is_opaque_and_arrows_tab_and_digits_choose() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "1", "x")
        text = await until(pilot, lambda text: "user + nice + system + irq + steal" in text)
        assert "postgres" not in text and "htop, btop, psutil" in text
        await press(pilot, "down")
        assert chosen(app) == ("cpu", "user")
        await press(pilot, "tab")
        assert chosen(app) == ("memory", "used")
        await press(pilot, "shift+tab")
        assert chosen(app) == ("cpu", "busy")
        await press(pilot, "4")
        assert chosen(app) == ("network", "receive")
        await press(pilot, "end")
        assert chosen(app)[0] == "header"
        await press(pilot, "home", "up")
        assert chosen(app) == ("cpu", "busy")


async def test_the_process_under_the_bar_is_explained() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "down", "down")
        row = app.screen.state.current  # type: ignore[attr-defined]
        text = await press(pilot, "x")
        assert row is not None and f"{row.pid} {row.name}: CPU %" in text


async def test_the_kernels_fields_are_read_for_the_value_that_is_chosen() -> None:
    source = KernelSource()
    app, _ = scripted_app(source)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "x")
        await until(pilot, lambda text: "line 1 of the kernel" in text)
        assert [file.path for file in source.wanted[0]] == ["/proc/meminfo"]
        source.sample(server(NOW_TICK + 1))
        await until(pilot, lambda text: "line 2 of the kernel" in text)
        await press(pilot, "r")
        await until(pilot, lambda text: "line 3 of the kernel" in text)


async def test_a_source_without_a_kernel_tells_the_snapshots_own_fields() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "x")
        text = await until(pilot, lambda text: "can be read only on the host itself" in text)
        latest = source.ring.latest
        assert latest is not None and latest.memory is not None
        assert f"used_bytes {latest.memory.used_bytes}" in text


async def test_a_paused_moment_is_explained_as_it_was() -> None:
    source = KernelSource()
    app, _ = scripted_app(source)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "p", "2", "x")
        await until(pilot, lambda text: "can be read only on the host itself" in text)
        before = text_of(app)
        source.sample(replace(server(NOW_TICK + 1), memory=None))
        await pilot.pause()
        await pilot.pause()
        assert text_of(app) == before and not source.wanted


async def test_it_follows_the_samples_and_so_does_the_screen_below() -> None:
    app, source = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "x")
        source.sample(limited(NOW_TICK + 1))
        await until(pilot, lambda text: "limited by its group" in text)
        assert chosen(app) == ("memory", "used")
        await press(pilot, "escape")
        await until(pilot, lambda text: "limit 2.0 cores" in text)


async def test_the_wheel_scrolls_what_is_below_it() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "x")
        assert isinstance(app.screen, ExplainScreen)
        state = app.screen.state
        for offset, window, other in (((5, 3), state, state.text), ((50, 15), state.text, state)):
            before = window.top, other.top
            await pilot._post_mouse_events([events.MouseScrollDown], PanelWidget, offset=offset)
            await pilot.pause()
            assert window.top > before[0] and other.top == before[1]


async def test_the_mouse_chooses_a_value() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(80, 24)) as pilot:
        text = await press(pilot, "2", "x")
        y = next(y for y, line in enumerate(text.split("\n")) if "│  buffers" in line)
        await pilot.click(PanelWidget, offset=(5, y))
        await pilot.pause()
        assert chosen(app) == ("memory", "buffers")
        await press(pilot, "2")
        assert "All memory except" in text_of(app)
        await press(pilot, "pagedown")
        assert "All memory except" not in text_of(app)
        await press(pilot, "pageup")
        assert "All memory except" in text_of(app)


async def test_vim_looks_it_up_with_k() -> None:
    app, _ = scripted_app(keys="vim")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "2", "K")
        await press(pilot, "j")
        assert chosen(app) == ("memory", "used %")
        await press(pilot, "K")
        assert isinstance(app.screen, NodeScreen)


async def test_without_any_data_there_is_nothing_to_open() -> None:
    app, _ = scripted_app(ScriptedSource())
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "x")
        assert isinstance(app.screen, NodeScreen)


async def test_fast_keys_open_and_close_it_once() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("x", "x", "x", "x", "x")
        await pilot.pause()
        assert len(app.screen_stack) <= 2
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, NodeScreen)
