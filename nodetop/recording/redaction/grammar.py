"""How programs are told secrets, read from the tables in programs.py and wrappers.py.

Each table has names of programs, separated by |, and what is known of them, as marks separated by blanks. A name of two
words is a program and its subcommand, which adds to what is known of the program. -o stands for any option:

    -o      the next word is a secret, or what follows the = sign
    -o*     the same, or what is joined to it: -oSECRET
    -o+     only what is joined to it
    -o?     the next word, or what is joined to it, where that looks like a secret
    -o:     its value is user:password; likewise -o% and -o, with these signs
    -o=     its value is name=SECRET
    -o!     it has a value, which is no secret
    -o-     it has no value
    -o$     a command of its own follows
    -o&     with it, the last word of the command is a secret
    @2      the second plain word is a secret; word@2: the second after that word
    /       a plain word may be user/password@somewhere; likewise : user:password
    =       the value of a plain word name=value is a secret, whatever the name
    *1      after one plain word a command of its own follows
    ~abc    short options that have a value: so -xpSECRET is read as -x and -p, and what follows -a is no command
    !       plain words mean nothing here: `password` is no name of what follows it
"""

from dataclasses import dataclass, field
from functools import lru_cache

from nodetop.recording.redaction.programs import PROGRAMS
from nodetop.recording.redaction.wrappers import WRAPPERS


@dataclass(frozen=True)
class Grammar:
    """What is known of one program's command line."""

    options: dict[str, str] = field(default_factory=dict)
    """The mark of each option, "" where it has none."""
    places: frozenset[tuple[str, int]] = frozenset()
    """Which plain words are secrets: the word before, or "" for the program, and how many after it."""
    valued: str = ""
    skipped: int | None = None
    """Plain words before a command of its own; None where none follows."""
    has_names: bool = True
    """Whether a plain word may be the name of a secret that follows."""
    login_sign: str = ""
    """What stands between user and password where a plain word may be both."""
    has_settings: bool = False
    """Whether a plain word name=value has a secret, whatever the name."""

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
                found[name] = f"{found.get(name, '')} {entry}"
    return found


_ENTRIES = _by_name(PROGRAMS, WRAPPERS)


@lru_cache(maxsize=512)
def grammar_of(name: str) -> Grammar | None:
    """Of a program, or of "program subcommand"; None where nothing is known."""
    entry = _ENTRIES.get(name)
    return None if entry is None else _parsed(entry.split())


_OPTION_MARKS = "*+?:%,=!$&-"


def _parsed(marks: list[str]) -> Grammar:
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
        elif "@" in mark:
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
