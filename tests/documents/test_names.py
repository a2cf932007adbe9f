"""What the pages name exists, and what exists is named: routes, values, keys, flags, variables, columns."""

import json
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest

from nodetop.keys.keymap import keymap
from nodetop.keys.names import KeyNameError, canonical
from nodetop.keys.tables import TABLES
from nodetop.model.quantities import QUANTITIES
from nodetop.server.api import openapi
from nodetop.settings.column_names import COLUMN_NAMES
from nodetop.settings.options import Settings
from tests.documents.commands import every_command, known_flags, known_variables
from tests.documents.pages import PAGES, ROOT, code_spans, name_of

DOCS = ROOT / "docs"
OTHER_MONITORS = DOCS / "from-other-monitors.md"


def rows(path: Path, heading: str = "") -> Iterator[list[str]]:
    """The cells of each row of the tables below a heading."""
    text = path.read_text()
    if heading:
        text = re.split(r"^## ", text[text.index(f"\n## {heading}\n") + 4 :], maxsplit=1, flags=re.M)[0]
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("| ---"):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_every_route_of_the_openapi_document_is_on_the_page_and_no_other() -> None:
    paths = json.loads(openapi.document())["paths"]
    served = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    documented = {route for row in rows(DOCS / "api.md") for route in re.findall(r"`([^`]+)`", row[0])}
    assert documented == served


def test_every_name_of_a_value_is_on_the_page_and_no_other() -> None:
    of_nodes = takewhile(lambda cells: cells[0] != "list", rows(DOCS / "filters.md", "Names"))
    spans = [name for cells in of_nodes for name in re.findall(r"`([^`]+)`", cells[1]) if not name.endswith(".FIELD")]
    documented = {re.sub(r"\[?:[A-Z]+\]?$", "", name) for name in spans}
    known = {word for each in QUANTITIES if each.is_of_snapshot for word in (each.name, *each.aliases)}
    assert documented - {"age"} == known, "age is a value of rows only"


def test_every_key_that_the_readme_lists_does_something() -> None:
    bound = {key for keys in keymap().keys.values() for key in keys}
    listed = [
        key
        for first, *_ in rows(ROOT / "README.md", "Keys")
        for key in re.findall(r"`` (.) ``|(?<!`)`([^` ]+)`(?!`)", first)
    ]
    unknown = [key for pair in listed for key in filter(None, pair) if not _is_bound(key, bound)]
    assert len(listed) > 60
    assert unknown == []


def _is_bound(key: str, bound: set[str]) -> bool:
    try:
        # Ctrl-C is the terminal's, and ends the program without being bound
        return key == "Ctrl-C" or canonical(key) in bound
    except KeyNameError:
        return False


def test_the_page_of_keys_has_every_action() -> None:
    documented = {row[0].strip("`") for row in rows(DOCS / "keys.md")} - {"action"}
    assert documented == {action.id for table in TABLES.values() for action in table}


def test_keys_that_users_of_btop_are_told_are_those() -> None:
    actions = {
        "presets": "next_layout", "filter": "filter", "tree": "tree", "pause": "pause", "reverse": "reverse",
        "CPU of": "cpu_of_machine",
    }  # fmt: skip
    table = [row for row in rows(OTHER_MONITORS, "btop") if len(row) == 3]
    for word, action in actions.items():
        (row,) = [row for row in table if word in row[0]]
        for preset, cell in (("htop", row[1]), ("btop", row[2])):
            told = re.findall(r"`([^`]+)`", cell)
            assert told and set(told) <= set(keymap(preset).keys[action]), (word, preset)


def test_columns_that_users_of_htop_are_told_are_all_of_them() -> None:
    named = [cell for row in rows(OTHER_MONITORS, "htop") if len(row) == 5 for cell in (row[1], row[4])]
    assert {word for cell in named for word in re.findall(r"`([a-z]+)`", cell)} == set(COLUMN_NAMES)


# Decisions are about the past, and about the command lines of others.
@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name != "decisions"], ids=name_of)
def test_flags_and_variables_in_the_text_exist(page: Path) -> None:
    spans = code_spans(page)
    if page == OTHER_MONITORS:  # in its first column are the flags of others
        spans = [code for row in rows(page) for cell in row[1:] for code in re.findall(r"`([^`]+)`", cell)]
    flags = {flag for code in spans if _is_ours(code) for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*", code)}
    variables = {name for code in spans for name in re.findall(r"\bNODETOP_[A-Z_]*[A-Z]\b", code)}
    if page.name == "benchmarks.md":  # it says how bench/ was called
        flags -= {
            flag for path in (ROOT / "bench").glob("*.py") for flag in re.findall(r'"(--[a-z-]+)"', path.read_text())
        }
    assert flags - known_flags() == set()
    assert variables - known_variables() == set()


def _is_ours(code: str) -> bool:
    """A flag alone, or a command line of ours."""
    return code.startswith(("--", "nodetop"))


def test_every_command_has_a_section_and_a_manual_page() -> None:
    names = {name for name, _ in every_command()}
    assert set(re.findall(r"^## (.+)$", (DOCS / "reference.md").read_text(), re.M)) == names
    pages = {path.stem for path in (ROOT / "share" / "man" / "man1").glob("*.1")}
    assert pages == {name.replace(" ", "-") for name in names}
    named = {
        page
        for path in (ROOT / "share/man/man1").glob("*.1")
        for page in re.findall(r"[\w\\-]+(?=\(1\))", path.read_text())
    }
    assert {page.replace("\\-", "-") for page in named} <= pages


def test_every_flag_is_explained_somewhere_besides_the_reference() -> None:
    others = [page for page in PAGES if page.name not in ("reference.md", "CHANGELOG.md")]
    told = {flag for page in others for flag in re.findall(r"(?<![\w-])--[a-z][a-z-]*", page.read_text())}
    told |= {f"--{flag[5:]}" for flag in told if flag.startswith("--no-")}
    opposites = {flag for flag in known_flags() if flag.startswith("--no-") and f"--{flag[5:]}" in told}
    assert sorted(known_flags() - told - opposites - {"--help", "--version"}) == []


def test_settings_that_the_readme_lists_are_keys_of_the_file() -> None:
    listed = {key for row in rows(ROOT / "README.md", "Settings") for key in re.findall(r"`([a-z_]+)[` ]", row[2])}
    assert len(listed) > 15
    assert listed - set(Settings.__struct_fields__) == {"preset"}, "preset is a key of the table [keys]"
