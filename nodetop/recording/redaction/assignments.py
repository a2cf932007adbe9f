"""name=value and name: value inside a word: forms, JSON, driver settings, mount options, headers."""

import re

from nodetop.recording.redaction.ids import is_id_name
from nodetop.recording.redaction.names import Kind, kind_of, words_of
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import QUOTES, is_no_secret, is_reference, looks_secret

_MOST = 48
"""Names examined in one word. Anything after that many is masked."""
_NAME = re.compile(r"""(?<![\w.\-])([\w.\-]++)\\?["'\])]{0,2}(=>|:=|==|=|:(?!//|:|\\(?!["'])))\\?""")
_AFTER = {"&": "&#", "?": "&#", ";": ";", ",": ",", "{": ",}", "[": ",]", "(": ",)", "|": "|", "!": "!"}
"""The characters that end a value, by the character before its name."""
_HEX = re.compile(r"[0-9a-fA-F]{32,}+")
_LONGEST_FIELDS = 128
_FIELDS_OF_NAMES = (["name"], ["key"])
_AROUND = QUOTES + ",]}\\"
_LOGINS = frozenset(("userpwd", "userpass", "userpassword", "creds", "credentials", "login"))
_NUMBERED = re.compile(r"(?=[A-Za-z0-9]{8,32}$)[A-Za-z]{4,30}[0-9]{1,8}")
"""A word and a number: after a name that ends in key, more often a key that somebody made up than a name."""
_IN_QUERIES = frozenset(("sig", "auth"))
"""Names that stand for a secret in the query of a URL."""
_FOLDERS = ("PWD", "OLDPWD")


def mask_assignments(word: str, *, is_named: bool = False) -> str:
    """A word in which the values of secret names are masked. If a word begins with a name, the rest is its value.
    `is_named`: a word before it says that the field called value is a secret."""
    in_url = "://" in word
    out: list[str] = []
    at = seen = 0
    while found := _NAME.search(word, at):
        seen += 1
        if seen > _MOST:
            out.append(word[at : found.end()] + MASK)
            return "".join(out)
        out.append(word[at : found.end()])
        at = found.end()
        end = _end_of_value(word, found)
        value = word[at:end]
        is_named = is_named or _names_secret(found[1], value)
        if end > at and (_is_secret(found, value, in_url) or (is_named and _is_value(found[1], value))):
            out.append(masked_value(value))
            at = end
        elif end > at and found[2] == "=" and (signs := _login_signs(found[1], value)):
            out.append(_masked_login_value(value, signs))
            at = end
    return "".join(out) + word[at:] if out else word


def _login_signs(name: str, value: str) -> str:
    """The sign between user and password: proxyauth=USER:PASSWORD, cloud.auth=USER:PASSWORD, user=USER%PASSWORD."""
    words = words_of(name)
    if not words:
        return ""
    if ":" in value and (words[-1].endswith("auth") or words[-1] in _LOGINS):
        return ":"
    return "%" if "%" in value and words[-1] in ("user", "username") else ""


def _masked_login_value(value: str, signs: str) -> str:
    password = value.partition(signs)[2]
    return value if is_no_secret(password, Kind.TOKEN) else mask_login(value, signs)


def has_secret_name(word: str) -> bool:
    """Whether a word has a field name=DB_PASSWORD, or "name": "DB_PASSWORD"."""
    return any(
        _names_secret(found[1], word[found.end() : _end_of_value(word, found)])
        for found, _ in zip(_NAME.finditer(word[:_LONGEST_FIELDS]), range(_MOST), strict=False)
    )


def _names_secret(name: str, value: str) -> bool:
    return words_of(name)[-1:] in _FIELDS_OF_NAMES and kind_of(value.strip(_AROUND)) >= Kind.TOKEN


def _is_value(name: str, value: str) -> bool:
    return words_of(name)[-1:] == ["value"] and not is_no_secret(value, Kind.PASSWORD)


def _is_secret(found: re.Match[str], value: str, in_url: bool) -> bool:
    name, sign, word = found[1], found[2], found.string
    kind = Kind.PASSWORD if _is_short_password(name, word) else kind_of(name)
    if in_url and ((kind is Kind.WEAK and len(value) >= 16) or name.lower() in _IN_QUERIES):
        kind = Kind.TOKEN
    if in_url and _HEX.fullmatch(value.strip(QUOTES)) and not is_id_name(name):
        return True
    before = word[: found.start()][-1:]
    if name == "key" and sign == ":" and before == ":":  # DEVICE:key:SECRET
        return True
    if not is_secret_value(name, kind, value):
        return False
    if (sign == ":" and found.start() and before in "\"'{,\\") or (found.start() == 1 and before == "/"):
        return True
    # After a colon the rest may be a task, a tag of an image or a port, unless the name is like that of a header.
    return sign != ":" or looks_secret(value) or name[0].isupper() or "-" in name


def _is_short_password(name: str, word: str) -> bool:
    """u=USER,p=SECRET and secret,id=...,data=SECRET"""
    return (name == "p" and "u=" in word) or (name == "data" and word.startswith("secret,"))


def is_secret_value(name: str, kind: Kind, value: str) -> bool:
    """Whether a value after a name of this kind must be masked."""
    if kind is Kind.NONE or (name in _FOLDERS and value[:1] in ("/", "~", ".")):
        return False
    if kind is Kind.WEAK and words_of(name)[-1:] == ["key"] and _NUMBERED.fullmatch(value.strip(_AROUND)):
        return True
    return not is_no_secret(value, kind)


def masked_value(value: str) -> str:
    """A mask for a value, with the quotes of the value."""
    if value.startswith(("pass:", "plain:", "literal:")):
        return value[: value.index(":") + 1] + MASK
    quote = value[0] if value[0] in "\"'" else ""
    return quote + MASK + (quote if quote and value[-1] == quote and len(value) > 1 else "")


def mask_login(value: str, signs: str = ":") -> str:
    """user:password with the password masked; `signs` are the possible separators. Other text is unchanged."""
    at = next((index for index, character in enumerate(value[:128]) if character in signs), -1)
    user, password = value[:at], value[at + 1 :]
    if "://" in value:
        return value
    if at < 0:
        return MASK if looks_secret(value) else value
    if not password:
        return f"{MASK}{value[at]}" if looks_secret(user) else value
    if (user.isdigit() and password.isdigit()) or is_reference(password.strip(QUOTES)):
        return value
    return f"{user}{value[at]}{MASK}"


def _end_of_value(word: str, found: re.Match[str]) -> int:
    start = found.end()
    if start < len(word) and word[start] in "\"'":
        end = word.find(word[start], start + 1)
        return len(word) if end < 0 else end + 1
    if word[start : start + 1] == "{":
        end = word.find("}", start)
        return len(word) if end < 0 else end + 1
    before = word[found.start() - 1] if found.start() else ""
    if before == "/" and word.lstrip("\"'").startswith("s/"):
        stops = "/"  # of sed
    elif before in "\"'" and before:
        following = word[found.end(1) : found.end(1) + 1]
        if following != before:  # the quotes enclose name and value
            end = word.find(before, start)
            return len(word) if end < 0 else end
        stops = ",}]"
    elif not before:
        return len(word)
    else:
        stops = _AFTER.get(before, "")
    ends = [end for end in (word.find(stop, start) for stop in stops) if end >= 0]
    return min(ends, default=len(word))
