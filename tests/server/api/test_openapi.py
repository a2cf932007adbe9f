"""The OpenAPI document against the hub it describes: each route, method and token."""

import inspect
import itertools
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, NamedTuple

import msgspec
import pytest

from nodetop.alerts import api
from nodetop.model import hub_api, wire
from nodetop.model.hub_api import ErrorReply
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.api.routes import Api
from tests.server.servers import Server, full, push, sample, server, until

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
TOKENS = ("none", "wrong", "push", "read", "act")
_addresses = itertools.count(2)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    arguments = ("--listen", "127.0.0.1:0", "--node-name", "self")
    with server(tmp_path_factory.mktemp("openapi"), *arguments) as running, running.client("push") as pusher:
        push(pusher, sample("self", seq=1), full("full"))
        yield running


@pytest.fixture(scope="module")
def described(hub: Server) -> dict[str, Any]:
    with hub.client() as reader:
        found: dict[str, Any] = reader.get("/api/v2/openapi.json").json()
        return found


class Reply(NamedTuple):
    status: int
    kind: str
    """The content type."""
    allow: str
    body: bytes


def ask(hub: Server, method: str, path: str, token: str) -> Reply:
    """One request from its own address, so that failures do not add up. For a stream, its first line."""
    number = next(_addresses)
    shown = {"none": None, "wrong": "x" * 43}.get(token, hub.token(token) if token in ("push", "read", "act") else None)
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    body = None
    if (method, path) == ("POST", hub_api.PUSH_PATH):
        headers["Content-Type"] = "application/json"
        body = msgspec.json.encode(sample("other"))
    if method == "POST" and path.endswith(hub_api.ACT_PATHS):
        headers["Content-Type"] = "application/json"
        body = msgspec.json.encode({"rule": "silent", "seconds": 60} if path.endswith("mute") else {"id": _alert(hub)})
    source = f"127.0.{number // 250}.{number % 250 + 2}", 0
    connection = HTTPConnection("127.0.0.1", int(hub.url.rpartition(":")[2]), timeout=20, source_address=source)
    with closing(connection):
        connection.request(method, path.replace("{cluster}", "default").replace("{node}", "self"), body, headers)
        reply = connection.getresponse()
        kind = (reply.getheader("content-type") or "").partition(";")[0]
        content = reply.readline() if kind == "text/event-stream" else reply.read()
        return Reply(reply.status, kind, reply.getheader("allow") or "", content)


def _alert(hub: Server) -> str:
    """The id of an alert of the hub."""
    with hub.client() as reader:
        alerts = until(lambda: reader.get("/api/v2/clusters/default/alerts").json()["alerts"], "an alert opens")
        found: str = alerts[0]["id"]
        return found


def documented(described: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Operations by method and path."""
    return {
        (method.upper(), path): operation
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }


def test_each_route_method_and_token(hub: Server, described: dict[str, Any]) -> None:
    operations = documented(described)
    assert len(operations) > 10
    for path, method, token in itertools.product(described["paths"], METHODS, TOKENS):
        reply = ask(hub, method, path, token)
        expected = _expected(operations, method, path, token)
        assert reply.status == expected, (method, path, token)
        _check_body(method, reply, operations.get((method, path)), described)
        if expected == 405:
            allowed = {each.strip() for each in reply.allow.split(",")}
            assert allowed == {other for other in METHODS if (other, path) in operations}


def _expected(operations: dict[tuple[str, str], dict[str, Any]], method: str, path: str, token: str) -> int:
    """The expected status, from the tokens and methods of the path in the document."""
    (security,) = {msgspec.json.encode(op["security"]) for (_, other), op in operations.items() if other == path}
    schemes = [name for each in msgspec.json.decode(security) for name in each]
    if schemes and token in ("none", "wrong"):
        return 401
    if schemes and schemes != [f"{token}Token"]:
        return 403
    return 200 if (method, path) in operations else 405


def _check_body(method: str, reply: Reply, operation: dict[str, Any] | None, described: dict[str, Any]) -> None:
    """The reply has the type that the document gives for its status."""
    responses = (operation or {}).get("responses", {})
    assert operation is None or reply.status == 405 or str(reply.status) in responses
    if method == "HEAD" or reply.kind == "text/event-stream":
        return
    if reply.status != 200:
        assert reply.kind == "application/json"
        assert wire.decode(reply.body, ErrorReply).error.code
        return
    content = responses["200"]["content"]
    assert reply.kind == next(iter(content))
    name = content[reply.kind].get("schema", {}).get("$ref", "").rpartition("/")[2]
    if name:
        assert name in described["components"]["schemas"]
        wire.decode(
            reply.body, NodeSnapshot if name == "NodeSnapshot" else getattr(hub_api, name, None) or getattr(api, name)
        )


def test_it_has_every_route_of_the_router(hub: Server, described: dict[str, Any]) -> None:
    routes = inspect.getsource(Api.router).count(" Route(")
    assert len(described["paths"]) == routes


def test_every_reference_is_in_it(described: dict[str, Any]) -> None:
    text = msgspec.json.encode(described).decode()
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= described["components"]["schemas"].keys()
    for operation in documented(described).values():
        names = [name for each in operation["security"] for name in each]
        assert set(names) <= described["components"]["securitySchemes"].keys()


def test_an_unknown_path_is_404_with_a_token_and_401_without(hub: Server) -> None:
    for path in ("/", "/docs", "/api", "/api/v2/clusters/", "/metrics/", "/api/v2/openapi.json/"):
        assert ask(hub, "GET", path, "read").status == 404
        assert ask(hub, "GET", path, "none").status == 401
