"""Details of real processes: what they opened, were started with and may do; and why something is not there."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodetop.model.process_details import Connection, ProcessDetails, ProcessGone
from nodetop.probes.host_files import HostFiles
from nodetop.probes.portable.details import PortableDetails
from nodetop.probes.processes import details as process_details
from nodetop.probes.processes.details import LinuxDetails, kind_of
from tests.probes.processes.process_tree import ProcessTree

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
SCRIPT = Path(__file__).with_name("known_process.py")
HOSTILE = "\x1b]52;c;AAAA\x07[/bold]"


class Known:
    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process = process
        self.folder = folder
        assert process.stdout is not None
        self.opened: dict[str, Any] = json.loads(process.stdout.readline())

    def details(self) -> ProcessDetails:
        return LinuxDetails(HostFiles()).read(self.process.pid, 1.0, lambda: True)


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Known]:
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), str(tmp_path), HOSTILE, ""],
        env={"PATH": "/bin", "EVIL": HOSTILE, "EMPTY": "", "[b]": "x=y"},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Known(process, tmp_path)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_a_process_is_told_whole(known: Known) -> None:
    found = known.details()
    assert found.arguments.value == (sys.executable, str(SCRIPT), str(known.folder), HOSTILE, "")
    assert found.executable.value == os.path.realpath(f"/proc/{known.process.pid}/exe")
    assert found.working_folder.value == str(known.folder)
    variables = dict(found.environment.value or ())
    assert (variables["EVIL"], variables["EMPTY"], variables["[b]"]) == (HOSTILE, "", "x=y")
    assert found.memory.value and found.memory.value.resident_bytes and found.memory.value.anonymous_bytes
    assert found.proportional.value and found.proportional.value.proportional_bytes
    assert found.activity.value and found.activity.value.minor_faults
    assert found.io.value and found.io.value.read_calls
    assert found.scheduling.value and found.scheduling.value.nice == os.getpriority(os.PRIO_PROCESS, 0)
    assert set(found.scheduling.value.cpus or ()) == os.sched_getaffinity(known.process.pid)
    assert found.security.value and found.security.value.effective_uid == os.geteuid()
    limits = {limit.name: limit for limit in found.limits.value or ()}
    assert limits["open files"].soft is not None
    assert found.cgroup.value is not None and found.cgroup.value.paths


def test_open_files_are_told_with_their_kind_and_mode(known: Known) -> None:
    found = known.details().files.value
    assert found is not None
    by_number = {each.descriptor: each for each in found.entries}
    file = by_number[known.opened["file"]]
    assert file.target == f"{known.folder}/evil\x1b[31m [bold]x[b] \ufffd"
    assert (file.kind, file.mode) == ("file", "rw")
    assert by_number[1].kind == "pipe" and by_number[1].mode == "w"
    assert found.total == len(found.entries) == sum(count for _, count in found.kinds)
    assert dict(found.kinds)["socket"] == 5


def test_sockets_are_told_with_addresses_and_state(known: Known) -> None:
    found = {each.descriptor: each for each in known.details().connections.value or ()}
    (listening, port), (client, client_port) = known.opened["listening"], known.opened["client"]
    assert found[listening] == Connection(
        descriptor=listening, protocol="tcp", local=f"127.0.0.1:{port}", state="listen"
    )
    assert found[client] == Connection(
        descriptor=client, protocol="tcp", local=f"127.0.0.1:{client_port}", remote=f"127.0.0.1:{port}",
        state="established",
    )  # fmt: skip
    assert found[known.opened["peer"][0]].remote == f"127.0.0.1:{client_port}"
    assert found[known.opened["datagrams"][0]].protocol == "udp"
    named = found[known.opened["named"][0]]
    assert (named.local, named.state) == (f"{known.folder}/socket", "stream, listen")


def test_files_beyond_the_most_are_counted_alone(known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_details, "MOST_FILES", 3)
    found = known.details().files.value
    assert found is not None and len(found.entries) == 3 and found.total > 3


def test_files_that_may_be_counted_but_not_read_are_not_told_as_none(
    known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> str:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(process_details.os, "readlink", refuse)
    found = known.details()
    for part in (found.files, found.connections):
        assert part.value is None
        assert part.missing == "permission denied: the process is protected"


def test_a_process_that_ended_is_gone(known: Known) -> None:
    known.process.kill()
    known.process.wait()
    with pytest.raises(ProcessGone):
        known.details()


def test_one_whose_number_is_anothers_by_now_is_gone_and_nothing_of_the_other_is_told(known: Known) -> None:
    answers = iter([True, False])
    with pytest.raises(ProcessGone):
        LinuxDetails(HostFiles()).read(known.process.pid, 1.0, lambda: next(answers))


def test_a_zombie_says_what_it_no_longer_has(known: Known) -> None:
    known.process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, known.process.pid, os.WEXITED | os.WNOWAIT)
    found = known.details()
    assert found.memory.missing == "it has already freed its memory"
    assert found.arguments.value in ((), None)
    assert found.executable.missing is not None


@pytest.mark.skipif(not Path("/proc/2/stat").exists(), reason="sees no threads of the kernel")
def test_a_kernel_thread_says_that_it_has_none() -> None:
    found = LinuxDetails(HostFiles()).read(2, 1.0, lambda: True)
    assert found.memory.missing is not None and found.executable.missing is not None
    assert found.arguments.value in ((), None)


def test_a_process_that_holds_its_memorys_lock_delays_two_seconds_at_most_and_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_details, "_WAIT_SECONDS", 0.05)
    tree = ProcessTree(tmp_path)
    folder = tree.put(7)
    (folder / "fd").mkdir()
    (folder / "cmdline").unlink()
    os.mkfifo(folder / "cmdline")  # to open it waits for a writer
    reader = LinuxDetails(tree.files)
    for _ in range(2):
        found = reader.read(7, 1.0, lambda: True)
        assert found.arguments.missing == found.environment.missing == process_details._HANGS
        assert found.files.value is not None and found.cgroup.value is not None
    waiting = [thread for thread in threading.enumerate() if thread.name == "nodetop-details"]
    assert len(waiting) == 1
    with open(folder / "cmdline", "wb") as pipe:
        pipe.write(b"hello\0")
    waiting[0].join(10)
    (folder / "cmdline").unlink()
    (folder / "cmdline").write_bytes(b"again\0")
    assert reader.read(7, 1.0, lambda: True).arguments.value == ("again",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes nobody")
def test_another_users_process_keeps_its_secrets_and_cannot_be_acted_upon(known: Known) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.probes.as_nobody", str(known.process.pid)],
        capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    for part in ("environment", "files", "connections", "io"):
        assert told[part] == "permission denied: another user's process"
    assert str(SCRIPT) in told["arguments"]
    for act in ("signal", "renice", "affinity", "ionice"):
        assert told[act] == "root's process: permission denied; run nodetop with sudo"
    assert told["own renice"] == "permission denied: only root can raise a priority; run nodetop with sudo"
    assert known.process.poll() is None


def test_kinds_of_descriptors() -> None:
    targets = ["socket:[1]", "pipe:[2]", "/dev/null", "/memfd:x (deleted)", "/etc/passwd", "anon_inode:[eventfd]"]
    assert [kind_of(target) for target in targets] == ["socket", "pipe", "device", "memory", "file", "other"]


def test_the_portable_reader_tells_the_same(known: Known) -> None:
    found, expected = PortableDetails().read(known.process.pid, 1.0, lambda: True), known.details()
    assert found.arguments == expected.arguments and found.working_folder == expected.working_folder
    assert dict(found.environment.value or ())["EVIL"] == HOSTILE
    ours = {(each.descriptor, each.local) for each in expected.connections.value or ()}
    assert {(each.descriptor, each.local) for each in found.connections.value or ()} == ours
    assert found.security.value and found.security.value.effective_uid == os.geteuid()
    assert found.limits.missing == "not available on this system"
    with pytest.raises(ProcessGone):
        PortableDetails().read(known.process.pid, 1.0, lambda: False)
