"""A running sender, the samples given to it, and what a scripted hub received."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nodetop.base.hub_address import parse_hub_url
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.server.uplink.sender import Uplink
from tests.server.scripted_hub import Heard, seqs

TOKEN = "t0ken-with-enough-characters-in-it"


def snapshot(seq: int, age: float = 0.0) -> NodeSnapshot:
    rows = (ProcessMetrics(pid=1, name="init"),)
    return NodeSnapshot(
        node="web-01", taken_at=time.time() - age, boot_id="b", seq=seq, processes=ProcessSummary(total=1, rows=rows)
    )


@contextmanager
def uplink(url: str, folder: Path, **options: Any) -> Iterator[Uplink]:
    sender = Uplink(
        parse_hub_url(url),
        token=options.pop("token", lambda: TOKEN),
        instance_id="0" * 32,
        folder=folder,
        interval=0.0,
        **options,
    )
    sender.start()
    try:
        yield sender
    finally:
        sender.close()


def wait_until(condition: Callable[[], bool], timeout: float = 20) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)


def distinct(heard: Heard) -> set[int]:
    return {seq for body in heard.bodies for seq in seqs(body)}
