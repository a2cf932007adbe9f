"""Themes of the user: read from files, chosen by flag, setting and menu; a wrong one is refused with its line."""

from pathlib import Path

import pytest

from nodetop.drawing.theme import sgr
from nodetop.drawing.themes import THEMES
from nodetop.settings.file import SettingsFileError
from nodetop.settings.theme_files import theme_named, theme_names
from tests.screens.scripted import scripted_app, until

LOAD = 'load = ["#224466", "#88aaff", "#ffffff"]'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    theme_named.cache_clear()
    folder = tmp_path / "nodetop/themes"
    folder.mkdir(parents=True)
    return folder


def test_a_theme_names_only_what_differs(folder: Path) -> None:
    (folder / "night.toml").write_text(f'base = "ember"\naccent = "#7dd3fc"\n{LOAD}\n')
    theme, base = theme_named("night"), THEMES["ember"]
    assert theme.name == "night" and theme.ground == base.ground
    assert theme.styles["accent"].ink == "#7dd3fc" and theme.styles["border.focused"].ink == "#7dd3fc"
    assert (theme.styles["load.0"].ink, theme.styles["load.10"].ink) == ("#224466", "#ffffff")
    assert theme.styles.keys() == base.styles.keys() and theme.styles["good"] == base.styles["good"]


def test_without_a_base_it_is_made_of_the_dark_one_and_a_light_base_is_light(folder: Path) -> None:
    (folder / "plain.toml").write_text("")
    (folder / "day.toml").write_text('base = "light"')
    assert theme_named("plain").styles == THEMES["dark"].styles
    assert not theme_named("day").dark


def test_the_terminals_own_ground(folder: Path) -> None:
    (folder / "glass.toml").write_text('ground = "terminal"')
    sequences = sgr(theme_named("glass"), "truecolor")
    assert ";48;" not in sequences["text"] and ";48;" in sequences["selected"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\nacent = "#ffffff"', ":2: unknown key 'acent'; did you mean 'accent'?"),
        ('base = "night"', ":1: base must be a built-in theme: dark, light, contrast, aurora, ember"),
        ('base = ["dark"]', ":1: base must be a built-in theme: "),
        ('accent = "blue"', ':1: accent must be a colour: "#62b0f5"'),
        ('accent = "#62b0f5\\u001b"', ':1: accent must be a colour: "#62b0f5"'),
        ('accent = "terminal"', ':1: accent must be a colour: "#62b0f5"'),
        ("ground = 1", ':1: ground must be a colour: "#62b0f5" or "terminal"'),
        ('ink = "#000000"\nload = "#ffffff"', ":2: load must be a list of 2 to 16 colours, from least to most: "),
        ('load = ["#ffffff"]', ":1: load must be a list of 2 to 16 colours, "),
        ('load = ["#ffffff", 1]', ":1: load must be a list of 2 to 16 colours, "),
        ("accent =", ":1: not valid TOML: Invalid value"),
    ],
)
def test_a_wrong_theme_is_refused_with_its_line_and_left_out_of_the_menu(folder: Path, text: str, message: str) -> None:
    (folder / "mine.toml").write_text(text)
    with pytest.raises(SettingsFileError) as refused:
        theme_named("mine")
    assert str(refused.value).startswith(f"{folder / 'mine.toml'}{message}")
    assert theme_names() == tuple(THEMES)


def test_a_file_that_cannot_be_read_is_said(folder: Path) -> None:
    (folder / "mine.toml").mkdir()
    with pytest.raises(SettingsFileError, match=r"mine\.toml: cannot be read: Is a directory"):
        theme_named("mine")


@pytest.mark.parametrize("name", ["nosuch", "../night", "a/b", "", "night\n", "\x1b[31m", "a" * 33, "night.toml"])
def test_a_name_is_that_of_a_file_in_the_folder(folder: Path, name: str) -> None:
    (folder.parent / "night.toml").write_text("")
    with pytest.raises(KeyError):
        theme_named(name)


def test_files_with_other_names_are_no_themes(folder: Path) -> None:
    for name in ("dark", "b", "a", "a b", "c\x1b", "d.old"):
        (folder / f"{name}.toml").write_text('accent = "#ffffff"')
    (folder / "readme.txt").write_text("")
    assert theme_names() == (*THEMES, "a", "b")
    assert theme_named("dark") is THEMES["dark"]


async def test_it_is_chosen_in_the_menu(folder: Path, tmp_path: Path) -> None:
    (folder / "night.toml").write_text(LOAD)
    app, _ = scripted_app(settings_file=tmp_path / "nodetop.toml", theme="ember")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f2")
        await until(pilot, lambda text: "─ options" in text)
        await pilot.press("right")
        assert app.settings.theme == "night" and app.look.theme is theme_named("night")
        await pilot.press("right")
        assert app.settings.theme == "dark"
