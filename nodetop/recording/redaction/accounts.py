"""A password by its position: change-password USER SECRET, users add USER SECRET, login USER SECRET."""

from enum import IntEnum
from functools import lru_cache

from nodetop.recording.redaction.line import Command, Line
from nodetop.recording.redaction.names import Kind, kind_of, words_of
from nodetop.recording.redaction.options.forms import is_option
from nodetop.recording.redaction.values import is_no_secret, is_path

_SETS = ("set", "change", "reset", "update", "add", "create", "new", "ch")
_ADDS = frozenset(("add", "create", "new", "register", "insert"))
_ACCOUNTS = frozenset(("user", "users", "account", "accounts", "admin", "superuser"))
_WHOLE = frozenset(("adduser", "useradd", "createuser", "newuser", "setpw", "chpw"))
_WHOLE_PASSWORDS = frozenset(("credentials", "setpw", "changepass"))
_LOGINS = frozenset(("login", "signin", "authenticate"))
_ROLES = frozenset((
    "admin", "admins", "staff", "editors", "viewers", "members", "owners", "readers", "writers", "operators",
    "users", "guest", "guests", "read", "write", "owner", "editor", "viewer", "member",
    "wheel", "sudo", "docker", "root", "default", "from", "with", "for", "and", "to", "in", "on", "at", "via", "as",
    "expire", "never", "none",
))  # fmt: skip
"""What may follow the name of a user besides a password."""
_NO_USERS = frozenset(("from", "with", "for", "and", "to", "in", "on", "at", "via", "as", "is", "or", "of", "by", ""))
_IN_NAMES = str.maketrans("", "", "-_.@")
_SHORTEST = 4
_LONGEST = 96


class _Verb(IntEnum):
    """What a word says about the words after it."""

    NONE = 0
    ADDS = 1
    """add: USER SECRET, if the word before it is a user or an account."""
    CONNECTS = 2
    """connect: HOST USER SECRET."""
    TAKES_LOGIN = 3
    """login, add-user, set-password: USER SECRET."""


def is_after_account(line: Line, command: Command, word: str) -> bool:
    """Whether a plain word is the password of the user before it."""
    name = line.words.get(line.at - 2)
    verb = _verb(name[-_LONGEST:])
    if verb is _Verb.NONE or verb is _Verb.CONNECTS:
        verb = _verb_before_host(line, command, name)
    if verb is _Verb.NONE or not _is_user(line.words.get(line.at - 1)) or not _is_password(word):
        return False
    if len(command.plain) <= 2 and command.known and name.rpartition("/")[2] in _WHOLE:  # adduser USER GROUP
        return False
    if verb is _Verb.TAKES_LOGIN:
        return True
    before = words_of(command.program if is_option(name) else line.words.get(line.at - 3))
    return any(each in _ACCOUNTS or each.endswith("user") for each in before)


def _verb_before_host(line: Line, command: Command, host: str) -> _Verb:
    """connect HOST USER SECRET, set-password FILE USER SECRET, and of an unknown program URL USER SECRET"""
    is_place = "/" in host or ":" in host or "." in host
    if "://" in host and not command.known and len(command.plain) <= 3:
        return _Verb.TAKES_LOGIN
    verb = _verb(line.words.get(line.at - 3)[-_LONGEST:])
    is_telling = verb is _Verb.CONNECTS or (verb is _Verb.TAKES_LOGIN and is_place)
    return _Verb.TAKES_LOGIN if is_telling and not is_option(host) else _Verb.NONE


@lru_cache(maxsize=1024)
def _verb(name: str) -> _Verb:
    words = words_of(name)
    if not words:
        return _Verb.NONE
    if words[-1] in _LOGINS or _changes_password(name, words) or not _WHOLE.isdisjoint(words):
        return _Verb.TAKES_LOGIN
    if not _ADDS.isdisjoint(words) and not _ACCOUNTS.isdisjoint(words):
        return _Verb.TAKES_LOGIN
    return _Verb.ADDS if words[-1] in _ADDS else _Verb.CONNECTS if words[-1] == "connect" else _Verb.NONE


def _changes_password(name: str, words: list[str]) -> bool:
    if not any(word.startswith(_SETS) for word in words):
        return False
    return kind_of(name) is Kind.PASSWORD or any(
        kind_of(word) is Kind.PASSWORD or word in _WHOLE_PASSWORDS for word in words
    )


def _is_user(word: str) -> bool:
    if not word or is_option(word) or word.lower() in _NO_USERS:
        return False
    return word.translate(_IN_NAMES).isalnum()


def _is_password(word: str) -> bool:
    if len(word) < _SHORTEST or word.lower() in _ROLES or "=" in word or "/" in word or ":" in word:
        return False
    return not is_option(word) and not is_no_secret(word, Kind.PASSWORD) and not is_path(word) and "@" not in word[1:-1]
