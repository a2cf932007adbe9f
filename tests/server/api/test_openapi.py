"""The OpenAPI document against the hub it describes: each route, method and token."""

import itertools
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import msgspec
import pytest

from nodetop.model import hub_api, wire
from nodetop.model.hub_api import ErrorReply
from nodetop.model.snapshot import NodeSnapshot
from tests.server.servers import Server, push, sample, server

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
TOKENS = ("none", "wrong", "push", "read")
_addresses = itertools.count(2)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    arguments = ("--listen", "127.0.0.1:0", "--node-name", "self")
    with server(tmp_path_factory.mktemp("openapi"), *arguments) as running, running.client("push") as pusher:
        push(pusher, sample("self", seq=1))
        yield running


@pytest.fixture(scope="module")
def described(hub: Server) -> dict[str, Any]:
    with hub.client() as reader:
        found: dict[str, Any] = reader.get("/api/v2/openapi.json").json()
        return found


def ask(hub: Server, method: str, path: str, token: str) -> httpx.Response:
    """One request from an address of its own, so that no failure counts for another."""
    number = next(_addresses)
    transport = httpx.HTTPTransport(local_address=f"127.0.{number // 250}.{number % 250 + 2}")
    shown = {"none": None, "wrong": "x" * 43}.get(token, hub.token(token) if token in ("push", "read") else None)
    headers = {"Authorization": f"Bearer {shown}"} if shown else {}
    if path == hub_api.PUSH_PATH and method == "POST":
        headers["Content-Type"] = "application/json"
    filled = path.replace("{cluster}", "default").replace("{node}", "self")
    with httpx.Client(base_url=hub.url, transport=transport, headers=headers, timeout=20) as client:
        content = msgspec.json.encode(sample("other")) if method == "POST" and path == hub_api.PUSH_PATH else None
        with client.stream(method, filled, content=content) as reply:
            if reply.headers.get("content-type", "").startswith("text/event-stream"):
                next(reply.iter_lines())
            else:
                reply.read()
            return reply


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
        assert reply.status_code == expected, (method, path, token)
        _check_body(reply, operations.get((method, path)), described)
        if expected == 405:
            allowed = {each.strip() for each in reply.headers["allow"].split(",")}
            assert allowed == {other for other in METHODS if (other, path) in operations}


def _expected(operations: dict[tuple[str, str], dict[str, Any]], method: str, path: str, token: str) -> int:
    """The status, by what the document says of the path's tokens and methods."""
    (security,) = {msgspec.json.encode(op["security"]) for (_, other), op in operations.items() if other == path}
    schemes = [name for each in msgspec.json.decode(security) for name in each]
    if schemes and token in ("none", "wrong"):
        return 401
    if schemes and schemes != [f"{token}Token"]:
        return 403
    return 200 if (method, path) in operations else 405


def _check_body(reply: httpx.Response, operation: dict[str, Any] | None, described: dict[str, Any]) -> None:
    """What the reply has is of the type that the document names for its status."""
    kind = reply.headers.get("content-type", "").partition(";")[0]
    responses = (operation or {}).get("responses", {})
    assert operation is None or reply.status_code == 405 or str(reply.status_code) in responses
    if reply.request.method == "HEAD" or kind == "text/event-stream":
        return
    if reply.status_code != 200:
        assert kind == "application/json"
        assert wire.decode(reply.content, ErrorReply).error.code
        return
    content = responses["200"]["content"]
    assert [kind] == list(content)
    name = content[kind].get("schema", {}).get("$ref", "").rpartition("/")[2]
    if name:
        assert name in described["components"]["schemas"]
        wire.decode(reply.content, NodeSnapshot if name == "NodeSnapshot" else getattr(hub_api, name))


def test_it_has_every_route_of_the_router(hub: Server, described: dict[str, Any]) -> None:
    from nodetop.server.api import openapi, routes

    source = {name for name in dir(routes.Api) if not name.startswith("_")} - {"router"}
    assert source == {"health", "push", "clusters", "overview", "processes", "at", "stream", "status", "openapi"}
    assert len(described["paths"]) == len(source) + 3  # and three of one node
    assert openapi.document()


def test_every_reference_is_in_it(described: dict[str, Any]) -> None:
    text = msgspec.json.encode(described).decode()
    used = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert used <= described["components"]["schemas"].keys()
    for operation in documented(described).values():
        names = [name for each in operation["security"] for name in each]
        assert set(names) <= described["components"]["securitySchemes"].keys()


def test_an_unknown_path_is_404_with_a_token_and_401_without(hub: Server) -> None:
    for path in ("/", "/docs", "/api", "/api/v2/clusters/", "/metrics", "/api/v2/openapi.json/"):
        assert ask(hub, "GET", path, "read").status_code == 404
        with suppress(httpx.TransportError):
            assert ask(hub, "GET", path, "none").status_code == 401
