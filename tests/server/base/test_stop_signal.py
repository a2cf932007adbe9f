"""Waiting for a signal to stop."""

import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from nodetop.server.base.stop_signal import StopSignal
from tests.server.servers import server, until


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_it_has_come_once_and_for_all() -> None:
    stop = StopSignal()
    stop.listen()
    assert not stop.wait(0.001)
    os.kill(os.getpid(), signal.SIGTERM)
    assert stop.wait() and stop.wait(0)


def test_a_signal_may_come_at_each_line_of_the_handler_and_of_the_wait() -> None:
    """With threading.Event this never ends."""
    stop, left = StopSignal(), 200
    stop.listen()

    def signalling(_frame: FrameType, _event: str, _argument: object) -> Callable[..., object]:
        nonlocal left
        if left:
            left -= 1
            signal.raise_signal(signal.SIGTERM if left % 2 else signal.SIGINT)
        return signalling

    tracer = sys.gettrace()
    sys.settrace(signalling)
    try:
        assert stop.wait(5)
    finally:
        sys.settrace(tracer)


def test_a_node_that_gets_many_signals_stops_once(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(secrets.token_hex(32))
    (tmp_path / "token").chmod(0o600)
    with server(tmp_path, "--join", "https://127.0.0.1:1", "--token-file", tmp_path / "token") as node:
        until(lambda: "uplink_waiting" in node.log, lambda: node.log)
        for number in (signal.SIGTERM, signal.SIGINT) * 50:
            node.process.send_signal(number)
        assert node.process.wait(20) == 0
        assert node.log.count("event=stopped") == 1
