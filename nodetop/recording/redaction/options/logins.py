"""Options that take user and password together, for any program."""

from functools import lru_cache

from nodetop.recording.redaction.assignments import mask_login
from nodetop.recording.redaction.line import Line
from nodetop.recording.redaction.names import words_of
from nodetop.recording.redaction.options.forms import is_option, split_option
from nodetop.recording.redaction.options.marked_values import emit_value
from nodetop.recording.redaction.options.names import LOGIN_WORDS, LOGINS
from nodetop.recording.redaction.values import is_path

_LONGEST = 96
_NEAR = 16


def take_login_option(line: Line, word: str) -> bool:
    """--user NAME:PASSWORD, for any program."""
    name, sign, value = split_option(word)
    if name not in LOGINS and not _names_login(name[-_LONGEST:]):
        return False
    value = value if sign else line.words.get(line.at + 1)
    mark = "%" if name == "-U" and "%" in value and ":" not in value else ":"
    if mark not in value or "://" in value or is_option(value) or is_path(value) or value[0] in ":{":
        return False
    if sign:
        line.emit(f"{name}{sign}{mask_login(value, mark)}")
    else:
        line.emit(word)
        emit_value(line, mark, value)
    return True


@lru_cache(maxsize=1024)
def _names_login(name: str) -> bool:
    words = words_of(name)
    return bool(words) and (
        words[-1] in LOGIN_WORDS
        or words[-1].endswith("auth")
        or words[-2:] == ["auth", "basic"]
        or {"user", "pass"} <= set(words)
    )


def with_bearer(line: Line, mark: str) -> str:
    """The mark of an option with user:password; no mark, a secret as a whole, where a bearer's token is announced."""
    near = line.words.texts[max(line.at - _NEAR, 0) : line.at + _NEAR]
    is_token = mark == ":" and any(word.rpartition("=")[2].lower() == "bearer" for word in near)
    return "" if is_token and ":" not in line.words.get(line.at) else mark


def is_beside_user(line: Line) -> bool:
    """u=USER p=SECRET"""
    near = line.words.texts[max(line.at - _NEAR, 0) : line.at + _NEAR]
    return any(word.startswith(("u=", "user=", "username=")) for word in near)
