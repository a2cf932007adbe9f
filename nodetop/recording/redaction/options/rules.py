"""The rules for options, from the grammar of the program or from the option's name."""

from nodetop.recording.redaction.assignments import is_secret_value, mask_login, masked_value
from nodetop.recording.redaction.line import Command, Line
from nodetop.recording.redaction.names import Kind, kind_of, words_of
from nodetop.recording.redaction.options.forms import is_option, is_switch, split_option
from nodetop.recording.redaction.options.logins import is_beside_user, take_login_option, with_bearer
from nodetop.recording.redaction.options.marked_values import emit_value, masked_by
from nodetop.recording.redaction.options.nameless import is_likely_secret, take_nameless
from nodetop.recording.redaction.options.names import (
    CERTAIN_VALUE_OPTIONS,
    LOGIN_SIGNS,
    NAME_OPTIONS,
    USERS,
    VALUE_OPTIONS,
)
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import AUTHENTICATION_SCHEMES, QUOTES, is_no_secret, looks_secret
from nodetop.recording.redaction.words import NO_VALUES, SUBSTITUTIONS

_OF_REGISTRY = "--//"
"""--//registry.example.org/:_authToken SECRET"""
_NAME_AND_VALUE = (["setenv"], ["arg"])
_ECHO = ("echo", "printf")
_MOST_LETTERS = 8
_NEAR = 16


def take_option(line: Line, word: str) -> bool:
    """Emits an option, together with its value if that is known. Returns False for an unknown option."""
    command = line.command
    assert command is not None
    if word == "--":
        if command.to_skip is not None:
            command.to_skip = 0
        if is_option(command.plain[-1]):  # there are no more secrets after that option
            command.plain[-1] = ""
        line.emit(word)
        return True
    if word in VALUE_OPTIONS and _take_value_of_secret_name(line, word):
        return True
    return _by_grammar(line, command, word) or take_login_option(line, word) or _by_name(line, command, word)


def _take_value_of_secret_name(line: Line, word: str) -> bool:
    """--name db.password --value SECRET"""
    following = line.words.get(line.at + 1)
    if not following or following in NO_VALUES or not _is_after_secret_name(line, word):
        return False
    line.emit(word)
    emit_value(line, "", following)
    return True


def _by_grammar(line: Line, command: Command, word: str) -> bool:
    if command.grammar.places and command.grammar.has_place_after(word):
        line.emit(word)
        command.plain.append(word)
        return True
    options = command.grammar.options
    if options:
        name, sign, value = split_option(word)
        mark = options.get(name.lower() if word[0] == "/" else name)
        if mark is not None and not (sign and mark in ("$", "&")):
            return _take_marked(line, command, mark, name + sign, value if sign else None)
        for length in (2, 3):
            mark = options.get(word[:length])
            if mark and len(word) > length and _take_joined(line, mark, word[:length], word[length:]):
                return True
    return bool(command.grammar.valued) and _take_bundle(line, command, word)


def _take_marked(line: Line, command: Command, mark: str, head: str, value: str | None) -> bool:
    """An option in the grammar. `value` is the value in the same word; None if the value is the next word."""
    if value is not None:
        return _emit_joined(line, mark, head, value)
    line.emit(head)
    following = line.words.get(line.at)
    if mark == "$":
        line.command = None
    elif mark == "&":
        command.last_is_secret = True
    elif mark == "-" or not following or following in NO_VALUES or line.words.has_empty_value(line.at - 1):
        pass
    elif mark == "!":
        if _may_be_command(line, following):
            command.expects_value = True
        elif following[0] != "-" and not following.startswith(SUBSTITUTIONS):
            line.emit(line.mask_inside(following) if head.endswith("env") else line.mask_harmless(following))
    elif mark == "+":  # it prompts for the secret, but not every user knows that
        if looks_secret(following) and following[0] not in "-/":
            emit_value(line, mark, following)
    elif not is_switch(head, following):
        is_after_user = mark == "?" and head == "-p" and line.words.get(line.at - 3) in USERS
        shown_by = "" if is_after_user and not following.isdigit() else with_bearer(line, mark)
        emit_value(line, shown_by, following)
    return True


def _may_be_command(line: Line, word: str) -> bool:
    """Whether a harmless value has several words: --health-cmd "mysqladmin -pSECRET ping"."""
    if line.words.begins_argument(line.at) and line.words.is_in_longer_argument(line.at):
        return True
    return word.strip(QUOTES) in _ECHO or (word[0] in QUOTES and word[-1] not in QUOTES)


def _emit_joined(line: Line, mark: str, head: str, value: str) -> bool:
    if mark == "!":
        if value.strip(QUOTES) in _ECHO:
            return False
        line.emit(head + line.mask_harmless(value))
        return True
    shown = masked_by(mark, value)
    end = line.at + 1
    if shown != value and mark not in LOGIN_SIGNS:
        end = line.words.end_of_value(line.at, line.at, len(head))
    line.emit(head + (shown if shown != value else line.mask_inside(value)), end - line.at)
    return True


def _take_joined(line: Line, mark: str, head: str, value: str) -> bool:
    """-pSECRET, -uUSER:PASSWORD."""
    if mark in ("*", "+", "?"):
        if mark == "?" and not looks_secret(value):
            return False
        return _emit_joined(line, "", head, value)
    if mark in LOGIN_SIGNS and mark in value:
        line.emit(head + mask_login(value, mark))
        return True
    return False


def _take_bundle(line: Line, command: Command, word: str) -> bool:
    """-xvpSECRET: switches, then a letter with a secret; or a wrapper's letter that has a value."""
    grammar = command.grammar
    if word[0] != "-" or not word[1:2].isalpha() or (len(word) > 4 and kind_of(word) is Kind.PASSWORD):
        return False
    for at in range(1, min(len(word), _MOST_LETTERS)):
        mark = grammar.options.get("-" + word[at])
        rest = word[at + 1 :]
        if mark is not None and mark != "!" and (at > 1 or mark == "&"):
            if not rest or mark == "&":
                return _take_marked(line, command, mark, word, None)
            return _take_joined(line, mark, word[: at + 1], rest)
        if word[at] in grammar.valued:
            return not rest and _take_plain_value(line, command, word)
        if not word[at].isalnum():
            return False
    return False


def _take_plain_value(line: Line, command: Command, word: str) -> bool:
    """Emits an option whose value is not the program that a wrapper runs, nor one of the words that count."""
    if command.to_skip is None and not command.grammar.counts_words():
        return False
    line.emit(word)
    following = line.words.get(line.at)
    command.expects_value = bool(following) and following not in NO_VALUES and following != "--"
    return True


def _by_name(line: Line, command: Command, word: str) -> bool:
    if word[:3].lower() in ("/p:", "-p:") and len(word) > 3 and _is_beside_windows_user(line, word[0]):
        line.emit(word[:3] + MASK)
        return True
    if split_option(word)[1] and not (word.startswith(_OF_REGISTRY) and "=" not in word):
        return (not command.known and take_nameless(line, word)) or take_assignment(line, word)
    following = line.words.get(line.at + 1)
    if not following or following in NO_VALUES or line.words.has_empty_value(line.at):
        return not command.known and len(word) > 2 and take_nameless(line, word)
    if words_of(word)[-1:] in _NAME_AND_VALUE and "=" not in following and kind_of(following) >= Kind.TOKEN:
        _emit_name_and_value(line, word, following)
        return True
    kind = kind_of(word.rpartition(":")[2] if word.startswith(_OF_REGISTRY) else word)
    if kind is Kind.NONE:
        return (not command.known or _is_password_after_user(line, command, word)) and take_nameless(line, word)
    if kind is Kind.WEAK and not command.known and is_likely_secret(word, following):
        kind = Kind.TOKEN
    if is_switch(word, following) or is_no_secret(following, kind):
        return False
    line.emit(word)
    emit_value(line, "", following, kind)
    return True


def _emit_name_and_value(line: Line, word: str, name: str) -> None:
    """--setenv NAME SECRET, --arg NAME SECRET"""
    line.emit(word)
    line.emit(name)
    if value := line.words.get(line.at):
        emit_value(line, "", value)


def _is_beside_windows_user(line: Line, sign: str) -> bool:
    return any(near[:3].lower() == f"{sign}u:" for near in line.words.texts)


def _is_password_after_user(line: Line, command: Command, word: str) -> bool:
    """-u USER -p SECRET of a program whose own -p is in no table"""
    grammar = command.grammar
    if word != "-p" or word in grammar.options or "p" in grammar.valued or not grammar.has_names:
        return False
    return line.words.get(line.at - 2) in USERS


def _is_after_secret_name(line: Line, option: str) -> bool:
    """--name NAME, a little earlier; before --value, the name may also stand alone, or a type tells."""
    texts = line.words.texts
    if option in CERTAIN_VALUE_OPTIONS and "SecureString" in texts[line.at + 1 : line.at + _NEAR]:
        return True
    for at in range(max(line.at - _NEAR, 0), line.at):
        name = texts[at].rpartition("/")[2]
        if at and texts[at - 1] in NAME_OPTIONS and kind_of(name) >= Kind.TOKEN:
            return True
        if option in CERTAIN_VALUE_OPTIONS and (name == "SecureString" or _names_secret(texts[at])):
            return True
    return False


def _names_secret(word: str) -> bool:
    return word[0] not in "-/" and "=" not in word and kind_of(word) >= Kind.TOKEN


def take_assignment(line: Line, word: str) -> bool:
    """name=value, if the name stands for a secret. The value may continue in the next words."""
    name, sign, value = word.partition("=")
    if not sign or not value or not _is_name(name):
        return False
    kind = Kind.PASSWORD if _is_short_password(line, name) else kind_of(name)
    if kind is Kind.TOKEN and value.strip("\"'").lower() in AUTHENTICATION_SCHEMES and line.words.get(line.at + 1):
        line.emit(f"{name}={MASK}", line.words.end_of_header(line.at + 1) - line.at)
        return True
    if not is_secret_value(name, kind, value) or (kind < Kind.PASSWORD and "://" in value):
        return False
    end = line.words.end_of_value(line.at, line.at, len(name) + 1)
    line.emit(f"{name}={masked_value(value)}", end - line.at)
    return True


def _is_short_password(line: Line, name: str) -> bool:
    """u=USER p=SECRET; PRAGMA key='SECRET' of SQLite's encrypted files"""
    if name in ("key", "rekey", "hexkey"):
        return line.words.get(line.at - 1).strip("\"'").upper() == "PRAGMA"
    return name == "p" and is_beside_user(line)


def _is_name(name: str) -> bool:
    return all(
        piece.isalnum() or not piece
        for piece in name.strip("-/+\"'@{(;").replace("_", "-").replace(".", "-").split("-")
    )
