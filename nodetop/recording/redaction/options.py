"""The rules for options, from the grammar of the program or from the option's name."""

from nodetop.recording.redaction.assignments import is_secret_value, mask_login, masked_value
from nodetop.recording.redaction.line import Command, Line
from nodetop.recording.redaction.names import Kind, kind_of, words_of
from nodetop.recording.redaction.option_names import (
    LOGIN_SIGNS,
    LOGIN_WORDS,
    LOGINS,
    NAME_OPTIONS,
    NAMELESS,
    PERHAPS,
    STAGES,
    USERS,
    VALUE_OPTIONS,
)
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import AUTHENTICATION_SCHEMES, is_no_secret, is_path, looks_secret
from nodetop.recording.redaction.words import NO_VALUES, SUBSTITUTIONS

_SHORTEST_WORD = 6
_MOST_LETTERS = 8
_NEAR = 16
_ENDS_OF_PACKAGES = (".js", ".py", ".rs", ".go", ".deb", ".rpm", ".com", ".org", ".net", ".io")


def is_option(word: str) -> bool:
    """Whether a word begins with -, or is a Windows option /name:value."""
    return len(word) > 1 and (word[0] == "-" or (word[0] == "/" and ":" in word and "/" not in word[1:]))


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
    return _by_grammar(line, command, word) or _by_login(line, word) or _by_name(line, command, word)


def _by_grammar(line: Line, command: Command, word: str) -> bool:
    if command.grammar.places and command.grammar.has_place_after(word):
        line.emit(word)
        command.plain.append(word)
        return True
    options = command.grammar.options
    if options:
        name, sign, value = _split(word)
        mark = options.get(name.lower() if word[0] == "/" else name)
        if mark is not None and not (sign and mark in ("$", "&")):
            return _take_marked(line, command, mark, name + sign, value if sign else None)
        for length in (2, 3):
            mark = options.get(word[:length])
            if mark and len(word) > length and _take_joined(line, mark, word[:length], word[length:]):
                return True
    return bool(command.grammar.valued) and _take_bundle(line, command, word)


def _split(word: str) -> tuple[str, str, str]:
    """An option's name, the separator, and the value."""
    name, sign, value = word.partition("=")
    if word[0] == "/" or not sign:
        other = word.partition(":")
        if other[1] and len(other[0]) < len(name):
            return other
    return name, sign, value


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
        if following[0] != "-" and not following.startswith(SUBSTITUTIONS):
            line.emit(line.mask_harmless(following))
    elif mark == "+":  # it prompts for the secret, but not every user knows that
        if looks_secret(following) and following[0] not in "-/":
            emit_value(line, mark, following)
    elif not is_switch(head, following):
        emit_value(line, mark, following)
    return True


def _emit_joined(line: Line, mark: str, head: str, value: str) -> bool:
    if mark == "!":
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
    if word[0] != "-" or not word[1:2].isalpha():
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


def _by_login(line: Line, word: str) -> bool:
    """--user NAME:PASSWORD, for any program."""
    name, sign, value = _split(word)
    words = words_of(name)
    if name not in LOGINS and not _names_login(words):
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


def _names_login(words: list[str]) -> bool:
    return bool(words) and (words[-1] in LOGIN_WORDS or words[-1].endswith("auth") or {"user", "pass"} <= set(words))


def _by_name(line: Line, command: Command, word: str) -> bool:
    if word[:3].lower() == "/p:" and len(word) > 3 and any(near[:3].lower() == "/u:" for near in line.words.texts):
        line.emit(word[:3] + MASK)  # of a Windows program, beside a user
        return True
    if _split(word)[1]:
        return take_assignment(line, word)
    following = line.words.get(line.at + 1)
    if not following or following in NO_VALUES or line.words.has_empty_value(line.at):
        return False
    if word in VALUE_OPTIONS and _is_after_secret_name(line):
        line.emit(word)
        emit_value(line, "", following)
        return True
    if words_of(word)[-1:] == ["setenv"] and kind_of(following) >= Kind.TOKEN:  # --setenv NAME SECRET
        line.emit(word)
        line.emit(following)
        if value := line.words.get(line.at):
            emit_value(line, "", value)
        return True
    kind = kind_of(word)
    if kind is Kind.NONE:
        return not command.known and word[:2] in NAMELESS + PERHAPS and _take_nameless(line, word, following)
    if is_switch(word, following) or is_no_secret(following, kind):
        return False
    line.emit(word)
    emit_value(line, "", following, kind)
    return True


def _is_after_secret_name(line: Line) -> bool:
    """--name NAME, a little earlier."""
    texts = line.words.texts
    return any(
        texts[at] in NAME_OPTIONS and kind_of(texts[at + 1].rpartition("/")[2]) >= Kind.TOKEN
        for at in range(max(line.at - _NEAR, 0), line.at - 1)
    )


def _take_nameless(line: Line, word: str, following: str) -> bool:
    """-p VALUE of an unknown program: a secret if a user or host is given too, or if it looks like one."""
    value = word[2:] or following
    if is_option(value) or is_path(value) or len(value) < 4 or value.replace(":", "").replace("/", "").isdigit():
        return False
    if not looks_secret(value) or value.endswith(_ENDS_OF_PACKAGES):
        if word[:2] in PERHAPS:
            return False
        if word[2:] or not value.replace("-", "").isalnum():
            return False
        near = line.words.texts[max(line.at - _NEAR, 0) : line.at + _NEAR]
        is_word = word == "-p" and len(value) >= _SHORTEST_WORD and value.lower() not in STAGES
        if not is_word and not any(other.partition("=")[0] in USERS for other in near):
            return False
    if word[2:]:
        line.emit(word[:2] + MASK)
    else:
        line.emit(word)
        emit_value(line, "", value)
    return True


def take_assignment(line: Line, word: str) -> bool:
    """name=value, if the name stands for a secret. The value may continue in the next words."""
    name, sign, value = word.partition("=")
    if not sign or not value or not _is_name(name):
        return False
    kind = Kind.PASSWORD if name == "p" and _is_beside_user(line) else kind_of(name)
    if kind is Kind.TOKEN and value.strip("\"'").lower() in AUTHENTICATION_SCHEMES and line.words.get(line.at + 1):
        line.emit(f"{name}={MASK}", line.words.end_of_header(line.at + 1) - line.at)
        return True
    if not is_secret_value(name, kind, value) or (kind < Kind.PASSWORD and "://" in value):
        return False
    end = line.words.end_of_value(line.at, line.at, len(name) + 1)
    line.emit(f"{name}={masked_value(value)}", end - line.at)
    return True


def _is_beside_user(line: Line) -> bool:
    """u=USER p=SECRET"""
    near = line.words.texts[max(line.at - _NEAR, 0) : line.at + _NEAR]
    return any(word.startswith(("u=", "user=", "username=")) for word in near)


def _is_name(name: str) -> bool:
    return all(
        piece.isalnum() or not piece for piece in name.strip("-/+\"'").replace("_", "-").replace(".", "-").split("-")
    )


def is_switch(option: str, following: str) -> bool:
    """Whether a word that begins with - is an option itself, not the value of the option before it."""
    rest = following[1:]
    if following[0] != "-" or not rest:
        return False
    if rest[0] == "-":
        return rest[1:2].isalpha() or len(rest) == 1
    if not rest[0].isalpha():
        return False
    if "=" in rest or len(rest) <= (3 if option.startswith("--") else 2) or rest[1:].isdigit():
        return True
    return not option.startswith("--") and rest.isascii() and rest.islower() and not looks_secret(rest)


def masked_by(mark: str, value: str, kind: Kind = Kind.PASSWORD) -> str:
    """A value, masked according to the mark of its option. Unchanged if it is not a secret."""
    if mark in LOGIN_SIGNS:
        return mask_login(value, mark)
    if mark == "@":
        return f"{MASK}{value[value.rfind('@') :]}" if "@" in value else value
    if mark == "=":
        name, sign, secret = value.partition("=")
        return (
            value
            if not sign or is_no_secret(secret, Kind.PASSWORD) or is_path(secret)
            else f"{name}={masked_value(secret)}"
        )
    if mark == "?":
        return masked_value(value) if looks_secret(value) else value
    return value if is_no_secret(value, kind) else masked_value(value)


def emit_value(line: Line, mark: str, value: str, kind: Kind = Kind.PASSWORD) -> None:
    """Emits the value of an option, which begins in the next word, masked according to the option's mark."""
    shown = masked_by(mark, value, kind)
    if shown != value:
        runs_another = line.command is not None and line.command.to_skip is not None
        end = line.words.end_of_value(line.at - 1, line.at, one_word=runs_another or mark in ("=", "?"))
        line.emit(shown, end - line.at)
    elif not value.startswith(SUBSTITUTIONS):
        line.emit_inside(value)
