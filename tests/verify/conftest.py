"""The checks of `make verify`: nodetop's numbers compared with those of trusted tools, as a table at the end."""

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.verify.swap import swap_file
from tests.verify.verdict import Notes, Verdict, table

PACKAGES = {
    "free": "procps", "top": "procps", "ps": "procps", "sar": "sysstat", "iostat": "sysstat", "mpstat": "sysstat",
    "pidstat": "sysstat", "stress-ng": "stress-ng", "ip": "iproute2", "tc": "iproute2", "df": "coreutils",
    "fio": "fio", "mkfs.ext4": "e2fsprogs", "dmsetup": "dmsetup", "losetup": "mount", "swapon": "mount",
    "mkswap": "util-linux", "taskset": "util-linux", "chrt": "util-linux", "unshare": "util-linux",
    "nsenter": "util-linux",
    "make": "make", "cc": "gcc", "lsblk": "util-linux", "findmnt": "util-linux",
    "sensors": "lm-sensors", "uname": "coreutils", "getconf": "libc-bin", "uptime": "procps",
}  # fmt: skip
TITLES = {
    "cpu": "CPU",
    "cpu_balance": "CPU balance",
    "filesystems": "File systems",
    "htop": "htop",
    "iftop": "iftop",
    "hub_numbers": "What a hub says",
}
LONGEST_SECONDS = 300
"""Of one test, measured again and again."""
LONGEST_IN_MACHINE_SECONDS = 7200
"""The first test there builds and boots it."""
BESIDE = """\
# Numbers that hold

Made by `make verify`: what nodetop reported, compared with what trusted tools reported for the same seconds, under load
made for the test. A noisy number is measured again, at most a few times, instead of allowing a larger difference."""
INSIDE = """\
# Numbers that hold inside a virtual machine

Made by `make verify-vm`: what nodetop reported, compared with what trusted tools reported inside a virtual machine that
has what few test machines have. A line with 1 or 0 is a yes or a no. The machine is emulated, so how long something
takes there is not compared. The machine around it was this one."""
OF_THE_MACHINE = "part of make verify-vm"
Sections = dict[str, list[Verdict]]
"""Lines by the text above them: a title, what is compared, and why so much is allowed."""
SECTIONS = pytest.StashKey[Sections]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the whole list of make verify, not its short form")
    parser.addoption("--vm", action="store_true", help="also what make verify-vm compares in a virtual machine")
    parser.addoption("--write-table", metavar="FILE", help="write the table of make verify there")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SECTIONS] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    short = not config.getoption("--long", False)
    without_machine = not config.getoption("--vm", False)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.verify)
            in_machine = here / "vm" in item.path.parents
            if in_machine:
                item.add_marker(pytest.mark.vm)
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(LONGEST_IN_MACHINE_SECONDS if in_machine else LONGEST_SECONDS))
            if in_machine and without_machine:
                item.add_marker(pytest.mark.skip(reason=OF_THE_MACHINE))
            if short and item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="part of make verify"))


@pytest.fixture
def need() -> Callable[..., None]:
    """Skips a test if a tool is missing, and says how to install it."""

    def check(*tools: str) -> None:
        missing = [tool for tool in tools if shutil.which(tool) is None]
        if missing:
            packages = " ".join(sorted({PACKAGES.get(tool, tool) for tool in missing}))
            pytest.skip(f"{', '.join(missing)} not found; on Debian: apt install {packages}")

    return check


@pytest.fixture
def swap(tmp_path: Path, need: Callable[..., None]) -> Iterator[None]:
    """256 MiB more of it, in a file."""
    need("mkswap", "swapon")
    with swap_file(tmp_path):
        yield


@pytest.fixture
def verdict(request: pytest.FixtureRequest) -> Iterator[Notes]:
    """Adds lines to the table, and fails the test at its end if one does not hold."""
    notes = Notes()
    yield notes
    request.config.stash[SECTIONS].setdefault(_heading(request), []).extend(notes.lines)
    assert not notes.wrong, "\n" + table(notes.wrong)


def _heading(request: pytest.FixtureRequest) -> str:
    text = " ".join((request.module.__doc__ or "").split())
    return f"## {_title(request.path)}\n\n{text}"


def _title(path: Path) -> str:
    name = path.stem.removeprefix("test_")
    return TITLES.get(name, name.capitalize().replace("_", " "))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    sections = config.stash[SECTIONS]
    if not sections or not config.getoption("--long", False):
        return
    terminalreporter.write_sep("=", "verification")
    lines = [line for each in sections.values() for line in each]
    terminalreporter.write_line(table(lines))
    skipped = sorted({_left_out(report) for report in terminalreporter.stats.get("skipped", [])})
    skipped = [line for line in skipped if not line.endswith(OF_THE_MACHINE)]
    for reason in skipped:
        terminalreporter.write_line(f"not done: {reason}")
    wrong = sum(not line.holds for line in lines)
    terminalreporter.write_line(f"{len(lines) - wrong} lines hold, {wrong} are wrong, {len(skipped)} not done here")
    path = config.getoption("--write-table", None)
    if path:
        intro = INSIDE if config.getoption("--vm", False) else BESIDE
        Path(path).write_text(document(intro, sections, skipped))


def _left_out(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Which check was not done, and why."""
    path, _, test = report.nodeid.partition("::")
    line = test.partition("[")[0].removeprefix("test_").replace("_", " ")
    why = report.longrepr
    reason = (str(why[2]) if isinstance(why, tuple) else str(why)).removeprefix("Skipped: ")
    return f"{_title(Path(path))}, {line}: {reason}"


def document(intro: str, sections: Sections, skipped: list[str]) -> str:
    """The table as a page of the documentation, with the machine it was made on."""
    memory = next(line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines() if line[:8] == "MemTotal")
    cpus = Path("/proc/cpuinfo").read_text().count("processor\t:")
    left_out = "".join(f"\n- {reason}" for reason in skipped)
    return (
        f"{intro}\n\n"
        f"Machine: {platform.system()} {platform.release()} {platform.machine()}, {cpus} CPUs, "
        f"{int(memory) / 2**20:.1f} GiB of memory; {'as root' if os.geteuid() == 0 else 'as a normal user'}.\n\n"
        + "\n\n".join(f"{heading}\n\n{table(lines)}" for heading, lines in sections.items() if lines)
        + "\n"
        + (f"\n## Not done there\n{left_out}\n" if skipped else "")
    )
