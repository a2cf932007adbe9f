"""Options that tell nothing by their name: -p VALUE of a program that no table knows."""

from nodetop.recording.redaction.line import Line
from nodetop.recording.redaction.names import words_of
from nodetop.recording.redaction.options.forms import is_option, split_option
from nodetop.recording.redaction.options.marked_values import emit_value
from nodetop.recording.redaction.options.names import AFTER_USER, NAMELESS, PASSWORD_LETTERS, PERHAPS, STAGES, USERS
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import is_path, looks_secret

_SHORTEST_WORD = 5
_LIKELY = [[word] for word in ("key", "access", "code", "hmac", "salt", "license", "licence", "seed", "pepper", "sas")]
_LIKELY_ENDS = [["salt"], ["pepper"], ["hmac"]]
_BEGIN_OPTIONS = ("ort", "ath", "id", "ro", "ar", "ub", "re", "ri", "lain", "lug", "age", "eer", "attern")
"""-port, -path, -proto: not -p and a password."""
_NEAR = 16
_ENDS_OF_PACKAGES = (".js", ".py", ".rs", ".go", ".deb", ".rpm", ".com", ".org", ".net", ".io")


def take_nameless(line: Line, word: str) -> bool:
    """-p VALUE, -pVALUE, -p=VALUE, -p:VALUE: a secret if a user or host is given too, or if it looks like one."""
    name, sign, joined = split_option(word)
    if not sign and word not in AFTER_USER and word[:2] in NAMELESS + PERHAPS:
        name, joined = word[:2], word[2:]
    if name not in NAMELESS + PERHAPS and name not in AFTER_USER:
        return False
    value = joined or line.words.get(line.at + 1)
    if not _is_secret(line, name, value, sign, is_joined=bool(joined)):
        return False
    if joined:
        line.emit(name + sign + MASK)
    else:
        line.emit(word)
        emit_value(line, "", value)
    return True


def is_likely_secret(name: str, value: str) -> bool:
    """Whether a word after --key, --access and the like, of a program that no table knows, is taken for a secret."""
    words = words_of(name)
    if words not in _LIKELY and words[-1:] not in _LIKELY_ENDS:
        return False
    return len(value) >= _SHORTEST_WORD and value.isalnum() and not value.isdigit() and value.lower() not in STAGES


def _is_secret(line: Line, name: str, value: str, sign: str, *, is_joined: bool) -> bool:
    if is_option(value) or is_path(value) or len(value) < 4 or value.replace(":", "").replace("/", "").isdigit():
        return False
    if looks_secret(value) and not value.endswith(_ENDS_OF_PACKAGES) and name in NAMELESS + PERHAPS:
        return True
    if not value.replace("-", "").isalnum() or value.lower() in STAGES:
        return False
    if sign:
        return name in NAMELESS + PERHAPS and _has_user(line, sign)
    is_after_user = line.words.get(line.at - 2) in USERS
    if is_joined:
        return is_after_user and name == "-p" and not value.startswith(_BEGIN_OPTIONS)
    if is_after_user and name in AFTER_USER and (name in NAMELESS or len(value) >= _SHORTEST_WORD):
        return True
    if name in PASSWORD_LETTERS and len(value) >= _SHORTEST_WORD:
        return True
    return name in NAMELESS and _has_user(line, "=")


def _has_user(line: Line, sign: str) -> bool:
    near = line.words.texts[max(line.at - _NEAR, 0) : line.at + _NEAR]
    return any(other.partition(sign)[0] in USERS for other in near)
