"""Rules of the house that no linter knows."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "nodetop"
LONGEST_FILE = 300
SCREEN = {"textual", "rich"}
NETWORK = {"httpx", "starlette", "uvicorn"}

# Written in halves, so that this file does not name what it forbids.
FORBIDDEN = [
    r"pypi\." + "org",
    "python" + r"hosted\.org",
    r"pip install ['\"]?" + r"nodetop\b",
    "pipx? install ['\"]?nodetop" + r"-monitor\b",  # it is installed from the sources
    r"(?<![\w.])/" + "work/",
    "/tmp/" + "dev",
    "DESIGN" + r"\.md|CORRECTNESS" + r"\.md|TEXTUAL" + r"\.md",
]


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def tracked() -> list[Path]:
    """What is in the repository, or, outside of one, what belongs there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [
        *sources(),
        *ROOT.glob("*.md"),
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("bench/*"),
        *ROOT.glob("docs/**/*.md"),
    ]


def checks() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_no_file_is_long() -> None:
    """One that is holds more than one noun."""
    lengths = {named(path): len(path.read_text().splitlines()) for path in (*sources(), *checks())}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_a_file_says_first_what_it_is_and_a_packages_own_file_is_empty() -> None:
    texts = {path: path.read_text() for path in sources()}
    packages = [named(path) for path, text in texts.items() if path.name == "__init__.py" and text]
    silent = [named(path) for path, text in texts.items() if path.name != "__init__.py" and not text.startswith('"""')]
    assert (packages, silent) == ([], [])


def test_an_import_that_is_not_at_the_top_says_why() -> None:
    wrong = []
    for path in sources():
        text = path.read_text()
        assert "TYPE_CHECKING" not in text, f"{path}: an import for types alone hides a circle"
        if re.search(r"^ +(import|from) ", text, re.M):
            wrong += [f"{named(path)}: {function}" for function in unexplained_imports(text)]
    assert wrong == []


def unexplained_imports(text: str) -> Iterator[str]:
    """The functions that import something and have no comment that says why."""
    lines = text.splitlines()
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        late = [each.lineno for each in ast.walk(function) if isinstance(each, ast.Import | ast.ImportFrom)]
        why = [line for number in late for line in lines[number - 2 : number] if "# " in line.replace("# noqa", "")]
        if late and not why:
            yield function.name


def test_workers_are_started_in_one_place() -> None:
    """A coroutine that was made already is never awaited if its screen closes before the worker begins."""
    assert [named(path) for path in sources() if ".run_worker(" in path.read_text()] == [
        "nodetop/screens/base/workers.py"
    ]


def test_nothing_in_the_repository_names_what_is_not_part_of_it() -> None:
    wrong = re.compile("|".join(FORBIDDEN))
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".tcss", ".sh", ""} and "fixtures" not in path.parts
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if wrong.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_guide_has_a_line_for_each_folder() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    listed = set(re.findall(r"^\| `(nodetop/[\w/]+)` \|", guide, re.M))
    folders = {str(path.parent.relative_to(ROOT)) for path in sources() if path.name != "__init__.py"} - {"nodetop"}
    assert listed == folders, f"CONTRIBUTING.md: missing {folders - listed}, too many {listed - folders}"


def test_folders_are_small_enough_to_be_read() -> None:
    for folder in {path.parent for path in sources()}:
        files = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(files) <= (3 if folder == PACKAGE else 20), f"{folder}: {len(files)} files"


def imported(*arguments: str) -> set[str]:
    """Top-level packages that a run of nodetop imports."""
    command = [sys.executable, "-X", "importtime", "-m", "nodetop", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, stdin=subprocess.DEVNULL, check=False)
    names = re.findall(r"^import time: +\d+ \| +\d+ \| +([\w.]+)$", done.stderr, re.M)
    assert done.returncode == 0, [line for line in done.stderr.splitlines() if not line.startswith("import time")]
    assert "nodetop.cli" in names
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    ("arguments", "never"),
    [
        (["--version"], {*SCREEN, *NETWORK, "tinydb", "psutil", "asyncio"}),
        (["--help"], {*SCREEN, *NETWORK, "tinydb", "psutil", "asyncio"}),
        (["--json", "--interval", "0.25"], {*SCREEN, *NETWORK, "tinydb", "asyncio"}),
        (["--once", "--interval", "0.25"], {"textual", *NETWORK, "tinydb", "asyncio"}),
    ],
)
def test_a_script_pays_only_for_what_it_asked_for(arguments: list[str], never: set[str]) -> None:
    assert imported(*arguments) & never == set()


def test_every_target_of_the_makefile_is_explained() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)
    assert {"run", "test", "test-crash", "test-faults", "fuzz", "lint", "check", "bench", "help"} <= set(targets)
    for target in targets:
        assert re.search(rf"^  make {target} +\w", listed, re.M), f"make {target} has no explanation"


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert re.search(r"^(if ! )?timeout \d+ make test\b", script.read_text(), re.M)
    assert re.search(r"^ +make test\b", (ROOT / "README.md").read_text(), re.M)


def test_an_old_python_is_refused_in_one_line(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.1" && exit 0\nexit 1\n')
    old.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "environment", tmp_path / "venv"],
        env={"PATH": f"{tmp_path}", "PYTHON": str(old)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("nodetop: needs Python 3.11 or newer as python3 (found: Python 3.8.1)")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "venv").exists()


def docstrings_and_comments(path: Path) -> Iterator[str]:
    """Words about the code in a file: a Markdown file's whole text, or a source's docstrings and comments."""
    text = path.read_text()
    if path.suffix == ".md":
        yield text
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and token.string.startswith('"""')):
            yield token.string


def test_paths_named_in_words_exist() -> None:
    # The guide's example adds files that are not there.
    new = set(re.findall(r"^# (nodetop/\S+\.py)$", (ROOT / "CONTRIBUTING.md").read_text(), re.M))
    pattern = re.compile(r"(?<![\w./-])(?:nodetop|docs|tests|bench|deploy|scripts)/[\w./-]*\w")
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in tracked()
        if path.suffix in {".py", ".md"} and "fixtures" not in path.parts
        if pattern.search(path.read_text())  # this is much quicker than to look for comments
        for words in docstrings_and_comments(path)
        for name in pattern.findall(words)
        if name not in new and not (ROOT / name).exists()
    }
    assert not missing, "\n".join(sorted(missing))
