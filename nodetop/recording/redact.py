"""Secrets taken out of process arguments before anything leaves the node. Best effort: what looks like one is masked.

A command line reaches this as words joined by spaces, so where a value ends is not known: everything after a secret's
name is masked up to the next word that starts an option. That may hide too much; the other way would leak the tail of
`--password my pass phrase`.
"""

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath

from msgspec.structs import replace

from nodetop.model.snapshot import NodeSnapshot

MASK = "***"
MODES = ("redacted", "none", "full")
_LONGEST = 256
_MOST_WORDS = 32
_READ = 4096

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[-_. /]+")
_SECRET_WORD = re.compile(
    r"pass|passin|passout|passwort|passcode|\w+pass|pwd|\w+pwd|secrets?|tokens?|auth|cred|creds|credentials?|session"
    r"|cookies?|bearer|dsn|jwt|psk|(?:api|access|private|secret)key|connectionstring"
)
_NOT_SECRET = frozenset(("bypass", "compass", "trespass"))
_SECRET_PAIR = re.compile(
    r"(?:api|access|private|secret|signing|encryption|account|shared|master|auth|license|service) key|connection string"
)
_SECRET_PART = re.compile(r"password|passwd|passphrase|secret|token|apikey|accesskey|credential", re.I)
# Such a name says where the secret is, or how long it lives; its value is worth seeing.
_ABOUT = re.compile(r"files?|paths?|dir|directory|mode|ttl|timeout|type|length|size|names?|min|max|age|url")
_KEY_VALUE = re.compile(r"(?P<key>[-/]{0,2}[A-Za-z_][\w.-]*)(?P<sep>[=:])(?P<value>.*)", re.S)
_URL_LOGIN = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*://)(?P<user>[^/\s:@]*)(?::(?P<password>[^/\s]*))?@")
_IN_TEXT = re.compile(
    r"""(?P<key>[\w.\-]*(?:pass(?:w(?:or)?d|phrase)?|pwd|secret|token|(?:api|access|account|private|auth)[-_]?key"""
    r"""|credential|session|sig(?:nature)?)[\w\-]*)(?P<sep>["']?\s*[=:]\s*["']?)(?P<value>[^\s;&"',}]+)""",
    re.I,
)
_HEADER = re.compile(r"(?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]*(?:key|token|secret|auth)[\w-]*", re.I)
_KNOWN = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?:AKIA|ASIA)[0-9A-Z]{12,}|(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|sk-|sk_"
    r"|rk_|AIza|npm_|pypi-|hf_|dop_v1_|hvs\.|SG\.)[\w.-]{12,}"
)
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{32,}")
_HEX = re.compile(r"[0-9a-fA-F]{32,}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_OPTION = re.compile(r"-{1,2}[A-Za-z]|[A-Za-z][\w+.-]*://|/[a-z]+/|[A-Za-z_][\w.-]*=")
# Short options that take a secret, by program. Capital and small letters differ.
_SHORT = {
    "mysql mysqldump mysqladmin mysqlsh mysqlimport mysqlcheck mariadb mariadb-dump mariadb-admin": "p",
    "sshpass 7z 7za 7zz rdesktop mongo mongosh mongodump mongorestore": "p",
    "docker podman nerdctl buildah skopeo helm oc az": "p",
    "redis-cli keydb-cli valkey-cli": "a",
    "ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami": "w",
    "zip unzip ipmitool sqlcmd bcp mosquitto_pub mosquitto_sub sqlplus": "P",
    "snmpwalk snmpget snmpbulkwalk snmpset": "cAX",
    "xfreerdp xfreerdp3 wlfreerdp": "p",
}
_SHORT_BY_PROGRAM = {program: letters for programs, letters in _SHORT.items() for program in programs.split()}
_AT_LOGIN_ONLY = frozenset(("docker", "podman", "nerdctl", "buildah", "skopeo", "helm", "oc", "az"))
"""Elsewhere their -p is a port, or a project."""
_LOGIN_OPTIONS = frozenset(("-u", "-U", "--user", "--proxy-user", "--login", "--auth", "--basic-auth"))


def redact_snapshot(snapshot: NodeSnapshot, mode: str) -> NodeSnapshot:
    """The snapshot with its command lines redacted, left out (`none`: only the names stay), or as they are (`full`)."""
    if mode == "full" or snapshot.processes is None:
        return snapshot
    rows = tuple(
        replace(row, command="" if mode == "none" else redact(row.command)) if row.command else row
        for row in snapshot.processes.rows
    )
    return replace(snapshot, processes=replace(snapshot.processes, rows=rows))


@lru_cache(maxsize=8192)
def redact(command: str) -> str:
    """A command line of at most 32 words and 256 characters, with what may be secret replaced by ***."""
    words = command[:_READ].split()
    if not words:
        return ""
    marker = next((index for index, word in enumerate(words) if "-----BEGIN" in word), None)
    if marker is not None:
        words = [*words[:marker], MASK]
    return " ".join(_Line(words).redacted()[:_MOST_WORDS])[:_LONGEST]


class _Line:
    """One command line on its way through the rules."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        program = PurePosixPath(words[0]).name
        is_other = program in _AT_LOGIN_ONLY and "login" not in words
        self._short = "" if is_other else _SHORT_BY_PROGRAM.get(program, "")
        self._out: list[str] = []

    def redacted(self) -> list[str]:
        index = 0
        while index < len(self._words):
            if len(self._out) > _MOST_WORDS:
                break
            index = self._word(index)
        return self._out

    def _word(self, index: int) -> int:
        """Puts one word out, and its value after it; returns where to go on."""
        word = self._words[index]
        if index and self._short and word[:1] == "/" and word[1:2] in self._short and word[2:3] == ":":  # xfreerdp
            self._out.append(word[:3] + MASK)
            return self._skip_value(index + 1)
        if index and word[0] == "-" and self._short and not word.startswith("--"):
            after = self._short_option(word, index)
            if after:
                return after
        if word in _LOGIN_OPTIONS and index + 1 < len(self._words):
            return self._login(word, index)
        header = _HEADER.search(word)
        if header and self._is_header(word, header.end(), index):
            self._out.append(word[: header.end()] + ": " + MASK)
            return self._skip_value(index + 1)
        pair = _KEY_VALUE.fullmatch(word)
        if pair and not pair["value"].startswith("//") and is_secret_name(pair["key"]):
            self._out.append(pair["key"] + pair["sep"] + MASK)
            return self._skip_value(index + 1)
        self._out.append(_mask_inside(word))
        if index and word[0] == "-" and is_secret_name(word) and self._has_value(index + 1):
            self._out.append(MASK)
            return self._skip_value(index + 1)
        return index + 1

    def _short_option(self, word: str, index: int) -> int | None:
        if len(word) < 2 or word[1] not in self._short:
            return None
        if len(word) > 2:
            self._out.append(word[:2] + MASK)
            return self._skip_value(index + 1)
        self._out.append(word)
        # mysql's -p alone asks for the password; what follows is a database.
        if index + 1 < len(self._words) and not self._words[0].rpartition("/")[2].startswith(("mysql", "mariadb")):
            self._out.append(MASK)
            return index + 2
        return index + 1

    def _login(self, word: str, index: int) -> int:
        value = self._words[index + 1]
        user, colon, _ = value.partition(":") if ":" in value else value.partition("%")
        self._out.append(word)
        if not colon:
            return index + 1
        self._out.append(f"{user}{colon}{MASK}")
        return self._skip_value(index + 2)

    def _is_header(self, word: str, end: int, index: int) -> bool:
        rest = word[end:]
        return rest.startswith((":", "=")) or (not rest and self._words[index + 1 : index + 2] == [":"])

    def _has_value(self, index: int) -> bool:
        return index < len(self._words) and not re.match(r"--?[A-Za-z]", self._words[index])

    def _skip_value(self, index: int) -> int:
        while index < len(self._words) and not _OPTION.match(self._words[index]):
            index += 1
        return index


def is_secret_name(name: str) -> bool:
    """Whether an option, a variable or a header of this name holds a secret."""
    words = [word.lower() for word in _CAMEL.split(name.lstrip("-/")) if word]
    if not words or _ABOUT.fullmatch(words[-1]):
        return False
    if _SECRET_PART.search("".join(words)) or any(_SECRET_PAIR.fullmatch(" ".join(pair)) for pair in pairwise(words)):
        return True
    return any(_SECRET_WORD.fullmatch(word) and word not in _NOT_SECRET for word in words)


def _mask_inside(word: str) -> str:
    word = _URL_LOGIN.sub(_mask_login, word)
    word = _KNOWN.sub(MASK, word)
    word = _IN_TEXT.sub(_mask_value, word)
    return _RUN.sub(_mask_run, word)


def _mask_login(match: re.Match[str]) -> str:
    if match["password"] is None:
        return match["scheme"] + (MASK if len(match["user"]) >= 16 else match["user"]) + "@"
    return f"{match['scheme']}{match['user']}:{MASK}@"


def _mask_value(match: re.Match[str]) -> str:
    if match["value"].startswith("//") or not is_secret_name(match["key"].strip(".")):
        return match[0]
    return match["key"] + match["sep"] + MASK


def _mask_run(match: re.Match[str]) -> str:
    run = match[0]
    if _UUID.search(run) or "=" in run[:-2].lstrip("-"):
        return _HEX.sub(_mask_hex, run)
    return MASK if _looks_random(run) else _HEX.sub(_mask_hex, run)


def _mask_hex(match: re.Match[str]) -> str:
    return MASK if _entropy(match[0]) > 2.5 else match[0]


def _looks_random(run: str) -> bool:
    """Random text changes between digits, capitals and small letters all the time; paths and names do not."""
    classes = [_class(character) for character in run if character.isalnum()]
    changes = sum(first != second for first, second in pairwise(classes))
    return "digit" in classes and len(classes) >= 24 and changes / len(run) > 0.25 and _entropy(run) > 3.5


def _class(character: str) -> str:
    if character.isdigit():
        return "digit"
    return "capital" if character.isupper() else "small"


def _entropy(text: str) -> float:
    """Bits for each character, by how often each occurs in the text itself."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
