"""The last line shows the keys of the present mode, and a click on a key presses it."""

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from nodetop.model.snapshot import DiskMetrics, HistoryPoint, TopProcess
from nodetop.probes.host_files import HostFiles
from nodetop.probes.sampler import Sampler
from nodetop.screens.alerts import AlertsScreen
from nodetop.screens.help import HelpScreen
from nodetop.screens.trends import TrendsScreen
from nodetop.sources.local.processes import LocalProcesses
from nodetop.sources.source import SourceProblem
from nodetop.widgets.menus.prompt import Prompt
from tests.screens.node.screens import NOW_TICK, node_screen
from tests.screens.scripted import ScriptedSource, press, scripted_app, text_of, until
from tests.widgets.scenes import server

SIZE = (120, 40)


def last_line(pilot: Pilot[None]) -> str:
    return text_of(pilot.app).splitlines()[-1]  # type: ignore[arg-type]


@pytest.fixture
def controlled() -> ScriptedSource:
    """A source whose processes can be signalled."""
    source = ScriptedSource(server(tick) for tick in range(NOW_TICK + 1))
    source.control = LocalProcesses(Sampler(HostFiles(), [], node="web-01"))
    return source


async def click(pilot: Pilot[None], line: int, text: str) -> None:
    """Clicks on a text in a line of the screen."""
    shown = text_of(pilot.app).splitlines()[line]  # type: ignore[arg-type]
    assert text in shown, shown
    await pilot.click(offset=(shown.index(text), line % SIZE[1]))
    await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "parts"),
    [
        ((), ("F9 kill", "Enter details", "p pause")),
        (("f6",), ("Enter choose", "Esc close", "Up Down move")),
        (("f9",), ("Enter choose, then asks", "Esc cancel")),
        (("f9", "enter"), ("Enter yes, send", "Esc cancel")),
        (("C",), ("Space show or hide", "Left Right move the column", "Esc close")),
        (("f2",), ("Left Right change", "Esc close")),
        (("colon",), ("Enter do it", "Esc close")),
        (("slash",), ("Enter ok", "Esc cancel")),
        (("1", "z"), ("z all panels", "Tab next panel", "+ - less or more time")),
        (("left_square_bracket",), ("p back to now", "[ ] step", "{ } minute", "b go to")),
        (("w",), ("Left Right cursor", "Esc back")),
        (("x",), ("Tab panel", "Esc back")),
        (("f1",), ("Esc close",)),
    ],
)
async def test_it_shows_the_keys_of_the_mode(
    controlled: ScriptedSource, keys: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    app, _ = scripted_app(controlled)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "F9 kill" in text)
        await press(pilot, *keys)
        await until(pilot, lambda text: all(part in text.splitlines()[-1] for part in parts))
        if keys and keys[-1] not in ("left_square_bracket", "z"):
            await press(pilot, "escape")
            await until(pilot, lambda text: "Enter details" in text.splitlines()[-1])


@pytest.mark.parametrize("opening", ["f2", "f6", "f9", "C"])
async def test_keys_do_not_act_on_what_lies_below_a_menu(controlled: ScriptedSource, opening: str) -> None:
    app, _ = scripted_app(controlled)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "F9 kill" in text)
        await press(pilot, opening)
        await until(pilot, lambda text: "Esc c" in text.splitlines()[-1])
        await press(pilot, "slash", "f3", "f5", "z" if opening != "f9" else "f5")
        assert not app.query(Prompt) and "Esc c" in text_of(app).splitlines()[-1]
        await press(pilot, "escape")
        await until(pilot, lambda text: "F9 kill" in text.splitlines()[-1])
        assert " tree " not in text_of(app)


async def test_a_zoomed_panel_that_does_not_fit_says_that_it_scrolls() -> None:
    disks = tuple(DiskMetrics(device=f"disk{number:02}", in_total=True) for number in range(60))
    app, _ = scripted_app(ScriptedSource([replace(server(NOW_TICK), disks=disks)]))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3", "z")
        await until(pilot, lambda text: "Up Down scroll" in text.splitlines()[-1])


async def test_a_click_on_a_key_presses_it() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "F1 help" in text)
        await click(pilot, -1, "help")
        assert isinstance(app.screen, HelpScreen)
        await click(pilot, -1, "Esc")
        assert app.screen is node_screen(app)
        await click(pilot, -1, "w trends")
        assert isinstance(app.screen, TrendsScreen)
        await click(pilot, -1, "Esc back")
        await click(pilot, -1, "sort")
        await until(pilot, lambda text: "sort by" in text)
        await click(pilot, -1, "close")
        await until(pilot, lambda text: "sort by" not in text)
        await click(pilot, -1, "[")
        await until(pilot, lambda text: "2s ago" in text)
        await click(pilot, -1, "]")
        await until(pilot, lambda text: "2s ago" not in text)


async def test_a_click_on_a_key_of_a_prompt_presses_it() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "slash", "p", "o", "s", "t")
        await click(pilot, -1, "ok")
        assert "filter post" in text_of(app) and not node_screen(app).prompts.is_open
        await press(pilot, "slash")
        await click(pilot, -1, "cancel")
        assert "filter post" not in text_of(app)


async def test_the_marks_in_the_header_can_be_clicked() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "warn" in text.splitlines()[0])
        await click(pilot, 0, "live")
        await until(pilot, lambda text: "paused" in text.splitlines()[0])
        await click(pilot, 0, "paused")
        await until(pilot, lambda text: "live" in text.splitlines()[0])
        await click(pilot, 0, "warn")
        assert isinstance(app.screen, AlertsScreen)


async def test_a_click_beside_a_menu_closes_it_and_does_nothing_else() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f6")
        await pilot.click("#cpu", offset=(5, 5))
        text = await until(pilot, lambda text: "sort by" not in text)
        assert "F1 help" in text and node_screen(app).view.focused == "processes"


async def test_what_cannot_be_acted_on_is_not_offered_and_refused_before_the_menu(controlled: ScriptedSource) -> None:
    at = controlled.ring[0].taken_at - 7200.0
    top = (TopProcess(pid=400, name="postgres", value=50.0),)
    controlled.points = [HistoryPoint(at=at + 300 * number, samples=60, top_cpu=top) for number in range(12)]
    app, _ = scripted_app(controlled)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "F9 kill" in text)
        await press(pilot, "b", *"-100m", "enter")
        text = await until(pilot, lambda text: "5-minute mean" in text)
        assert "F9" not in text.splitlines()[-1] and "p back to now" in text.splitlines()[-1]
        for key in ("f9", "f7", "i"):
            text = await press(pilot, key)
            assert "this is the past; ` goes back to now" in text.splitlines()[-1] and "signal to" not in text


async def test_the_help_shows_the_way_out_also_while_a_hub_does_not_answer(controlled: ScriptedSource) -> None:
    app, source = scripted_app(controlled)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "F9 kill" in text)
        source.tell(SourceProblem("hub.example.org does not answer", since=0.0))
        await until(pilot, lambda text: "does not answer" in text.splitlines()[-1])
        await press(pilot, "f1")
        await until(pilot, lambda text: "Esc close" in text.splitlines()[-1])


async def test_a_message_makes_way_when_other_keys_apply() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "X")
        assert "has no function here" in last_line(pilot)
        await press(pilot, "down")
        assert "has no function here" in last_line(pilot), "the keys are the same"
        await press(pilot, "f6")
        assert "Enter choose" in last_line(pilot)
        await press(pilot, "escape")
        assert "F1 help" in last_line(pilot)


@pytest.mark.parametrize(
    "keys", [("f9",), ("C",), ("f6",), ("f2",), ("colon",), ("f1",), ("w",), ("x",), ("A",), ("7",)]
)
async def test_the_way_out_is_shown_however_narrow(keys: tuple[str, ...], controlled: ScriptedSource) -> None:
    app, _ = scripted_app(controlled)
    async with app.run_test(size=(40, 10)) as pilot:
        await press(pilot, *keys)
        assert "Esc" in last_line(pilot)


async def test_a_process_offers_its_children_only_in_their_list() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "enter")
        assert "Enter" not in last_line(pilot) and "Esc back" in last_line(pilot)
        await press(pilot, "8")
        assert "Enter child" in last_line(pilot)
