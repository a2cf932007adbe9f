"""The rules for plain words: secrets known by their position, and `password SECRET`."""

from nodetop.recording.redaction.accounts import is_after_account
from nodetop.recording.redaction.commands import ORDINARY, begin_command, take_echo, tells_of_secret
from nodetop.recording.redaction.grammar import grammar_of
from nodetop.recording.redaction.headers import take_header
from nodetop.recording.redaction.line import Command, Line, program_name
from nodetop.recording.redaction.names import Kind, kind_of, words_of
from nodetop.recording.redaction.options.forms import is_option
from nodetop.recording.redaction.options.marked_values import emit_value, masked_by
from nodetop.recording.redaction.options.names import USERS
from nodetop.recording.redaction.options.rules import take_assignment
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import QUOTES, is_made_up, is_no_secret, is_path, is_uuid, looks_secret
from nodetop.recording.redaction.words import NO_VALUES

_VERBS = (
    "change", "reset", "set", "update", "forgot", "create", "generate", "get", "list", "show", "delete", "add",
    "rotate", "revoke", "fix", "check", "verify", "remove", "rename", "test", "save", "store", "print",
)  # fmt: skip
_NOT_VALUES = frozenset((
    "for", "in", "to", "of", "and", "or", "is", "has", "was", "expired", "changed", "reset", "policy", "file", "hash",
    "set", "list", "show", "status", "change", "update", "get", "on", "from", "with", "the", "required", "failed",
    "expire", "never", "require", "default",
    "generate", "create", "delete", "add", "rm", "ls", "rotate", "prompt", "lookup", "renew", "revoke", "inspect",
    "edit", "info", "help", "manager", "check", "sync", "import", "export", "as", "at", "by", "not", "store", "page",
    "field", "entry", "port", "host",
    "test", "tests", "service", "server", "describe", "validate", "view", "print", "dump",
))  # fmt: skip
_LOGIN_COMMANDS = frozenset((
    "login", "auth", "register", "signin", "authenticate", "adduser", "add-user", "add_user", "useradd",
    "create-user", "create_user", "createuser", "user-add", "set-password", "set_password", "setpassword", "signup",
    "user", "users", "admin", "admins", "account", "accounts", "connect", "http-basic",
))  # fmt: skip
"""After such a word, text that looks like a password is one."""
_KEY_COMMANDS = frozenset((
    "enable", "activate", "license", "licence", "registration", "init", "authorize", "attach", "claim", "enroll",
    "enrol", "join", "link", "unlock", "pair", "redeem",
))  # fmt: skip
"""The same, but only right after it."""
_READING = frozenset(("get", "show", "list", "read", "describe", "copy", "cat", "print", "find", "grep"))
"""After such a word, `password NAME` names one that is kept."""
_OF_ROUTERS = (("enable", "secret"), ("enable", "password"), ("snmp-server", "community"))
_NEAR = 4
_SHORTEST = 2
_WHOSE = frozenset(("admin", "administrator", "root", "master"))
"""With these in a command that sets a password, no name of a user follows, but the password."""
_NAMES = ("bearer", "convertto-securestring")
_SINGLE = frozenset(("apikey", "authtoken", "accesstoken"))
_LOOSE = frozenset(("passwd", "pass", "pwd", "pin", "puk"))
_FILES = (["file"], ["path"], ["dir"])
_SIGNS = ("=", ":", ":=", "==", "=>")


def take_plain(line: Line, word: str) -> bool:
    """Emits a plain word, together with the next one if that is a secret. Returns False for an unknown word."""
    command = line.command
    assert command is not None
    if "<<<" in word and word.lstrip("0123456789").startswith("<<<"):
        return _take_here_string(line, command, word)
    if take_echo(line, word) or _take_place(line, command, word) or _take_windows_option(line, command, word):
        return True
    if take_header(line, word) or take_assignment(line, word) or _take_named(line, command, word):
        return True
    if command.to_skip == 0 or (command.to_skip is None and not command.known and _is_known_program(word)):
        begin_command(line, word)
        return True
    if command.to_skip:
        command.to_skip -= 1
    command.add_plain(word)
    return False


def _take_place(line: Line, command: Command, word: str) -> bool:
    grammar = command.grammar
    is_place = command.is_secret_place() and not _is_in_language(line, word)
    if is_place and not is_no_secret(word, Kind.PASSWORD) and not _is_setting(word):
        command.add_plain(word)
        emit_value(line, "", word)
        return True
    if word.strip(QUOTES)[0:1] == ">" and "SETUSER" in (each.upper() for each in command.plain):  # of Redis
        line.emit(MASK)
        return True
    if grammar.has_settings and _is_setting(word) and masked_by("=", word) != word:
        emit_value(line, "=", word)
        return True
    if grammar.login_sign and _take_login(line, word, grammar.login_sign):
        return True
    if not grammar.has_names or command.to_skip is not None or _is_volume(line, word):
        return False
    if looks_secret(word) and ((not command.known and is_made_up(word)) or _is_near_secret(line)):
        emit_value(line, "?", word)
        return True
    if not grammar.counts_words() and is_after_account(line, command, word):
        command.add_plain(word)
        emit_value(line, "?" if looks_secret(word) else "", word)
        return True
    return False


def _is_in_language(line: Line, word: str) -> bool:
    """ALTER USER ann PASSWORD EXPIRE"""
    return line.words.is_in_longer_argument(line.at) and word.lower() in _NOT_VALUES


def _take_windows_option(line: Line, command: Command, word: str) -> bool:
    """/pass SECRET, /p SECRET beside /u"""
    if word[0] != "/":
        return False
    before = line.words.get(line.at - 1)
    if before[:1] == "-":
        return False
    name, following = word[1:].lower(), line.words.get(line.at + 1)
    if not name.isalpha() or not following or following[0] in "/-" or not command.grammar.has_names:
        return False
    near = line.words.texts[max(line.at - _NEAR, 0) : line.at + _NEAR]
    is_value = name == "d" and kind_of(before) >= Kind.TOKEN  # /v DefaultPassword /d SECRET
    is_beside_user = name == "p" and any(each.lower() == "/u" for each in near)
    if not (kind_of(name) is Kind.PASSWORD or is_value or is_beside_user):
        return False
    line.emit(word)
    emit_value(line, "", following)
    return True


def _is_near_secret(line: Line) -> bool:
    """Whether one of the words before it stands for a login or a secret."""
    if line.words.get(line.at - 1) in _KEY_COMMANDS:
        return not is_uuid(line.words.get(line.at).partition("-")[2])
    near = [word for word in line.words.texts[max(line.at - _NEAR, 0) : line.at] if word[0] != "/"]
    return any(
        word in USERS or word in _LOGIN_COMMANDS or word.startswith("http-basic") or kind_of(word) >= Kind.TOKEN
        for word in near
    )


def _is_volume(line: Line, word: str) -> bool:
    """mkfs -U UUID"""
    return is_uuid(word) and line.words.get(line.at - 1) in USERS


def _is_setting(word: str) -> bool:
    name, sign, value = word.partition("=")
    return bool(sign and value.strip("=")) and name.replace("-", "_").replace(".", "_").isidentifier()


def _take_login(line: Line, word: str, between: str) -> bool:
    """user/password@database, user:password"""
    before, found, password = word.partition(between)
    user = before.rpartition("=")[2].lstrip(QUOTES)
    if not found or not user or user[0] in "@.(" or "://" in word or is_path(word[before.rfind("=") + 1 :]):
        return False
    at = password.find("@(") if "@(" in password else password.rfind("@")
    line.emit(f"{before}{between}{MASK}{password[at:] if at >= 0 else ''}")
    return True


def _take_here_string(line: Line, command: Command, word: str) -> bool:
    """chpasswd <<< SECRET"""
    head, _, joined = word.partition("<<<")
    value = joined or line.words.get(line.at + 1)
    if not value or is_no_secret(value, Kind.PASSWORD):
        return False
    near = (command.program, *line.words.texts[max(line.at - _NEAR, 0) : line.at])
    if not command.grammar.has_names and not (looks_secret(value) or any(map(tells_of_secret, near))):
        return False
    if joined:
        line.emit(f"{head}<<<{MASK}")
    else:
        line.emit(word)
        emit_value(line, "", value)
    return True


def _is_known_program(word: str) -> bool:
    """Whether an unknown program runs a known one."""
    if "=" in word or ":" in word or len(word) < 2 or word in ORDINARY:
        return False
    grammar = grammar_of(program_name(word))
    return grammar is not None and grammar.has_names


def _take_named(line: Line, command: Command, word: str) -> bool:
    """password SECRET, Bearer SECRET, IDENTIFIED BY 'SECRET'."""
    bare = word.strip("\"'({[,\\+").rstrip(":")
    before, following = line.words.get(line.at - 1), line.words.get(line.at + 1)
    if not following or following in NO_VALUES or is_path(bare) or not _is_name(bare):
        return False
    if command.grammar.has_place_after(bare):
        return False
    if words_of(before)[-1:] in _FILES and before[:2] == "--" and "=" not in before:
        return False
    if (bare.lower() in _NAMES and not is_option(following)) or (
        bare.lower() == "by" and "IDENTIFIED" in " ".join(line.out[-3:]).upper()
    ):
        return _take_until(line, line.at + 1, Kind.PASSWORD)
    if (before.strip(QUOTES), bare) in _OF_ROUTERS:
        return _take_until(line, line.at + 1, Kind.PASSWORD)
    kind = kind_of(bare)
    if kind < Kind.TOKEN:
        return False
    if following in _SIGNS:
        return _take_until(line, line.at + 2, kind)
    if following.lower() == "for" and line.words.get(line.at + 3) == "=":  # SET PASSWORD FOR user = 'SECRET'
        return _take_until(line, line.at + 4, kind)
    if not command.grammar.has_names:
        return False
    if _is_value(bare, kind, following) and (before.lower() not in _READING or looks_secret(following)):
        return _take_until(line, line.at + 1, kind)
    second = line.words.get(line.at + 2)
    if (
        words_of(bare)[0].startswith(_VERBS)
        and looks_secret(second)
        and not is_option(second)
        and not is_option(following)
    ):
        return _take_until(line, line.at + 2, kind)
    return False


def _is_name(word: str) -> bool:
    return word.replace("_", "a").replace("-", "a").replace(".", "a").isalpha()


def _take_until(line: Line, at: int, kind: Kind) -> bool:
    """Emits the words up to position `at`, and masks the word there, which is a secret."""
    value = line.words.get(at)
    if not value or is_no_secret(value, kind):
        return False
    while line.at < at:
        line.emit(line.words.get(line.at))
    emit_value(line, "", value, kind)
    return True


def _is_value(name: str, kind: Kind, value: str) -> bool:
    """Whether the word after such a name is its value, not just the next word."""
    if len(value.strip(QUOTES)) < _SHORTEST or is_path(value) or (value[0] == "/" and len(value) < 3):
        return False
    if is_option(value) or is_no_secret(value, Kind.TOKEN) or value.lower() in _NOT_VALUES:
        return False
    bare = value.strip(QUOTES)
    if kind_of(bare) >= Kind.TOKEN and _is_name(bare):
        return False
    words = words_of(name)
    if kind is Kind.TOKEN and "." in name and bare.isalpha() and bare.islower():  # a module, then a subcommand
        return False
    if name.isupper() and kind is Kind.TOKEN and not bare.isupper():  # a variable
        return True
    if kind is Kind.PASSWORD and words[0].startswith(_VERBS) and not _WHOSE.isdisjoint(words):  # set-admin-password
        return True
    is_short = len(words) == 1 and (kind is Kind.TOKEN or words[0] in _LOOSE)
    if is_short or any(word.startswith(_VERBS) for word in words):
        return words[0] in _SINGLE or looks_secret(value)
    return True
