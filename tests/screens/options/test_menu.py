"""Options and layouts: in force at once, on every screen, and there again at the next start."""

import tomllib
from pathlib import Path

import pytest
from textual.pilot import Pilot

from nodetop.drawing.themes import THEMES
from nodetop.model.panels import BUILT_IN, Panels
from nodetop.screens.node.screen import NodeScreen
from nodetop.screens.options.choices import options
from nodetop.settings.options import Settings
from tests.screens.scripted import press, scripted_app, text_of, until

SIZE = (120, 40)
pytestmark = pytest.mark.may_block  # the settings file is read here to see what was kept


async def choose(pilot: Pilot[None], name: str) -> None:
    """Puts the bar on an option."""
    names = [each.name for each in options(tuple(BUILT_IN), tuple(THEMES))]
    await pilot.press("home", *["down"] * names.index(name))


async def kept(pilot: Pilot[None], path: Path, **values: object) -> None:
    """Waits until the file says so."""
    for _ in range(300):
        found = tomllib.loads(path.read_text()) if path.exists() else {}
        if all(found.get(name) == value for name, value in values.items()):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{found} lacks {values}")


async def test_every_option_is_shown_and_changes_with_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "nodetop.toml"
    app, _ = scripted_app(settings_file=path)
    async with app.run_test(size=SIZE) as pilot:
        text = await press(pilot, "f2")
        assert "╭─ options" in text and "postgres" in text  # the screen stays visible
        for option in options(tuple(BUILT_IN), tuple(THEMES)):
            assert option.name.replace("_", " ") in text
            before = app.settings
            await press(pilot, "right")
            assert option.now(app.settings) != option.now(before), option.name
            await press(pilot, "left")
            assert option.now(app.settings) == option.now(before), option.name
            assert option.note in text_of(app)
            await press(pilot, "down")


async def test_a_change_is_on_the_screen_below_and_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "nodetop.toml"
    app, source = scripted_app(settings_file=path)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "o")
        for name in ("theme", "ascii", "interval", "network_bits", "keys"):
            await choose(pilot, name)
            await press(pilot, "right")
        settings = app.settings
        await kept(pilot, path, theme=settings.theme, interval=3.0, network_bits=True, ascii=True)
        await kept(pilot, path, keys={"preset": "btop"})
        assert "+- options" in text_of(app) and "live 3s" in text_of(app)  # in force while they are chosen
        await press(pilot, "escape")
        text = await until(pilot, lambda text: "+-" in text and "live 3s" in text)
        assert "╭" not in text and "f filter" in text
        assert app.theme == f"nodetop-{settings.theme}"
        assert source.demands[-1].interval == 3.0


async def test_panels_are_hidden_shown_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "nodetop.toml"
    app, _ = scripted_app(settings_file=path)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "disks" in text)
        await press(pilot, "alt+3")
        await until(pilot, lambda text: "³disks" not in text)
        await kept(pilot, path, layout={"hidden": ["disks"]})
        await press(pilot, "4", "underscore")
        await until(pilot, lambda text: "⁴network" not in text)
        await kept(pilot, path, layout={"hidden": ["disks", "network"]})
        await press(pilot, "alt+3", "alt+4", "z")
        await kept(pilot, path, layout={"zoomed": "processes"})
        await press(pilot, "z", "v")
        text = await until(pilot, lambda text: "layout processes" in text)
        assert "³disks" not in text and "⁶processes" in text
        await kept(pilot, path, layout={"name": "processes"})
        await press(pilot, "V")
        await until(pilot, lambda text: "³disks" in text)


async def test_the_last_panel_stays() -> None:
    app, _ = scripted_app(layout=Panels(own={"one": ("cpu",)}).named("one"))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "¹cpu" in text and "processes" not in text)
        assert "cannot hide the last panel" in await press(pilot, "alt+1")


async def test_a_hidden_panel_is_looked_at_by_its_number_and_that_is_not_kept(tmp_path: Path) -> None:
    app, _ = scripted_app(layout=Panels().named("processes"), settings_file=tmp_path / "s.toml")
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "3")
        await until(pilot, lambda text: "³disks" in text and "⁶processes" not in text)
        await press(pilot, "escape")
        await until(pilot, lambda text: "⁶processes" in text)


async def test_keys_that_would_clash_with_the_users_own_are_refused() -> None:
    app, _ = scripted_app(key_changes={"trends": "f"})
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2")
        await choose(pilot, "keys")
        await press(pilot, "right")
        await until(pilot, lambda text: "f would be both" in text)
        assert app.settings.keys == "htop"


async def test_a_file_that_cannot_be_written_is_told_and_the_change_holds(tmp_path: Path) -> None:
    path = tmp_path / "nodetop.toml"
    path.write_text("interval = = 1")
    app, _ = scripted_app(settings_file=path)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "alt+3")
        await until(pilot, lambda text: "not saved in" in text)
        assert path.read_text() == "interval = = 1"
        assert "disks" in app.settings.layout.hidden


async def test_changes_in_quick_succession_are_kept_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "nodetop.toml"
    app, _ = scripted_app(settings_file=path)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "f2")
        await choose(pilot, "interval")
        await pilot.press(*["right"] * 5)
        last = app.settings.interval
    assert tomllib.loads(path.read_text()) == {"interval": last}


async def test_a_change_just_before_the_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "nodetop.toml"
    app, _ = scripted_app(settings_file=path)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("alt+3", "q")
    assert tomllib.loads(path.read_text()) == {"layout": {"hidden": ["disks"]}}


@pytest.mark.parametrize("size", [(40, 10), (60, 20), (80, 24), (240, 70)])
async def test_options_fit_any_size(size: tuple[int, int]) -> None:
    app, _ = scripted_app()
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f2", "end")
        text = await until(pilot, lambda text: "shown" in text)
        assert "processes" in text and "shown" in text
        assert all(len(line) <= size[0] for line in text.splitlines())
        assert isinstance(app.screen_stack[0], NodeScreen)


def test_a_value_of_the_users_own_turns_to_the_next_of_the_list() -> None:
    interval = next(each for each in options(("full",), ("dark",)) if each.name == "interval")
    assert interval.turned(Settings(interval=4.0), 1) == {"interval": 5.0}
    assert interval.turned(Settings(interval=4.0), -1) == {"interval": 3.0}
    assert interval.turned(Settings(interval=600.0), 1) == {"interval": 60.0}


async def test_graphs_show_more_time_and_less() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "1", "minus", "minus")
        await until(pilot, lambda text: "9m 20s" in text)
        await press(pilot, "plus", "plus")
        await until(pilot, lambda text: "2m 20s" in text)
        assert "cannot zoom in further" in await press(pilot, "plus")


async def test_nothing_is_cut_where_only_blanks_do_not_fit() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(40, 10)) as pilot:
        text = await press(pilot, "f2")
        assert "< dark >" in text and "…" not in next(line for line in text.splitlines() if "< dark >" in line)
