"""The forms of options: what is one, where its name ends, and whether the next word is its value."""

from nodetop.recording.redaction.names import Kind, kind_of
from nodetop.recording.redaction.options.names import USERS
from nodetop.recording.redaction.values import looks_secret


def is_option(word: str) -> bool:
    """Whether a word begins with -, or is a Windows option /name:value."""
    return len(word) > 1 and (word[0] == "-" or (word[0] == "/" and ":" in word and "/" not in word[1:]))


def split_option(word: str) -> tuple[str, str, str]:
    """An option's name, the separator, and the value."""
    name, sign, value = word.partition("=")
    if word[0] == "/" or not sign:
        other = word.partition(":")
        if other[1] and len(other[0]) < len(name):
            return other
    return name, sign, value


def is_switch(option: str, following: str) -> bool:
    """Whether a word that begins with - is an option itself, not the value of the option before it."""
    rest = following[1:]
    if following[0] != "-" or not rest:
        return False
    if following in USERS or (rest.isalpha() and kind_of(rest) >= Kind.TOKEN):
        return True
    if rest[0] == "-":
        return rest[1:2].isalpha() or len(rest) == 1
    if not rest[0].isalpha():
        return False
    if "=" in rest or len(rest) <= (3 if option.startswith("--") else 2) or rest[1:].isdigit():
        return True
    return not option.startswith("--") and rest.isascii() and rest.islower() and not looks_secret(rest)
