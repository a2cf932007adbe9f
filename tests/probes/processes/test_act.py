"""Acts upon real processes: only the one that is meant, whatever has its number by now."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from nodetop.model.process_details import ProcessGone
from nodetop.probes.processes import act as process_act
from tests.probes.processes.pid_reuse import CANNOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
THREADS = (
    "import threading, time; [threading.Thread(target=time.sleep, args=(60,)).start() for _ in range(2)]; print(1)"
)


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(["sleep", "60"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def threads() -> Iterator[int]:
    """A process with three threads."""
    process = subprocess.Popen([sys.executable, "-u", "-c", THREADS], stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline()
    yield process.pid
    process.kill()
    process.wait()
    process.stdout.close()


def tasks(pid: int) -> list[int]:
    return sorted(map(int, os.listdir(f"/proc/{pid}/task")))


@pytest.mark.parametrize("with_descriptor", [True, False])
def test_sends_a_signal(
    sleeper: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch, with_descriptor: bool
) -> None:
    if not with_descriptor:
        monkeypatch.delattr(os, "pidfd_open")
    process_act.send_signal(sleeper.pid, signal.SIGTERM, lambda: True)
    assert sleeper.wait(10) == -signal.SIGTERM


@pytest.mark.parametrize("with_descriptor", [True, False])
def test_never_sends_to_one_that_started_at_another_time(
    sleeper: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch, with_descriptor: bool
) -> None:
    if not with_descriptor:
        monkeypatch.delattr(os, "pidfd_open")
    with pytest.raises(ProcessGone):
        process_act.send_signal(sleeper.pid, signal.SIGKILL, lambda: False)
    assert sleeper.poll() is None


def test_a_sandbox_that_refuses_descriptors_does_not_keep_signals_from_being_sent(
    sleeper: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(pid: int) -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "pidfd_open", refuse)
    process_act.send_signal(sleeper.pid, signal.SIGTERM, lambda: True)
    assert sleeper.wait(10) == -signal.SIGTERM


def test_the_comparison_comes_after_the_descriptor_is_held(sleeper: "subprocess.Popen[bytes]") -> None:
    before = len(os.listdir("/proc/self/fd"))

    def is_it() -> bool:
        assert len(os.listdir("/proc/self/fd")) == before + 1
        return False

    with pytest.raises(ProcessGone):
        process_act.send_signal(sleeper.pid, signal.SIGKILL, is_it)
    assert len(os.listdir("/proc/self/fd")) == before


def test_one_that_ended_is_gone() -> None:
    process = subprocess.Popen(["true"])
    process.wait()
    with pytest.raises(ProcessGone):
        process_act.send_signal(process.pid, signal.SIGTERM, lambda: True)
    with pytest.raises(ProcessGone):
        process_act.renice(process.pid, 1, lambda: True)


def own_nice() -> int:
    """What the processes of a test start with."""
    return os.getpriority(os.PRIO_PROCESS, 0)


def test_nice_values_change_for_each_thread_and_stop_at_the_ends(threads: int) -> None:
    raised = min(own_nice() + 3, 19)
    assert process_act.renice(threads, 3, lambda: True) == (own_nice(), raised)
    assert [os.getpriority(os.PRIO_PROCESS, task) for task in tasks(threads)] == [raised] * 3
    assert process_act.renice(threads, 40, lambda: True) == (raised, 19)


def test_affinity_changes_for_each_thread(threads: int) -> None:
    process_act.set_affinity(threads, {0}, lambda: True)
    assert all(os.sched_getaffinity(task) == {0} for task in tasks(threads))
    with pytest.raises(OSError):
        process_act.set_affinity(threads, set(), lambda: True)


def test_io_priority_changes_for_each_thread(threads: int) -> None:
    import psutil

    process_act.set_io_priority(threads, "best-effort", 6, lambda: True)
    assert {tuple(psutil.Process(task).ionice()) for task in tasks(threads)} == {(2, 6)}
    process_act.set_io_priority(threads, "idle", None, lambda: True)
    assert psutil.Process(threads).ionice().ioclass == 3


@pytest.mark.parametrize("act", ["renice", "affinity", "ionice"])
def test_nothing_is_changed_of_one_that_started_at_another_time(threads: int, act: str) -> None:
    with pytest.raises(ProcessGone):
        if act == "renice":
            process_act.renice(threads, 5, lambda: False)
        elif act == "affinity":
            process_act.set_affinity(threads, {0}, lambda: False)
        else:
            process_act.set_io_priority(threads, "idle", None, lambda: False)
    assert os.getpriority(os.PRIO_PROCESS, threads) == own_nice()


@pytest.mark.parametrize("way", ["pidfd", "no-pidfd"])
def test_a_pid_taken_again_is_not_hit(way: str) -> None:
    """With a real PID, in a PID namespace of its own."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("there is no unshare here")
    done = subprocess.run(
        [unshare, "--pid", "--fork", "--mount-proc", sys.executable, "-m", "tests.probes.processes.pid_reuse", way],
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    if "unshare" in done.stderr or done.returncode == CANNOT:
        pytest.skip(f"no PID namespace: {done.stderr.strip() or done.stdout.strip()}")
    assert done.returncode == 0, done.stderr
    *problems, state = done.stdout.splitlines()
    assert len(problems) == 4
    assert "has ended; nothing was sent" in problems[0]
    assert all("has ended; nothing was changed" in problem for problem in problems[1:])
    assert state == f"alive {own_nice()}"
