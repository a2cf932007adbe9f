"""The command as a script sees it: a real process, its output, its errors and its exit code."""

import json
import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nodetop.base.version import __version__
from nodetop.model import wire
from nodetop.recording.file import Reader
from tests.conftest import Nodetop
from tests.pty_terminal import Terminal

FAST = ("--interval", "0.25")
COMMAND = [sys.executable, "-m", "nodetop"]


def snapshots(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--intervall", "3"], "there is no option --intervall; did you mean --interval?"),
        (["--interval", "0.1"], "Invalid value for '--interval': 0.1 is not in the range 0.25 to 86400."),
        (["--interval", "nan"], "Invalid value for '--interval': nan is not a number of seconds."),
        (["--theme", "pink"], "Invalid value for '--theme': 'pink' is not a theme; known themes: "),
        (["--once", "--json"], "--once and --json cannot be combined"),
        (["--count", "3"], "--count needs --json"),
        (["--json", "--count", "x"], "Invalid value for '--count': 'x' is not a valid number."),
        (["--json", "--count", "-1"], "Invalid value for '--count': -1 is not in the range 0 or more."),
        (["--once", "--record", "x"], "--record needs the monitor or --json"),
        (["--args", "none"], "--args needs --record or --json"),
        (["--json", "--cluster", "http://127.0.0.1:1", "--args", "none"], "--args is for this host only"),
        (["--replay", __file__, "--record", "x"], "--record and --replay cannot be combined"),
        (["--speed", "2"], "--speed needs --replay"),
        (["--once", "--pin", "0" * 64], "--pin needs --cluster URL"),
        (["--check", "cpu<90", "--token-file", "x"], "--token-file needs --cluster URL"),
        (["--once", "--selector", 'job="node"'], "--selector needs --cluster URL"),
        (["--json", "--headers", "X-Scope-OrgID: a"], "--headers needs --cluster URL"),
        (["--once", "--insecure-http"], "--insecure-http needs --cluster URL"),
        (["--speed", "nan", "--replay", __file__], "Invalid value for '--speed': nan is not a finite number."),
        (["--json", "--record", ""], "Invalid value for '--record': the file name is empty."),
        (["--json", "--config", ""], "Invalid value for '--config': the file name is empty."),
        (["--check", "--cluster", "", "cpu<90"], "Invalid value for '--cluster': it is empty; leave it out, or give a"),
        (["--once", "--data-dir", ""], "Invalid value for '--data-dir': the folder name is empty."),
        (["--json", "--replay", __file__, "--speed", "2"], "--speed needs the monitor"),
        (["--json", "--replay", __file__], f"{__file__}:1: not a snapshot: "),
        (["--once", "--replay", "/dev/null/x"], "Invalid value for '--replay': "),
        (["--proc-root", "/no/such"], "Invalid value for '--proc-root': Directory '/no/such' does not exist."),
        (["--bogus"], "there is no option --bogus; see --help"),
        (
            ["--once", "--proc-root", str(Path(__file__).parent)],
            f"--proc-root: {Path(__file__).parent} is not a /proc: it has none of stat, meminfo",
        ),
        (["--config", "/no/such"], "/no/such: no such settings file"),
        (["extra"], "'extra' is not an option or a command; conditions need --check"),
        ([], "the monitor needs a terminal; scripts use --once or --json"),
    ],
)
def test_what_was_usage_error_is_one_line_and_exit_2(nodetop: Nodetop, arguments: list[str], message: str) -> None:
    done = nodetop(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"nodetop: {message}")
    assert done.stderr.count("\n") == 1


def test_a_wrong_variable_is_named(nodetop: Nodetop) -> None:
    done = nodetop("--json", env={**os.environ, "NODETOP_INTERVAL": "soon"})
    assert done.returncode == 2
    assert done.stderr == "nodetop: NODETOP_INTERVAL in the environment: 'soon' is not a valid number.\n"


def test_a_mode_cannot_be_asked_for_by_the_environment(nodetop: Nodetop) -> None:
    done = nodetop("--json", *FAST, env={**os.environ, "NODETOP_COUNT": "3", "NODETOP_ONCE": "1"})
    assert done.returncode == 0
    assert len(snapshots(done.stdout)) == 1


def test_a_wrong_settings_file_names_its_line(nodetop: Nodetop, home: Path) -> None:
    folder = home / ".config" / "nodetop"
    folder.mkdir(parents=True)
    (folder / "nodetop.toml").write_text("\nintervall = 3\n")
    done = nodetop("--json")
    assert done.returncode == 2
    assert done.stderr == f"nodetop: {folder}/nodetop.toml:2: unknown key 'intervall'; did you mean 'interval'?\n"


def test_version_and_help(nodetop: Nodetop) -> None:
    assert nodetop("--version").stdout == f"nodetop {__version__}\n"
    help_ = nodetop("-h")
    assert help_.returncode == 0
    assert "--interval" in help_.stdout


def test_json_is_one_snapshot_with_rates_on_one_line(nodetop: Nodetop) -> None:
    done = nodetop("--json", *FAST)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    snapshot = wire.decode_snapshot(done.stdout)
    assert snapshot.interval is not None
    assert snapshot.interval >= 0.25
    assert snapshot.cpu is not None
    assert snapshot.cpu.busy_percent is not None
    assert snapshot.processes is not None
    assert os.getpid() in {row.pid for row in snapshot.processes.rows}


def test_any_count_will_do(tmp_path: Path, nodetop: Nodetop) -> None:
    nodetop("--json", *FAST, "--count", "2", "--record", tmp_path / "r")
    for count, lines in (("1", 1), (str(10**30), 2), ("0", 2)):
        done = nodetop("--json", "--replay", tmp_path / "r", "--count", count)
        assert (done.returncode, done.stdout.count("\n"), done.stderr) == (0, lines, "")


def test_a_name_given_to_this_host_is_made_safe(nodetop: Nodetop) -> None:
    assert snapshots(nodetop("--json", *FAST, "--node-name", "a\x1b[31m").stdout)[0]["node"] == "a\u00b7[31m"


def test_json_prints_as_many_as_asked_on_a_fixed_grid(nodetop: Nodetop) -> None:
    lines = snapshots(nodetop("--json", *FAST, "--count", "4").stdout)
    assert len(lines) == 4
    assert [line["seq"] for line in lines] == [2, 3, 4, 5]
    assert all(line["interval"] for line in lines)


def test_json_goes_on_for_ever_and_a_reader_that_leaves_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "--json", *FAST, "--count", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        for _ in range(3):
            wire.decode_snapshot(run.stdout.readline())
        run.stdout.close()
        assert run.wait(50) == 0
        assert run.stderr.read() == b""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--once", *FAST]])
def test_a_pipe_closed_from_the_start_is_no_error(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*COMMAND, *arguments], stdout=write, stderr=subprocess.PIPE, timeout=50, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def buffered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's streams keep what they could not write, as they do unless the environment says otherwise."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


@pytest.mark.parametrize("arguments", [["--json", *FAST], ["--once", *FAST], ["--help"], ["--check", "cpu<101"]])
def test_a_full_disk_is_one_line(nodetop: Nodetop, arguments: list[str], buffered: None) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with open("/dev/full", "w") as full:
        done = nodetop(*arguments, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr) == (1, "nodetop: No space left on device\n")


@pytest.mark.parametrize("mode", ["--json", "--once"])
def test_without_standard_output_it_says_so(nodetop: Nodetop, mode: str) -> None:
    done = nodetop(mode, *FAST, capture_output=False, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    assert (done.returncode, done.stderr) == (1, "nodetop: standard output is closed\n")


@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full"])
def test_without_standard_error_nothing_is_said_elsewhere(where: str, buffered: None) -> None:
    command = f"{' '.join(COMMAND)} --count 3 {where}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=50, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


def test_an_interrupt_is_quiet() -> None:
    with subprocess.Popen(
        [*COMMAND, "--json", *FAST, "--count", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        assert run.wait(50) == 130
        assert run.stderr.read() == b""


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_what_json_recorded_is_replayed_as_it_was(nodetop: Nodetop, tmp_path: Path, name: str) -> None:
    printed = nodetop("--json", *FAST, "--count", "3", "--record", tmp_path / name, "--args", "full")
    assert printed.returncode == 0
    replayed = nodetop("--json", "--replay", tmp_path / name)
    assert snapshots(replayed.stdout) == snapshots(printed.stdout)
    first = nodetop("--json", "--count", "2", "--replay", tmp_path / name)
    assert snapshots(first.stdout) == snapshots(printed.stdout)[:2]
    again = nodetop("--json", "--record", tmp_path / name)
    assert again.returncode == 2
    assert again.stderr == f"nodetop: {tmp_path / name} already exists; --record needs a new file\n"


def test_a_recording_is_private_and_holds_no_secret(nodetop: Nodetop, tmp_path: Path) -> None:
    with subprocess.Popen(["mysql", "-c", SLEEP, "-phunter2sec"], executable=sys.executable) as child:
        try:
            assert_recorded(nodetop, tmp_path, child.pid)
        finally:
            child.kill()


SLEEP = "__import__('time').sleep(600)"
FULL, REDACTED = f"mysql -c {SLEEP} -phunter2sec", f"mysql -c {SLEEP} -p***"


def assert_recorded(nodetop: Nodetop, folder: Path, pid: int) -> None:
    def commands(text: str) -> set[str]:
        rows = [row for snapshot in snapshots(text) for row in snapshot["processes"]["rows"]]
        return {row["command"] for row in rows if row["pid"] == pid} - {""}  # on a busy machine not in the first

    for number, (name, args, printed, recorded) in enumerate(
        (
            ("r.jsonl", [], FULL, REDACTED),  # what is printed stays on this machine
            ("r.jsonl.gz", ["--args", "redacted"], REDACTED, REDACTED),
            ("r.jsonl", ["--args", "full"], FULL, FULL),
            ("r.jsonl.gz", ["--args", "none"], "", ""),
        )
    ):
        path = folder / f"{number}-{name}"
        done = nodetop("--json", *FAST, "--count", "3", "--record", path, *args)
        assert commands(done.stdout) == {printed} - {""}
        kept = b"".join(wire.encode(snapshot) + b"\n" for snapshot in Reader(path))
        assert commands(kept.decode()) == {recorded} - {""}
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_recording_cut_short_is_read_and_told(nodetop: Nodetop, tmp_path: Path) -> None:
    path = tmp_path / "r"
    nodetop("--json", *FAST, "--count", "2", "--record", path)
    path.write_bytes(path.read_bytes()[:-20])
    done = nodetop("--json", "--replay", path)
    assert (done.returncode, len(snapshots(done.stdout))) == (0, 1)
    assert done.stderr == f"nodetop: {path}:3: the last snapshot is incomplete and was skipped\n"


def test_a_recording_that_outgrows_its_disk_is_one_line(nodetop: Nodetop, tmp_path: Path) -> None:
    done = nodetop(
        *("--json", *FAST, "--count", "0", "--record", tmp_path / "r"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        capture_output=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert (done.returncode, done.stderr) == (1, f"nodetop: recording to {tmp_path / 'r'} stopped: File too large\n")


def test_once_says_what_the_json_says(nodetop: Nodetop, tmp_path: Path) -> None:
    nodetop("--json", *FAST, "--record", tmp_path / "r")
    done = nodetop("--once", "--replay", tmp_path / "r")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    for word in ("CPU", "Load", "Memory", "processes", "PID"):
        assert word in done.stdout


def test_completion_for_shells_is_there(nodetop: Nodetop) -> None:
    done = nodetop(env={**os.environ, "_NODETOP_COMPLETE": "zsh_source"})
    assert "compdef" in done.stdout


def test_the_monitor_wants_a_terminal_on_both_sides() -> None:
    with Terminal(command=["/bin/sh", "-c", f"{' '.join(COMMAND)} | cat"]) as terminal:
        terminal.wait_for("the monitor needs a terminal")
        terminal.wait_end()
