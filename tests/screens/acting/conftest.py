"""Processes to act upon."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.screens.acting.acted_on import Start


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts processes that sleep."""
    processes: list[subprocess.Popen[bytes]] = []

    def begin() -> "subprocess.Popen[bytes]":
        processes.append(subprocess.Popen(["sleep", "60"]))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()
        process.wait()
