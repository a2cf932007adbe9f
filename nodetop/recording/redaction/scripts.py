"""Secrets in program text inside a command line: calls that log in."""

import re

from nodetop.recording.redaction.line import Line
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import is_reference

_LOGS_IN = re.compile(
    r"(?:log_?in|connect|mysqli\w{0,20}+|PDO|authenticate|bind(?:_s)?|set_?password|create_(?:super)?user|credentials?|auth=?)\(\\?[\"']",
    re.I,
)
_HASHES = re.compile(r"(?:bcrypt|password_hash|make_password|PASSWORD|hashpw|crypt|Hash::make)\(\\?[\"']")
_TEXT = re.compile(r"""(?P<quote>["'])([^"']*+)(?P=quote)""")
_MOST_WORDS = 6


def take_call(line: Line, word: str) -> bool:
    """login("user", "SECRET"), connect("host", "user", "SECRET"): masks the second text in the arguments, or the third
    and later ones; of bcrypt("SECRET"), the first."""
    logs_in = _LOGS_IN.search(word)
    if not (logs_in or _HASHES.search(word)):
        return False
    end = line.at
    while end < min(line.at + _MOST_WORDS, len(line.words)) and ")" not in line.words.get(end):
        end += 1
    texts = [(at, found) for at in range(line.at, end + 1) for found in _TEXT.finditer(line.words.get(at))]
    first = 2 if len(texts) > 2 else 1 if logs_in else 0
    secrets = [(at, text) for at, text in texts[first:] if text[2] and not is_reference(text[2])]
    if not secrets:
        return False
    while line.at <= secrets[-1][0]:
        shown = line.words.get(line.at)
        for at, text in reversed(secrets):
            if at == line.at:
                shown = f"{shown[: text.start(2)]}{MASK}{shown[text.end(2) :]}"
        line.emit(shown)
    return True
