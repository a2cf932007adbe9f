"""The real command on a real terminal, with a hub that does what harms: it stays, answers keys, and ends when told."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.fuzz.conftest import Seeds
from tests.fuzz.hostile_hub import HostileHub, hostile_hub
from tests.pty_terminal import Terminal

WAYS = [name.removeprefix("do_") for name in dir(HostileHub) if name.startswith("do_")]
NEVER = (b"\x1b]", b"\x1b[6n", b"\x1bP", b"\xc2\x9b", b"\xc2\x9d", b"\x9b6n", b"\x1b\\", b"\x07", b"\xe2\x80\xae")
"""What a hub would make of the terminal, and nodetop never sends."""
MEGABYTES = 400
KEYS = ("\x1b[B", "\r", "w", "1", "m", "p", "?", "\x1b", "a", "e", "/", "x", "\x7f", "\t", "t", "S", "<", ">", "T")
END_SECONDS = 8
"""For a machine busy with other tests; nodetop.commands.monitor.run_app sees to it that it is below one."""


def token(folder: Path) -> Path:
    path = folder / "read.token"
    path.write_text("x" * 43 + "\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("how", WAYS)
def test_a_hub_that_harms(how: str, seeds: Seeds, tmp_path: Path) -> None:
    for seed in seeds():
        random = Random(seed)
        columns, rows = random.choice(((80, 24), (30, 9), (140, 45)))
        with (
            hostile_hub(how, seed) as url,
            Terminal("--cluster", url, "--token-file", token(tmp_path), columns=columns, rows=rows) as terminal,
        ):
            terminal.wait_for(lambda text: "NODE" in text)
            for key in random.choices(KEYS, k=6):
                terminal.press(key)
                terminal.take_for(0.15)
            resident = resident_megabytes(terminal.process.pid)
            assert resident < MEGABYTES, resident
            terminal.press("\x1b\x03")
            began = time.monotonic()
            assert terminal.wait_end(END_SECONDS) == 0, terminal.text
            print(f"{how}, {seed}: {resident:.0f} MiB, ended after {time.monotonic() - began:.2f} s")
            found = [each for each in NEVER if each in terminal.raw]
            assert not found, (seed, found)
            assert b"Traceback" not in terminal.raw


def resident_megabytes(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 2**20


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_hub_that_never_answers_can_be_left(scheme: str, tmp_path: Path) -> None:
    """It hangs before the first answer, in the midst of TLS or of HTTP."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
        with Terminal("--cluster", url, "--token-file", token(tmp_path)) as terminal:
            connection, _ = listening.accept()  # whether it listens
            connection.close()
            connection, _ = listening.accept()
            terminal.press("\x03")
            assert terminal.wait_end(END_SECONDS) != 0
            connection.close()
