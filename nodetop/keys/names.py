"""Names of keys: as written in the settings, as shown in help and footer, as Textual names them. Pure."""

import re
import unicodedata

from nodetop.base.lazy_regex import lazy_regex

_NAMED = {
    "Up": "up", "Down": "down", "Left": "left", "Right": "right", "PgUp": "pageup", "PgDn": "pagedown", "Home": "home",
    "End": "end", "Esc": "escape", "Tab": "tab", "Enter": "enter", "Space": "space", "Ins": "insert", "Del": "delete",
    "Backspace": "backspace",
}  # fmt: skip
_SPELLINGS = {
    **{name.lower(): name for name in _NAMED},
    **{textual: name for name, textual in _NAMED.items()},
    "return": "Enter",
}
_MODIFIERS = {"ctrl": "^", "c": "^", "^": "^", "shift": "S-", "s": "S-", "alt": "M-", "m": "M-", "meta": "M-"}
_WITH_MODIFIER = lazy_regex(r"(ctrl|c|shift|s|alt|m|meta)[-+](.+)", re.IGNORECASE)
_FUNCTION = lazy_regex(r"f([1-9]|1\d|2[0-4])", re.IGNORECASE)
_TEXTUAL_SIGNS = {
    "/": "slash", "\\": "backslash", "@": "at", "-": "minus", "+": "plus", "_": "underscore",
}  # fmt: skip


class KeyNameError(ValueError):
    """Something that is not a key. The message says how keys are written."""


def canonical(text: str) -> str:
    """A key in the form that help and footer show: "F4", "/", "^U", "S-Tab", "M-1". Raises KeyNameError."""
    if len(text) == 1 and text.isprintable() and text != " ":
        return text
    if text.startswith("^") and len(text) == 2 and text[1].isalpha() and text[1].isascii():
        return text.upper()
    if _FUNCTION.fullmatch(text):
        return text.upper()
    if text.lower() in _SPELLINGS:
        return _SPELLINGS[text.lower()]
    if found := _WITH_MODIFIER.fullmatch(text):
        modifier, key = _MODIFIERS[found[1].lower()], canonical(found[2])
        if modifier == "^" and len(key) == 1 and key.isalpha() and key.isascii():
            return f"^{key.upper()}"
        if modifier == "M-" or (len(key) > 1 and key[0] != "^"):
            return modifier + key
    raise KeyNameError(
        f"{text!r} is not a key: write a character, F1 to F24, ^A, M-1, S-Tab, or one of {', '.join(_NAMED)}"
    )


def parse_keys(text: str) -> tuple[str, ...]:
    """Keys separated by spaces, each once. Raises KeyNameError."""
    return tuple(dict.fromkeys(canonical(part) for part in text.split()))


def textual_name(key: str) -> str:
    """Textual's name of a key in canonical form."""
    if key.startswith("^") and len(key) > 1:
        return "ctrl+" + textual_name(key[1:].lower() if len(key) == 2 else key[1:])
    for prefix, modifier in (("S-", "shift+"), ("M-", "alt+")):
        if key.startswith(prefix):
            return modifier + textual_name(key[2:])
    if key in _NAMED:
        return _NAMED[key]
    if len(key) > 1:
        return key.lower()
    if key.isalnum():
        return key
    return _TEXTUAL_SIGNS.get(key) or unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
