"""Fixtures that the tests of this folder share."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server.servers import Server, server


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 1) as running:
        yield running


@pytest.fixture
def pusher(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("push") as client:
        yield client


@pytest.fixture
def reader(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("read") as client:
        yield client
