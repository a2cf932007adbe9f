"""Where a command begins: the program, the words before it, and echo, which may pass a secret to the next command."""

import re

from nodetop.recording.redaction.grammar import grammar_of
from nodetop.recording.redaction.line import Command, Line, program_name
from nodetop.recording.redaction.names import Kind, kind_of
from nodetop.recording.redaction.options.forms import is_option
from nodetop.recording.redaction.options.rules import take_assignment
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import QUOTES, is_no_secret
from nodetop.recording.redaction.words import COMMAND_ENDS, SUBSTITUTIONS

_BEFORE_PROGRAM = frozenset((
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "(", "spawn", "and", "or", "export", "declare",
    "local", "set", "readonly", "typeset", "setenv", "begin", "coproc", "not", "source", ".", "-", "in",
))  # fmt: skip
ORDINARY = frozenset((
    "agent", "sql", "exp", "imp", "net", "send", "script", "time", "watch", "retry", "daemon", "command", "screen",
    "expect", "migrate", "hive", "slave", "remoting", "steam", "security", "node", "perf", "find", "fd", "sg", "ip",
    "cmd", "mail", "http", "https", "email", "spawn", "nice", "timeout", "parallel", "k", "ic", "bx", "hub", "tea",
    "influx", "links", "fly", "sic", "ii", "rcon", "helm", "vault", "consul", "bore", "http", "mongo", "redis",
    "flux", "zip", "ftp", "daemonize", "sum", "drain", "spout", "launch", "edge", "step", "hans", "packager", "miner",
    "services", "reg", "near", "pd", "console", "chat", "profiles", "sf", "lt", "snow", "netview", "legba",
    "shadowsocks", "trojan", "brook", "pepper", "derby", "drill", "presto", "trino", "virtuoso", "gel",
    "adduser", "sc", "host", "htc", "argon2",
))  # fmt: skip
"""Names of programs that are also words in command lines of other programs."""
_RUNS = ("command", "cmd", "rsh", "exec", "shell")
"""The ends of the names of settings whose value is a command."""
_OPENS = "\"'`($){<@"
_READERS = frozenset((
    "--password-stdin", "--passphrase-fd", "chpasswd", "passwd", "--stdin", "kinit", "cryptsetup", "--with-token",
    "smbpasswd", "ssh-add", "keepassxc-cli", "--passwd-on-stdin",
    "veracrypt", "ecryptfs-add-passphrase", "su", "-S", "luksOpen",
    "--token-stdin", "--pass-stdin", "stdin", "htpasswd", "mkpasswd", "--secret-stdin", "unlock", "gpg",
    "openconnect", "vncpasswd", "gnome-keyring-daemon", "secret-tool", "doveadm", "ansible-vault", "--data-file=-",
    "keyctl", "sshpass", "--from-file=/dev/stdin", "--passphrase-stdin", "stdin:", "load-key", "zfs", "--key-file=-",
    "-passin", "saslpasswd2", "gopass", "pass", "--from-stdin", "--value-stdin", "tomb", "base64", "argon2",
    "sha256sum",
    "sha512sum", "sha1sum", "md5sum", "encfs", "gocryptfs",
    "mount.ecryptfs", "wpa_passphrase", "--set-password",
))  # fmt: skip
"""Programs and options that read a secret from standard input."""
_FARTHEST_PIPE = 24
_NEAR = 6
_RETURN = re.compile(r"\\[rn][\"']?")
"""The key that ends what a script types."""


def take_program(line: Line, word: str) -> None:
    """Handles a word where a program is expected."""
    bare = word.strip(_OPENS)
    if bare == "set" and _takes_secret(line):
        return
    if not bare or bare in _BEFORE_PROGRAM:
        line.emit(word)
    elif take_assignment(line, word.lstrip("\"'")):
        pass
    elif (bare.partition("=")[0].isidentifier() and "=" in bare) or (word[0] == "-" and is_option(word) and line.out):
        line.emit_inside(word)
    else:
        begin_command(line, word)


def _takes_secret(line: Line) -> bool:
    """set PASSWORD SECRET"""
    name, value = line.words.get(line.at + 1), line.words.get(line.at + 2)
    if not name.isupper() or not name.isalpha() or kind_of(name) < Kind.TOKEN or not value:
        return False
    if value in COMMAND_ENDS or is_no_secret(value, Kind.PASSWORD):
        return False
    line.emit(line.words.get(line.at))
    line.emit(name)
    line.emit(MASK + value[len(value.rstrip(";\"'")) :])
    return True


def begin_command(line: Line, word: str) -> None:
    """Handles a word that is a program."""
    name = program_name(word.lstrip("-"))
    line.command = Command(name, grammar_of(name))
    line.emit(line.mask_inside(word) if "=" in word or ":" in word or "@" in word else word)
    if name in ("echo", "printf", "yes"):
        if word.startswith(SUBSTITUTIONS):
            _mask_until(line, line.at + _FARTHEST_PIPE, ")`")
        else:
            _mask_piped(line)


def take_inner_command(line: Line, word: str) -> bool:
    """An argument that is itself a command, or has one after a name: -o "ProxyCommand=sshpass -p SECRET ssh host"."""
    head, sign, program = word.rpartition("=")
    runs = bool(sign) and head.lower().endswith(_RUNS)
    is_quoted = word[0] in QUOTES and word[-1] not in QUOTES
    if line.words.is_in_longer_argument(line.at):
        is_command = is_quoted or line.words.begins_argument(line.at)
    else:
        is_command = (is_quoted or runs) and not line.words.has_arguments()
    if not is_command:
        return False
    outer = line.command
    name = program_name(program)
    if not sign and word.lower().endswith("command"):  # ProxyCommand sshpass -p SECRET
        line.emit(word)
        line.command = None
    elif name in ORDINARY or not _takes_secrets(name):
        return False
    elif sign:
        line.emit(word)
        line.command = Command(name, grammar_of(name))
    else:
        begin_command(line, word)
    line.outer = line.outer or outer
    return True


def _takes_secrets(program: str) -> bool:
    grammar = grammar_of(program)
    return grammar is not None and (grammar.has_names or grammar.skipped is not None)


def take_send(line: Line, word: str) -> bool:
    """expect "assword:" { send "SECRET\\r" }"""
    if word.lstrip("\"'{") not in ("send", "exp_send"):
        return False
    texts = line.words.texts
    ends = [at for at in range(line.at + 1, min(line.at + _NEAR, len(texts))) if _RETURN.search(texts[at])]
    if not ends or not any("assw" in each or "assphrase" in each for each in texts[max(line.at - _NEAR, 0) : line.at]):
        return False
    end = ends[0]
    first = line.at + 2 if texts[line.at + 1] == "--" else line.at + 1
    if first > end or texts[first].strip("\"'").startswith("$"):
        return False
    line.emit(word, first - line.at)
    found = _RETURN.search(texts[end])
    line.emit(MASK + (texts[end][found.start() :] if found else ""), end + 1 - line.at)
    return True


def take_echo(line: Line, word: str) -> bool:
    """--password-command='echo SECRET', with or without quotes."""
    head, _, quoted = word.rpartition("=")
    quote = quoted[:1]
    if quoted.lstrip("<($").strip(QUOTES) not in ("echo", "printf"):
        return False
    following = line.words.get(line.at + 1)
    if is_option(following) and following not in ("-n", "-e", "-en", "-ne"):
        return False
    name = (head or line.words.get(line.at - 1)).lower()
    if not any(part in name for part in ("pass", "secret", "token", "key")):
        return False
    if quoted.startswith(SUBSTITUTIONS):
        line.emit(word)
        _mask_until(line, line.at + _FARTHEST_PIPE, ")`")
    elif quote in QUOTES:
        line.emit(word)
        _mask_until(line, line.at + _FARTHEST_PIPE, quote)
    else:
        end = line.words.end_of_value(line.at if head else line.at - 1, line.at, len(head) + 1 if head else 0)
        shown = [word, following, MASK] if is_option(following) else [word, MASK]
        line.emit(" ".join(shown), max(end - line.at, len(shown)))
    return True


def tells_of_secret(word: str) -> bool:
    """Whether a word says that a secret comes from standard input: a program that reads one, an option."""
    if word in _READERS or word == "login":
        return True
    return (word[0] == "-" or "_" in word) and ("assword" in word or kind_of(word) >= Kind.TOKEN)


def _mask_until(line: Line, most: int, closing: str) -> None:
    """echo SECRET) inside another command."""
    while line.at < min(most, len(line.words)):
        word = line.words.get(line.at)
        is_shown = word[0] == "-" or is_no_secret(word.rstrip(closing + "\"'"), Kind.PASSWORD)
        ending = word.rstrip(")`\"'")
        line.emit(word if is_shown else MASK + word[len(ending) :])
        if any(character in word for character in closing):
            break


def _holds_secrets(file: str) -> bool:
    """Whether the name of a file says that it keeps secrets: /etc/ppp/chap-secrets, ~/.pgpass"""
    name = file.rpartition("/")[2].lower()
    return any(part in name for part in ("secret", "passw", "pgpass", "passphrase", "credential", "netrc", "shadow"))


def _mask_piped(line: Line) -> None:
    """echo SECRET | program that reads a secret."""
    words = line.words
    for at in range(line.at, min(line.at + _FARTHEST_PIPE, len(words))):
        word = words.get(at)
        if word in (">", ">>") and _holds_secrets(words.get(at + 1)) and at > line.at:
            line.emit(MASK, at - line.at)
            return
        if "|" in word and "||" not in word:
            break
    else:
        return
    secret, pipe, program = word.partition("|")
    readers = (program, *words.texts[at + 1 : at + 12])
    if not any(tells_of_secret(program_name(each)) for each in readers if each):
        return
    while line.at < at and words.get(line.at)[0] == "-" and len(words.get(line.at)) <= 3:
        line.emit(words.get(line.at))
    if line.at < at or secret:
        line.emit(MASK, at - line.at)
    if secret:
        line.out[-1] += pipe + program
        line.at += 1
    else:
        line.emit(word)
    line.command = Command(program_name(program), grammar_of(program_name(program))) if program else None
