"""The pages of the repository, and what of them can be checked: links, anchors, blocks of commands, flags."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md")
    for path in ROOT.glob(pattern)
    if not path.name.startswith(".")
)

_FENCE = re.compile(r"^( *)```.*?^\1```$", re.M | re.S)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"(`+)(.+?)\1")
_HEADING = re.compile(r"^ {0,3}#{1,6} +(.+)$", re.M)


def name_of(path: Path) -> str:
    """Its name in the repository."""
    return str(path.relative_to(ROOT))


def without_blocks(path: Path) -> str:
    """A page's text without code blocks."""
    return re.sub(r"^ {4}.*$", "", _FENCE.sub("", path.read_text()), flags=re.M)


def links(path: Path) -> list[str]:
    """Targets inside the repository."""
    text = _CODE.sub("", without_blocks(path))
    return [target for target in _LINK.findall(text) if not re.match(r"[a-z][a-z+.-]*:", target)]


def anchors(path: Path) -> set[str]:
    """As the forges make them: lower case, without punctuation, a dash for each space."""
    found: set[str] = set()
    for heading in _HEADING.findall(_FENCE.sub("", path.read_text())):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        kept = "".join(sign for sign in plain if sign in " -_" or unicodedata.category(sign)[0] in "LNM")
        found.add(kept.replace(" ", "-"))
    return found


def code_spans(path: Path) -> list[str]:
    """What stands between backquotes in a page's text and tables."""
    return [code.strip() for _, code in _CODE.findall(without_blocks(path))]


@dataclass(frozen=True)
class Command:
    """A line of a block, with those that it continues on."""

    path: Path
    number: int
    text: str

    def __str__(self) -> str:
        return f"{name_of(self.path)}:{self.number}: {self.text}"


def block_lines(path: Path) -> Iterator[Command]:
    """The lines of all indented blocks; those that end with a backslash are joined."""
    begun, first = "", 0
    for number, line in enumerate(_FENCE.sub(_blank, path.read_text()).splitlines(), 1):
        if not line.startswith("    "):
            begun = ""
            continue
        first = first if begun else number
        begun += line.strip()
        if begun.endswith("\\"):
            begun = begun[:-1]
        else:
            yield Command(path, first, begun)
            begun = ""


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
