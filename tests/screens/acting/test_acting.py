"""Keys act upon real processes, after the question alone, and upon no others."""

import os
import signal
import sys

import pytest
from textual import events

from nodetop.app import NodetopApp
from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.node.screen import NodeScreen
from nodetop.settings.options import Settings
from nodetop.widgets.menus.menu import Menu
from tests.screens.acting.acted_on import SIZE, Start, running, seen
from tests.screens.scripted import press, text_of, until, with_processes
from tests.screens.this_host import ThisHost, this_host

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
NICE = os.getpriority(os.PRIO_PROCESS, 0)
"""What the processes of a test start with."""


def tag_all(app: NodetopApp, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = app.screen
    assert isinstance(screen, NodeScreen)
    monkeypatch.setattr(screen.acting, "_targets", lambda: list(screen.state.rows))


async def test_a_signal_is_sent_after_the_question(start: Start) -> None:
    process = start()
    async with running(process) as (pilot, _):
        await press(pilot, "k")
        await seen(pilot, f"signal to sleep ({process.pid})", "15 TERM")
        await press(pilot, "enter")
        await seen(pilot, f"send TERM (15) to sleep ({process.pid})?", "sleep 60", "started")
        assert process.poll() is None
        for line in range(8):
            await pilot.click(Menu, offset=(9, line))
            await pilot._post_mouse_events([events.MouseScrollDown], Menu, offset=(9, line))
        await seen(pilot, f"send TERM (15) to sleep ({process.pid})?")
        assert process.poll() is None, "clicks do not answer"
        await press(pilot, "y")
        await until(pilot, lambda text: f"TERM sent to sleep ({process.pid})" in text)
    assert process.wait(10) == -signal.SIGTERM


@pytest.mark.parametrize("answer", ["escape", "n", "q"])
async def test_a_signal_that_is_not_confirmed_is_not_sent(start: Start, answer: str) -> None:
    process = start()
    async with running(process) as (pilot, app):
        await press(pilot, "f9", "9", "enter")
        await seen(pilot, "send KILL (9)")
        await press(pilot, answer)
        await until(pilot, lambda text: "send KILL" not in text)
        assert not app.screen.query(Menu) and app.is_running
    assert process.poll() is None


async def test_keys_typed_into_the_menu_are_the_menus_and_into_the_question_nobodys(start: Start) -> None:
    process = start()
    async with running(process) as (pilot, app):
        await press(pilot, "k", "q", "u", "i")
        await seen(pilot, "signal to")
        assert app.is_running
        await press(pilot, "enter")
        await seen(pilot, "send QUIT (3)")
        await press(pilot, "k", "p", "9", "f8", "down")
        assert "send QUIT (3)" in text_of(app) and os.getpriority(os.PRIO_PROCESS, process.pid) == NICE
    assert process.poll() is None


async def test_keys_that_come_at_once_go_where_they_belong(start: Start) -> None:
    process = start()
    async with running(process) as (pilot, app):
        await pilot.press("k", "enter", "enter")
        await until(pilot, lambda text: "TERM sent to" in text)
        assert isinstance(app.screen, NodeScreen)
    assert process.wait(10) == -signal.SIGTERM


async def test_the_list_goes_on_and_the_one_meant_stays(start: Start) -> None:
    process, other = start(), start()
    async with running(process) as (pilot, app):
        await press(pilot, "k", "enter")
        screen = app.screen
        assert isinstance(screen, NodeScreen) and screen.view.snapshot is not None
        source = screen.source
        assert isinstance(source, ThisHost)
        row = ProcessMetrics(pid=other.pid, name="other", cpu_percent=99.0, started_at=1.0)
        source.show(with_processes(screen.view.snapshot, [row]))
        await until(pilot, lambda text: str(other.pid) in text)
        await screen.run_action("nice(1)")  # as the palette does: about the other one, which the question is not
        await press(pilot, "enter")
        await until(pilot, lambda _: process.poll() is not None)  # what is said of it, the other may have replaced
    assert process.wait(10) == -signal.SIGTERM and other.poll() is None


async def test_a_pid_that_is_anothers_by_now_is_not_hit(start: Start) -> None:
    process = start()
    async with running(process, forge=-1.0) as (pilot, _):
        await press(pilot, "k", "9", "enter", "enter")
        await until(pilot, lambda text: f"process {process.pid} has ended; nothing was sent" in text)
        for key in ("f8", "i", "a"):
            await press(pilot, key)
            await until(pilot, lambda text: "nothing was changed" in text)
    assert process.poll() is None and os.getpriority(os.PRIO_PROCESS, process.pid) == NICE


async def test_one_that_ends_between_question_and_answer_is_told(start: Start) -> None:
    process = start()
    async with running(process) as (pilot, _):
        await press(pilot, "k", "enter")
        process.kill()
        process.wait()
        await press(pilot, "y")
        await until(pilot, lambda text: f"process {process.pid} has ended; nothing was sent" in text)


async def test_several_are_signalled_together_and_the_ones_refused_counted(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = [start() for _ in range(3)]
    async with running(*processes) as (pilot, app):
        tag_all(app, monkeypatch)
        processes[0].kill()
        processes[0].wait()
        await press(pilot, "k", "enter")
        await seen(pilot, "send TERM (15) to 3 processes?")
        await press(pilot, "enter")
        await until(pilot, lambda text: f"TERM sent to 2 processes; 1 refused: process {processes[0].pid}" in text)
    assert [process.wait(10) for process in processes[1:]] == [-signal.SIGTERM] * 2


async def test_nice_values_change_at_once_and_are_told(start: Start) -> None:
    process = start()
    async with running(process) as (pilot, _):
        await press(pilot, "f8")
        await until(pilot, lambda text: f"nice of sleep ({process.pid}): {NICE} to {NICE + 1}" in text)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == NICE + 1


async def test_cpus_are_chosen_from_a_list(start: Start) -> None:
    process = start()
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("there is one CPU alone")
    first = min(os.sched_getaffinity(0))
    async with running(process) as (pilot, _):
        await press(pilot, "a")
        await until(pilot, lambda text: f"CPUs of sleep ({process.pid})" in text and f"[x] CPU {first}" in text)
        await press(pilot, "a", "enter")  # all were on: now the first alone is
        await until(pilot, lambda text: f"CPUs {first} for sleep" in text)
        assert os.sched_getaffinity(process.pid) == {first}
        await press(pilot, "a")
        await until(pilot, lambda text: "CPUs of sleep" in text)
        await press(pilot, "space", "enter")
        await until(pilot, lambda text: "needs at least one CPU" in text)


async def test_an_io_priority_is_chosen_from_a_list(start: Start) -> None:
    import psutil

    process = start()
    async with running(process) as (pilot, _):
        await press(pilot, "i")
        await until(pilot, lambda text: f"I/O priority of sleep ({process.pid})" in text)
        await press(pilot, "down", "down", "enter")
        await until(pilot, lambda text: "I/O priority best-effort 1 for sleep" in text)
        assert tuple(psutil.Process(process.pid).ionice()) == (2, 1)


async def test_nodetop_itself_is_named_as_such() -> None:
    class Own:
        pid = os.getpid()

    async with running(Own()) as (pilot, _):  # type: ignore[arg-type]
        await press(pilot, "k", "enter")
        await seen(pilot, "this is nodetop itself")
        await press(pilot, "escape")


@pytest.mark.parametrize(("preset", "key", "name"), [("btop", "k", "KILL (9)"), ("btop", "t", "TERM (15)"),
                                                     ("vim", "x", "TERM (15)")])  # fmt: skip
async def test_the_keys_of_other_presets_ask_as_well(start: Start, preset: str, key: str, name: str) -> None:
    process = start()
    source = await this_host()
    source.show(await source.sample())
    app = NodetopApp(source, Settings(keys=preset))
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "kill" in text)
        # The keys that move the bar elsewhere do so here, though letters are those of names.
        await press(pilot, key, *(("j", "j", "k", "k") if preset == "vim" else ()), "enter")
        await seen(pilot, f"send {name}")
        await press(pilot, "escape")
    assert process.poll() is None
