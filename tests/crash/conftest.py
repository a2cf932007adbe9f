"""Options of make test-crash, and its table of results. Without options it runs a short form, as in make test."""

import random
from pathlib import Path

import pytest

from tests.crash.report import Row, table

ROWS = pytest.StashKey[list[Row]]()
LONGEST_SECONDS = 7200
SHORT_KILLS, SHORT_STATES = 2, 20


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, metavar="N", help="kills of a hub; of each other program half as many")
    parser.addoption("--states", type=int, metavar="N", help="replayed crash states of a hub, and of each program")
    parser.addoption("--seed", type=int, metavar="N", help="of the times and steps; without it another one each time")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[ROWS] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.crash)
            item.add_marker(pytest.mark.may_block)
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))


class Crashes:
    """How much to run, and where to report it."""

    def __init__(self, config: pytest.Config) -> None:
        self._rows = config.stash[ROWS]
        self.kills: int = config.getoption("--kills", None) or SHORT_KILLS
        self.states: int = config.getoption("--states", None) or SHORT_STATES
        is_short = config.getoption("--kills", None) is None
        self.seed: int = config.getoption("--seed", None) or (1 if is_short else random.randrange(2**32))

    def dice(self) -> random.Random:
        return random.Random(self.seed)

    def report(self, row: Row) -> None:
        """Fails if a fault was found."""
        self._rows.append(row)
        assert row.faults == [], f"--seed {self.seed}\n" + "\n".join(row.faults[:20])


@pytest.fixture
def crashes(request: pytest.FixtureRequest) -> Crashes:
    return Crashes(request.config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[ROWS]
    if rows and config.getoption("--kills", None):
        terminalreporter.write_sep("=", "crashes")
        terminalreporter.write_line(table(rows))
