"""Fixtures that the tests of this folder share."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.server.servers import IMPATIENT_COMMAND, Server, server


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 1) as running:
        yield running


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One hub for the tests of a module that leave no trace in it which another could meet."""
    folder = tmp_path_factory.mktemp("shared")
    with server(folder, "--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 1, HOME=str(folder)) as running:
        yield running


@pytest.fixture
def shared_pusher(shared_hub: Server) -> Iterator[httpx.Client]:
    with shared_hub.client("push") as client:
        yield client


@pytest.fixture
def shared_reader(shared_hub: Server) -> Iterator[httpx.Client]:
    with shared_hub.client("read") as client:
        yield client


@pytest.fixture
def impatient_hub(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0", command=IMPATIENT_COMMAND) as running:
        yield running


@pytest.fixture
def impatient_reader(impatient_hub: Server) -> Iterator[httpx.Client]:
    with impatient_hub.client("read") as client:
        yield client


@pytest.fixture
def pusher(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("push") as client:
        yield client


@pytest.fixture
def reader(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("read") as client:
        yield client
