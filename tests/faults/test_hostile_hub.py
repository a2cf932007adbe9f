"""The monitor of a cluster whose hub does harm: keys have an effect, and q ends it."""

import time
from pathlib import Path

import pytest

from tests.faults.conftest import Fault
from tests.fuzz.hostile_hub import hostile_hub
from tests.fuzz.test_hostile_hub import END_SECONDS, WAYS, token
from tests.pty_terminal import Terminal

PRESSES = 6


@pytest.mark.long
@pytest.mark.parametrize("how", WAYS)
def test_keys_and_the_way_out(how: str, tmp_path: Path, fault: Fault) -> None:
    with (
        fault(f"a hub's stream: {how}", "each key has an effect; q ends the monitor with 0") as measured,
        hostile_hub(how, 1) as url,
        Terminal("--cluster", url, "--token-file", token(tmp_path), columns=100, rows=30) as terminal,
    ):
        terminal.wait_for(lambda text: "NODE" in text)
        terminal.take_for(1.0)  # so that it is in the middle of what the hub does
        seconds = []
        for _ in range(PRESSES):
            for key, shown in (("?", True), ("\x1b", False)):
                began = time.monotonic()
                terminal.press(key)
                terminal.wait_for(lambda text, shown=shown: ("Esc close" in text) == shown)
                seconds.append(time.monotonic() - began)
        terminal.press("q")
        began = time.monotonic()
        assert terminal.wait_end(END_SECONDS) == 0, terminal.text
        assert b"Traceback" not in terminal.raw
        measured(f"slowest key {max(seconds) * 1000:.0f} ms, end {time.monotonic() - began:.2f} s")
