"""The table of `make test-faults`: what was done to nodetop, what had to hold, and whether it did."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

Lines = list[tuple[str, str, str]]
Fault = Callable[[str, str], AbstractContextManager[Callable[[str], None]]]
LINES = pytest.StashKey[Lines]()
LONGEST_SECONDS = 240


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-fault", action="store_true", help="all of make test-faults, not its short form")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LINES] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))
            if item.get_closest_marker("long") and not config.getoption("--every-fault", False):
                item.add_marker(pytest.mark.skip(reason="part of make test-faults"))


def tool(*command: object) -> str:
    """What a program prints. Skips where it is missing, or may not do that."""
    try:
        done = subprocess.run([str(each) for each in command], capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError:
        pytest.skip(f"there is no {command[0]} here")
    if done.returncode:
        pytest.skip(f"{command[0]} cannot do that here (needs root): {done.stderr.strip()}")
    return done.stdout


def damage(path: Path, way: str) -> None:
    """Cuts a file to half, changes a bit in its middle, or empties it."""
    content = bytearray(path.read_bytes())
    if way == "cut":
        content = content[: len(content) // 2]
    elif way == "empty":
        content = bytearray()
    elif content:
        content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> Fault:
    """Around what checks that something holds: a line of the table. What it yields adds a measured figure to it."""

    @contextmanager
    def line(done: str, must_hold: str) -> Iterator[Callable[[str], None]]:
        lines = request.config.stash[LINES]
        measured: list[str] = []
        try:
            yield measured.append
        except pytest.skip.Exception as reason:
            lines.append((done, must_hold, f"not done here: {reason}"))
            raise
        except BaseException:
            lines.append((done, must_hold, "NO"))
            raise
        lines.append((done, must_hold, "held" + "".join(f" ({figure})" for figure in measured)))

    return line


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash[LINES]
    if not lines or not config.getoption("--every-fault", False):
        return
    terminalreporter.write_sep("=", "faults")
    terminalreporter.write_line("| what was done | what had to hold | held |\n| --- | --- | --- |")
    for line in lines:
        terminalreporter.write_line(f"| {' | '.join(line)} |")
    held = sum(line[2].startswith("held") for line in lines)
    wrong = sum(line[2] == "NO" for line in lines)
    terminalreporter.write_line(
        f"{held} of {len(lines)} held, {wrong} did not, {len(lines) - held - wrong} not done here"
    )
