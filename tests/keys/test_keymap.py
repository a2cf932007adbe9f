"""Presets and the user's keys: complete, without clashes, refused with a plain line where they cannot be."""

import pytest

from nodetop.keys.action import Action
from nodetop.keys.keymap import Keymap, KeymapError, keymap
from nodetop.keys.node import NODE
from nodetop.keys.presets import PRESETS
from nodetop.keys.tables import TABLES


@pytest.mark.parametrize("preset", PRESETS)
def test_each_preset_is_free_of_clashes_and_leaves_no_action_without_a_key(preset: str) -> None:
    found = keymap(preset)
    for table in TABLES.values():
        for action in table:
            assert found.of(action), action


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_actions_that_exist(preset: str) -> None:
    known = {action.id for table in TABLES.values() for action in table}
    assert set(PRESETS[preset]) <= known


def test_an_action_has_the_same_keys_on_every_screen() -> None:
    keys: dict[str, str] = {}
    for table in TABLES.values():
        for action in table:
            assert keys.setdefault(action.id, action.keys) == action.keys, action


def test_vim_moves_with_j_and_k() -> None:
    vim = keymap("vim")
    assert "j" in vim.keys["down"] and "k" in vim.keys["up"]


def test_the_user_changes_keys_and_takes_them_away() -> None:
    found = keymap("htop", {"trends": "Q F12", "follow": ""})
    assert found.keys["trends"] == ("Q", "F12")
    assert found.keys["follow"] == ()
    footer = dict(found.footer(NODE))
    assert footer["Q"] == "trends"
    assert "follow" not in footer.values()


def test_two_actions_on_one_key_are_refused() -> None:
    with pytest.raises(KeymapError, match="p would be both trends and pause on the node screen") as caught:
        keymap("htop", {"trends": "p"})
    assert caught.value.action == "trends"


def test_a_key_that_is_freed_in_the_same_table_can_be_taken() -> None:
    found = keymap("htop", {"trends": "p", "pause": "Z"})
    assert found.keys["trends"] == ("p",)


def test_what_is_no_action_or_no_key_is_told() -> None:
    with pytest.raises(KeymapError, match="there is no action 'trend'; did you mean 'trends'"):
        keymap("htop", {"trend": "y"})
    with pytest.raises(KeymapError, match="trends: 'F99' is not a key"):
        keymap("htop", {"trends": "F99"})


@pytest.mark.parametrize("name", ["help", "escape"])
def test_help_and_the_way_out_keep_a_key(name: str) -> None:
    with pytest.raises(KeymapError, match="needs a key"):
        keymap("htop", {name: ""})


def test_the_footer_shows_two_actions_as_one() -> None:
    actions = (
        Action("back", "[", "x", "", "", "step", "on"),
        Action("on", "]", "y", "", ""),
        Action("silent", "s", "z", "", ""),
    )
    assert Keymap({"back": ("[",), "on": ("]", "n"), "silent": ("s",)}).footer(actions) == (("[ ]", "step"),)


@pytest.mark.parametrize("screen", TABLES)
def test_every_screen_has_help_a_way_out_and_the_palette(screen: str) -> None:
    assert {"help", "escape", "quit", "palette"} <= {action.id for action in TABLES[screen]}
