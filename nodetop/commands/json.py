"""Snapshots on standard output as lines of JSON, for scripts."""

import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from nodetop.base.grid import next_tick
from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot


def print_snapshots(snapshots: Iterable[NodeSnapshot], count: int, out: BinaryIO) -> None:
    """One line each, handed on at once; `count` of them, 0 for all. Raises OSError."""
    numbers = range(count) if count else itertools.count()
    for _, snapshot in zip(numbers, snapshots, strict=False):
        out.write(wire.encode(snapshot) + b"\n")
        out.flush()


def sampled(
    sample: Callable[[], NodeSnapshot],
    interval: float,
    first_gap: float,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Iterator[NodeSnapshot]:
    """Snapshots for ever, all with rates: a first sample is taken and kept back, `first_gap` seconds before the next.

    They lie on a fixed grid of `interval` seconds, whatever work and reader take; points of it that were missed are
    left out.
    """
    sample()
    due = monotonic() + first_gap
    while True:
        sleep(max(0.0, due - monotonic()))
        yield sample()
        due = next_tick(due, interval, monotonic())


def standard_output() -> BinaryIO:
    """Raises OSError where the command was started without one."""
    if sys.stdout is None:
        raise OSError("standard output is closed")
    return sys.stdout.buffer
