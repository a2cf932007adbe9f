"""How programs take secrets, read from the tables in programs/ and wrappers.py.

Each table has program names, separated by |, and marks, separated by blanks, that describe their command lines. A name
of two words is a program and its subcommand; its marks are added to those of the program. A name that ends in * stands
for all programs that begin so and are in no table themselves. -o stands for any option:

    -o      the next word is a secret, or the text after the = sign
    -o*     the same, or the text joined to it: -oSECRET
    -o+     only the text joined to it
    -o?     the next word, or the text joined to it, if that looks like a secret
    -o:     its value is user:password; likewise -o% -o, and -o/ with these signs
    -o@     its value is password@host
    -o=     its value is name=SECRET
    -o!     it has a value, which is not a secret
    -o-     it has no value
    -o$     another command follows
    -o&     with it, the last word of the command is a secret
    @2      the second plain word is a secret; word@2: the second after that word; -o@2: after that option
    /       a plain word may be user/password@somewhere; likewise : user:password
    =       the value of a plain word name=value is a secret, for any name
    *1      after one plain word another command follows
    ~abc    short options with a value: -xpSECRET is read as -x and -p, and the word after -a is not a command
    !       plain words have no meaning: `password` does not name the word after it
"""

from dataclasses import dataclass, field
from functools import lru_cache

from nodetop.recording.redaction.programs import (
    accounts,
    clouds,
    databases,
    keys,
    machines,
    messages,
    readers,
    sources,
    web,
)
from nodetop.recording.redaction.wrappers import WRAPPERS


@dataclass(frozen=True)
class Grammar:
    """The known syntax of one program's command line."""

    options: dict[str, str] = field(default_factory=dict)
    """The mark of each option; "" for no mark."""
    places: frozenset[tuple[str, int]] = frozenset()
    """Which plain words are secrets: a word, or "" for the program, and the position after it."""
    valued: str = ""
    skipped: int | None = None
    """Plain words before the command that it runs; None if it runs no other command."""
    has_names: bool = True
    """Whether a plain word may be the name of a secret that follows."""
    login_sign: str = ""
    """The separator between user and password, if a plain word may be both."""
    has_settings: bool = False
    """Whether a plain word name=value has a secret for any name."""

    def has_place_after(self, word: str) -> bool:
        """Whether one of the plain words after this one is a secret."""
        return any(word == each for each, _ in self.places)

    def counts_words(self) -> bool:
        """Whether a plain word is a secret by its position after the program."""
        return any(not word for word, _ in self.places)

    def with_subcommand(self, other: "Grammar") -> "Grammar":
        return Grammar(
            {**self.options, **other.options},
            self.places | other.places,
            self.valued + other.valued,
            self.skipped if other.skipped is None else other.skipped,
            self.has_names and other.has_names,
            self.login_sign or other.login_sign,
            self.has_settings or other.has_settings,
        )


NOTHING_KNOWN = Grammar()


def _by_name(*tables: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in tables:
        for names, entry in table.items():
            for name in names.split("|"):
                found[name] = f"{found[name]} {entry}" if name in found else entry  # most names share their entry
    return found


_FAMILIES = (databases, keys, accounts, machines, web, sources, messages, clouds, readers)
_ENTRIES = _by_name(*(family.PROGRAMS for family in _FAMILIES), WRAPPERS)
_BEGINNINGS = tuple(name[:-1] for name in _ENTRIES if name.endswith("*"))


_WITH_SUBCOMMANDS = frozenset(name.partition(" ")[0] for name in _ENTRIES if " " in name)


def grammar_of(name: str) -> Grammar | None:
    """The grammar of a program, or of "program subcommand"; None if there is none."""
    entry = _ENTRIES.get(name)
    if entry is None and name.startswith(_BEGINNINGS) and " " not in name:
        entry = next(_ENTRIES[f"{each}*"] for each in _BEGINNINGS if name.startswith(each))
    return None if entry is None else _parsed(entry)


def has_subcommands(program: str) -> bool:
    """Whether some subcommands of a program have a grammar of their own."""
    return program in _WITH_SUBCOMMANDS


_OPTION_MARKS = "*+?:%,/@=!$&-"


@lru_cache(maxsize=256)
def _parsed(entry: str) -> Grammar:
    marks = entry.split()
    options: dict[str, str] = {}
    places: set[tuple[str, int]] = set()
    valued, skipped = "", None
    for mark in marks:
        if mark in ("!", "/", ":", "="):
            continue
        if mark[0] == "~":
            valued += mark[1:]
        elif mark[0] == "*":
            skipped = int(mark[1:])
        elif mark[-1].isdigit() and "@" in mark:
            word, _, number = mark.partition("@")
            places.add((word, int(number)))
        else:
            kind = mark[-1] if mark[-1] in _OPTION_MARKS else ""
            options[mark.removesuffix(kind)] = kind
    return Grammar(
        options,
        frozenset(places),
        valued,
        skipped,
        "!" not in marks,
        "/" if "/" in marks else ":" if ":" in marks else "",
        "=" in marks,
    )
