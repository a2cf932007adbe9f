"""Keys under all the names that people write, and those that Textual knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import BindingsMap

from nodetop.keys.names import KeyNameError, canonical, parse_keys, textual_name


@pytest.mark.parametrize(
    ("written", "key", "textual"),
    [
        ("f5", "F5", "f5"),
        ("F12", "F12", "f12"),
        ("Space", "Space", "space"),
        ("escape", "Esc", "escape"),
        ("ESC", "Esc", "escape"),
        ("return", "Enter", "enter"),
        ("pageup", "PgUp", "pageup"),
        ("^u", "^U", "ctrl+u"),
        ("Ctrl-U", "^U", "ctrl+u"),
        ("ctrl+u", "^U", "ctrl+u"),
        ("C-u", "^U", "ctrl+u"),
        ("shift+tab", "S-Tab", "shift+tab"),
        ("S-F5", "S-F5", "shift+f5"),
        ("alt+1", "M-1", "alt+1"),
        ("M-x", "M-x", "alt+x"),
        ("-", "-", "minus"),
        ("+", "+", "plus"),
        ("^", "^", "circumflex_accent"),
        ("K", "K", "K"),
    ],
)
def test_every_spelling_has_one_name(written: str, key: str, textual: str) -> None:
    assert canonical(written) == key
    assert textual_name(key) == textual
    assert canonical(key) == key


@pytest.mark.parametrize("text", ["F0", "F25", "ctrl", "shift+a", "^1x", "foo", "ctrl+shift+", " ", "\x1b", "ctrl+/"])
def test_what_is_no_key_is_told(text: str) -> None:
    with pytest.raises(KeyNameError, match="write a character"):
        canonical(text)


def test_keys_stand_between_blanks_each_once() -> None:
    assert parse_keys(" F5  t f5 ") == ("F5", "t")
    assert parse_keys("") == ()


@given(st.text(max_size=12))
def test_any_text_is_a_key_or_is_refused(text: str) -> None:
    try:
        key = canonical(text)
    except KeyNameError:
        return
    assert canonical(key) == key
    assert BindingsMap([(textual_name(key), "x")] if key != "," else [])
