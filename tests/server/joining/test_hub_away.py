"""A node that has joined, and is started while its hub does not answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from nodetop.base.join_code import JoinCode
from tests.server.joining.test_join import HUB, invited, local, reader
from tests.server.servers import refused, rows, server, until


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_a_node_that_is_started_with_a_new_code_samples_while_its_hub_is_away(tmp_path: Path, stack: ExitStack) -> None:
    hub = stack.enter_context(server(tmp_path / "hub", *HUB))
    words = ("--join", local(hub), "--node-name", "web-1", "--interval", 1)
    first, second = invited(hub), invited(hub)
    stack.enter_context(server(tmp_path / "node", *words, "--code", first)).end()
    port = urlsplit(hub.url).port
    hub.end()
    node = stack.enter_context(server(tmp_path / "node", *words, "--code", second))
    until(lambda: "event=not_joined_again" in node.log and list((node.folder / "data").rglob("spool/*")))
    again = stack.enter_context(server(tmp_path / "hub", "--listen", f"0.0.0.0:{port}", *HUB[2:]))
    client = stack.enter_context(reader(again))
    until(lambda: "default/web-1" in rows(client), lambda: node.log + again.log)
    node.end()
    again.end()
    code, line = refused(tmp_path / "node", *words, "--code", JoinCode.new(b"x" * 20).text)
    assert code == 1 and "connection refused" in line, "a code of a hub with another key needs that hub"
