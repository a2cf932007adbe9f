"""What all tests share: a home of their own, the command as a real process, and a watch over the event loop."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import textual._wait
from xdist.scheduler import WorkStealingScheduling

from tests import rewritten
from tests.loop_watch import LoopWatch

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell's background jobs inherit it, and their children
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Nothing is judged by how long it takes. make test tries the same examples each time, make fuzz others and more.
hypothesis.settings.register_profile("suite", deadline=None, max_examples=30, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=400)
hypothesis.settings.load_profile("suite")

# Each key pressed in a test waits until the process is idle, looked at so often. Textual's own 20 ms, twice for a key,
# were a third of the time of all tests.
textual._wait.SLEEP_GRANULARITY = 0.004

Nodetop = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """For -n auto: two for each CPU, because tests wait for processes, disks and clocks for half of their time."""
    return 2 * (os.cpu_count() or 1)


def pytest_configure(config: pytest.Config) -> None:
    rewritten.share(config)


def pytest_collection_finish() -> None:
    """Thousands of collected tests are no garbage: without them, Python's search for it is many times as fast."""
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkStealingScheduling | None:
    """Unless --dist says otherwise: each worker has whole folders of tests, so that few start what the tests of a
    module share, and takes from the others when it is done."""
    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of new folders. To look for a free one among thousands, as mktemp does, takes longer each time."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that no test reads or writes the settings and the history of who runs it."""
    folder = next(homes)
    folder.mkdir(0o700)
    for name in [name for name in os.environ if name.startswith(("NODETOP_", "XDG_"))]:
        monkeypatch.delenv(name)
    for name in ("NO_COLOR", "COLUMNS", "TEXTUAL_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own time zone is that of Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def nodetop() -> Nodetop:
    """Runs `python -m nodetop ARGUMENTS` to its end."""

    def run(*arguments: object, **options: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "nodetop", *map(str, arguments)]
        settings = {"capture_output": True, "text": True, "timeout": 50, "stdin": subprocess.DEVNULL} | options
        return subprocess.run(command, **settings)  # type: ignore[call-overload,no-any-return]

    return run


@pytest.fixture(autouse=True)
def loop_watch(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test in which nodetop's code blocked the event loop; marker `may_block` switches it off."""
    if request.node.get_closest_marker("may_block"):
        yield
        return
    with LoopWatch() as watch:
        yield
    assert not watch.found, "the event loop was blocked:\n" + "\n".join(watch.found)


@pytest.fixture(autouse=True)
def every_panel_is_drawn() -> Iterator[None]:
    """Fails a test in which a panel could not be drawn: users see a line that says so, and the rest."""
    yield
    module = sys.modules.get("nodetop.widgets.base.panel_widget")
    if module is not None:
        failures, module.PanelWidget.failures = module.PanelWidget.failures, []
        assert not failures, failures
