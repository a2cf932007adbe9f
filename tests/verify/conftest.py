"""The list of `make verify`: what nodetop says beside what trusted tools say, as a table at the end."""

import platform
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.verify.verdict import Verdict, table

PACKAGES = {
    "free": "procps", "top": "procps", "ps": "procps", "sar": "sysstat", "iostat": "sysstat", "mpstat": "sysstat",
    "stress-ng": "stress-ng", "ip": "iproute2", "tc": "iproute2", "df": "coreutils", "fio": "fio",
    "mkfs.ext4": "e2fsprogs", "dmsetup": "dmsetup", "losetup": "mount",
}  # fmt: skip
VERDICTS = pytest.StashKey[list[Verdict]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the whole list of make verify, not its short form")
    parser.addoption("--write-table", metavar="FILE", help="write the table of make verify there")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[VERDICTS] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    short = not config.getoption("--long", False)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.verify)
            if short and item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="part of make verify"))


@pytest.fixture
def need() -> Callable[..., None]:
    """Skips where a tool is missing, and says how to get it."""

    def check(*tools: str) -> None:
        missing = [tool for tool in tools if shutil.which(tool) is None]
        if missing:
            packages = " ".join(sorted({PACKAGES.get(tool, tool) for tool in missing}))
            pytest.skip(f"{', '.join(missing)} not found; on Debian: apt install {packages}")

    return check


@pytest.fixture
def verdict(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Notes a line of the table, and fails the test at its end if one does not hold."""
    lines: list[Verdict] = []
    # In the short form other tests run beside it, and take and give back CPU and memory between two readings.
    slack = 1 if request.config.getoption("--long", False) else 5

    def note(what: str, ours: float | None, theirs: float, allowed: float, unit: str = "", relative: float = 0) -> None:
        lines.append(Verdict(what, ours, theirs, slack * max(allowed, abs(theirs) * relative), unit))

    yield note
    request.config.stash[VERDICTS].extend(lines)
    wrong = [line for line in lines if not line.holds]
    assert not wrong, "\n" + table(wrong)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash[VERDICTS]
    if not lines or not config.getoption("--long", False):
        return
    made = table(lines)
    terminalreporter.write_sep("=", "verification")
    terminalreporter.write_line(made)
    skipped = sorted({str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])})
    for reason in skipped:
        terminalreporter.write_line(reason)
    path = config.getoption("--write-table", None)
    if path:
        Path(path).write_text(document(made, skipped))


def document(made: str, skipped: list[str]) -> str:
    """The table as a page of the documentation, with the machine it was made on."""
    memory = next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if line[:8] == "MemTotal")
    cpus = Path("/proc/cpuinfo").read_text().count("processor\t:")
    left_out = "".join(f"\n- {reason}" for reason in skipped)
    return (
        "# Numbers that hold\n\nMade by `make verify`: what nodetop said beside what trusted tools said over the same "
        "seconds, under load made for the purpose.\n\n"
        f"Machine: {platform.system()} {platform.release()} {platform.machine()}, {cpus} CPUs, "
        f"{int(memory) / 2**20:.1f} GiB of memory.\n\n{made}\n"
        + (f"\nNot done there:\n{left_out}\n" if skipped else "")
    )
