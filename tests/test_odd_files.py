"""What is no file, given as one: both commands end with one line, and neither wait nor read for ever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.base import files

NODETOP = [sys.executable, "-m", "nodetop"]
SERVER = [sys.executable, "-c", "from nodetop.server.cli import main; main()", "--data-dir", "data"]
HUB = "https://127.0.0.1:9"


@pytest.mark.parametrize(
    "command",
    [
        [*NODETOP, "--once", "--config"],
        [*NODETOP, "--once", "--replay"],
        [*NODETOP, "alerts", "try", "cpu=70", "--replay"],
        [*NODETOP, "--cluster", HUB, "--once", "--ca-file"],
        [*NODETOP, "--cluster", f"prometheus+{HUB}", "--once", "--tls-key", "/etc/hostname", "--tls-cert"],
        [*NODETOP, "export", "--since", "-1h", "--force"],
        [*SERVER, "--config"],
        [*SERVER, "--join", HUB, "--token-file", "token", "--ca-file"],
        [*SERVER, "--listen", "127.0.0.1:0", "--tls-key", "token", "--tls-cert"],
    ],
    ids=lambda command: " ".join(command[3:]),
)
def test_a_pipe_or_a_device_is_refused_in_one_line(tmp_path: Path, command: list[str]) -> None:
    token = tmp_path / "token"
    token.write_text("abcdefghijklmnopqrstuvwxyz\n")
    token.chmod(0o600)
    os.mkfifo(tmp_path / "pipe", 0o600)
    for odd in ("pipe", "/dev/zero") if command[-1] in ("--config", "--ca-file") else ("pipe",):
        ran = subprocess.run([*command, odd], cwd=tmp_path, capture_output=True, text=True, timeout=50, check=False)
        assert ran.returncode in (1, 2) and len(ran.stderr.splitlines()) == 1, ran.stderr
        assert "ot a regular file" in ran.stderr and odd in ran.stderr


def test_only_regular_files_are_read_and_replaced(tmp_path: Path) -> None:
    pipe, link, large = tmp_path / "pipe", tmp_path / "link", tmp_path / "large"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(OSError, match="Not a regular file"):
            files.read_given(path)
        with pytest.raises(OSError, match="Not a regular file"):
            files.write_atomically(path, [b"new"], links="replace")
    assert pipe.is_fifo() and link.is_symlink()
    with pytest.raises(IsADirectoryError):
        files.read_given(tmp_path)
    large.touch()
    os.truncate(large, 2**40)
    with pytest.raises(OSError, match="File too large"):
        files.read_given(large)
    link.unlink()
    link.symlink_to("small")
    (tmp_path / "small").write_bytes(b"small")
    assert files.read_given(link) == b"small"


def test_no_settings_at_all_can_be_asked_for(tmp_path: Path) -> None:
    ran = subprocess.run(
        [*NODETOP, "--config", os.devnull, "--check", "cpu<200"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
