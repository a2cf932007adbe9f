"""Bodies count by the bytes that arrived, and the client that holds the most loses one first."""

import socket
from pathlib import Path

import httpx
import pytest

from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.http.body_budget import Body, BodyBudget
from tests.server.servers import push, sample, server, until


def receiving(body: Body, aborted: list[Body]) -> Body:
    body.abort = lambda: aborted.append(body)
    return body


def test_over_the_limit_the_largest_body_of_the_heaviest_client_is_given_up() -> None:
    budget, aborted = BodyBudget(100), list[Body]()
    with budget.body(b"greedy") as one, budget.body(b"greedy") as two, budget.body(b"honest") as honest:
        for body, count in ((one, 30), (two, 40), (honest, 30)):
            budget.add(receiving(body, aborted), count)
        assert aborted == []
        budget.add(honest, 1)
        assert aborted == [two] and two.is_aborted
        budget.add(honest, 38)  # what the given up body held is free
        assert aborted == [two]


def test_the_client_that_holds_most_is_refused_itself() -> None:
    budget, aborted = BodyBudget(100), list[Body]()
    with budget.body(b"greedy") as greedy, budget.body(b"honest") as honest:
        budget.add(receiving(honest, aborted), 40)
        with pytest.raises(Refusal) as error:
            budget.add(receiving(greedy, aborted), 61)
        assert (error.value.status, error.value.code, aborted) == (503, "busy", [])


def test_bodies_that_are_complete_are_not_given_up_but_count() -> None:
    budget = BodyBudget(100)
    with budget.body(b"a") as complete, budget.body(b"b") as other:
        budget.add(complete, 90)
        other.abort = lambda: pytest.fail("refused by add()")
        with pytest.raises(Refusal):
            budget.add(other, 11)
    with budget.body(b"c") as later:
        budget.add(later, 100)


def test_slow_pushes_that_announce_much_cost_nobody_else_a_push(tmp_path: Path) -> None:
    with (
        server(tmp_path / "hub", "--listen", "127.0.0.1:0") as hub,
        hub.client("push") as pusher,
        hub.client() as reader,
    ):
        head = (
            f"POST /metrics/node HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {hub.token('push')}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {1024 * 1024}\r\n\r\n"
        ).encode()
        address = "127.0.0.1", pusher.base_url.port or 0
        count = limits.BODIES_IN_FLIGHT // (1024 * 1024) + 4
        slow = [socket.create_connection(address, timeout=20) for _ in range(count)]
        for each in slow:
            each.sendall(head)
        assert [push(pusher, sample(seq=seq)).status_code for seq in range(20)] == [200] * 20
        # As much as they can hold: all of their bodies but one byte. From another address than the honest one.
        transport = httpx.HTTPTransport(local_address="127.0.0.2")
        for each in slow:
            each.sendall(b" " * (1024 * 1024 - 1))
        with httpx.Client(base_url=hub.url, transport=transport, headers=pusher.headers, timeout=20) as other:
            assert [push(other, sample("b", seq=seq)).status_code for seq in range(20)] == [200] * 20
        until(lambda: reader.get("/api/v2/status").json()["counters"].get("refused_busy", 0) >= 4)
        for each in slow:
            each.close()
