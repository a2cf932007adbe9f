"""What all of `make fuzz` shares: how long each test tries, and its marker."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SHORT_SECONDS = 0.2
"""Of each test where nobody said how long, as in make test."""
START_SECONDS = 120.0
"""For what a test does besides: processes that start and end."""
Seeds = Callable[..., Iterator[int]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seconds", type=float, help="how long make fuzz tries, all in all")


def _here(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if _here(item):
            item.add_marker(pytest.mark.fuzz)
            item.add_marker(pytest.mark.timeout(_seconds(config, items) + START_SECONDS))


def _seconds(config: pytest.Config, items: list[pytest.Item]) -> float:
    """Of one test. With several workers each has its share of the tests."""
    total = config.getoption("--seconds", None)
    workers = int(getattr(config, "workerinput", {}).get("workercount", 1))
    return SHORT_SECONDS if total is None else total * workers / max(sum(map(_here, items)), 1)


@pytest.fixture
def seconds(request: pytest.FixtureRequest) -> float:
    """How long this test tries."""
    return _seconds(request.config, request.session.items)


@pytest.fixture
def seeds(seconds: float) -> Seeds:
    """Numbers from 0 on, until the time is over: at least `least`, because one may make only what is refused."""

    def count(least: int = 1) -> Iterator[int]:
        until, seed = time.monotonic() + seconds, 0
        while seed < least or time.monotonic() < until:
            yield seed
            seed += 1

    return count
