"""A real hub under made-up pushes, parameters and tokens: its OpenAPI document describes every reply."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from tests.fuzz.conftest import Seeds
from tests.fuzz.made_up import PAYLOADS, Maker
from tests.server.servers import Server, server

ODD_PARAMETERS = (
    "",
    "0",
    "-1",
    "1",
    "60",
    "121",
    "1e9",
    "1e999",
    "nan",
    "inf",
    "-0.0",
    "9" * 400,
    "cpu",
    "memory",
    *PAYLOADS,
)
ROLES = ("read", "read", "read", "push", "none", "wrong")
EVERY = "*"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(
        tmp_path_factory.mktemp("hub"), "--listen", "127.0.0.1:0", "--interval", "1", "--max-nodes", "40"
    ) as hub:
        hub.client("read").close()
        yield hub


class Described:
    """The OpenAPI document: what may be asked, and whether a reply is as it says."""

    def __init__(self, hub: Server) -> None:
        with hub.client("read") as client:
            self.document: dict[str, Any] = client.get("/api/v2/openapi.json").json()
        self._validators: dict[str, Draft202012Validator] = {}
        self.reads = [path for path, each in self.document["paths"].items() if "get" in each and "stream" not in path]

    def parameters(self, path: str) -> list[str]:
        return [
            each["name"] for each in self.document["paths"][path]["get"].get("parameters", ()) if each["in"] == "query"
        ]

    def check(self, path: str, method: str, reply: httpx.Response) -> None:
        responses = self.document["paths"][path][method]["responses"]
        described = responses.get(str(reply.status_code))
        assert reply.status_code < 500 or reply.status_code == 503, (reply.status_code, reply.text[:200])
        assert described is not None, f"{reply.status_code} is not described: {reply.text[:200]}"
        kind = reply.headers["content-type"].partition(";")[0]
        assert kind in described["content"], kind
        if kind == "application/json":
            self.check_value(described["content"][kind]["schema"], reply.json())
            assert "Infinity" not in reply.text and "NaN" not in reply.text

    def check_value(self, schema: dict[str, Any], value: Any) -> None:
        errors = list(self._validator(schema).iter_errors(value))
        assert not errors, [(list(error.absolute_path), error.message[:200]) for error in errors[:3]]

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            whole = schema | {"components": self.document["components"]}
            self._validators[key] = Draft202012Validator(whole)
        return self._validators[key]


def headers(hub: Server, role: str) -> dict[str, str]:
    token = {"none": "", "wrong": "x" * 43}.get(role) if role in ("none", "wrong") else hub.token(role)
    return {"Authorization": f"Bearer {token}"} if token else {}


def pushed(random: Random, maker: Maker, seq: int) -> bytes:
    """A push that is mostly one: numbers at the model's bounds, or beyond them, and texts that were made to harm."""
    now = time.time()
    node = f"n{random.randrange(12)}"
    sample = maker.make(NodeSnapshot, node=node, schema=1, taken_at=now - random.random() * 60, boot_id="b", seq=seq)
    distinct = random.random() < 0.8
    if distinct:  # what a sample has twice is refused
        sample = replace(sample, cpu=None, disks=None, networks=None)
        sample = replace(sample, processes=None if random.random() < 0.5 else sample.processes)
    tree = msgspec.json.decode(wire.encode(sample))
    if random.random() < 0.3:
        _spoil(random, tree)
    body: dict[str, Any] = {"sent_at": random.choice((now, now, now - 1e5, 0)), "samples": [tree]}
    return json.dumps(body if random.random() < 0.8 else tree).encode()


def _spoil(random: Random, tree: Any) -> None:
    """One value becomes something else."""
    while isinstance(tree, dict | list) and tree:
        key = random.choice(list(tree) if isinstance(tree, dict) else range(len(tree)))
        if not isinstance(tree[key], dict | list) or not tree[key]:
            tree[key] = random.choice((None, -1, 1e300, 1.7e308, 2**64, "x", [], {}, True, "\ud800", 10**30))
            return
        tree = tree[key]


def test_every_reply_is_as_the_document_says(hub: Server, seeds: Seeds) -> None:
    described = Described(hub)
    taken = 0
    with httpx.Client(base_url=hub.url, trust_env=False, timeout=20) as client:
        for seed in seeds(4):
            random = Random(seed)
            maker = Maker(random, extreme=0.5)
            for number in range(4):
                body = pushed(random, maker, 100 * seed + number)
                role = random.choice(("push", "push", "push", "push", *ROLES))
                kind = {"Content-Type": "application/json"}
                reply = client.post("/metrics/node", content=body, headers=headers(hub, role) | kind)
                described.check("/metrics/node", "post", reply)
                taken += reply.status_code == 200 and reply.json()["accepted"]
            for path in described.reads:
                url = path.replace("{cluster}", random.choice(("default", EVERY, "none", "..", "%00")))
                url = url.replace("{node}", random.choice(("n1", "n2", "default%2Fn3", "x", "%1b", "..%2f..")))
                names = described.parameters(path)
                asked = {name: random.choice(ODD_PARAMETERS) for name in names if random.random() < 0.25}
                role = "none" if path == "/healthz" else random.choice(ROLES)
                reply = client.get(url, params=asked, headers=headers(hub, role))
                described.check(path, "get", reply)
        overview = client.get("/api/v2/clusters/*/node-metrics", params={"trend": 10}, headers=headers(hub, "read"))
        assert overview.status_code == 200 and taken
    assert hub.process.poll() is None
    assert "Traceback" not in hub.log, hub.log[-2000:]


def test_values_at_the_bounds_stay_finite_in_every_sum(hub: Server) -> None:
    """All nodes with the largest numbers that a push may hold."""
    described = Described(hub)
    kind = {"Content-Type": "application/json"}
    with httpx.Client(base_url=hub.url, trust_env=False, timeout=20) as client:
        for number in range(8):
            disks = [
                {"device": f"d{n}", "read_bytes_per_second": 1e15, "write_bytes_per_second": 1e15} for n in range(128)
            ]
            memory = {"swap_total_bytes": 1, "swap_used_bytes": 2**63 - 1, "used_percent": 1e8, "oom_kills": 2**63 - 1}
            sample = {
                "schema": 1,
                "node": f"big{number}",
                "taken_at": time.time(),
                "interval": 604800.0,
                "boot_id": "b",
            }
            sample |= {"seq": number, "disks": disks, "memory": memory, "cpu": {"load_1m": 1e9, "busy_percent": 1e8}}
            body = json.dumps({"sent_at": time.time(), "samples": [sample]})
            reply = client.post("/metrics/node", content=body, headers=headers(hub, "push") | kind)
            assert reply.status_code == 200, reply.text
        for path in described.reads:
            url = path.replace("{cluster}", EVERY).replace("{node}", "default%2Fbig1")
            if "{node}" in path:
                url = path.replace("{cluster}", "default").replace("{node}", "big1")
            asked = {"trend": 120} if "trend" in described.parameters(path) else {}
            reply = client.get(url, params=asked, headers=headers(hub, "read"))
            assert reply.status_code == 200, (url, reply.text[:200])
            described.check(path, "get", reply)


def test_each_event_of_a_stream_is_as_the_document_says(hub: Server, seeds: Seeds) -> None:
    described = Described(hub)
    stream = "/api/v2/clusters/{cluster}/stream"
    content = described.document["paths"][stream]["get"]["responses"]["200"]["content"]["text/event-stream"]
    kinds = content["schema"]["x-events"]
    with httpx.Client(base_url=hub.url, trust_env=False, timeout=20) as client:
        for seed in seeds(4):
            random = Random(seed)
            maker = Maker(random, extreme=0.5)
            asked = {"interval": 0.5, "node": "default/n1"}
            url = stream.replace("{cluster}", EVERY)
            push_one(client, hub, maker, 10**6 * (seed + 1))
            found = set()
            with client.stream("GET", url, params=asked, headers=headers(hub, "read")) as reply:
                assert reply.status_code == 200
                for number, (name, data) in enumerate(events_of(reply), 1):
                    described.check_value(kinds[name], json.loads(data))
                    assert "Infinity" not in data and "NaN" not in data
                    found.add(name)
                    if found == kinds.keys() or number > 40:
                        break
                    push_one(client, hub, maker, 10**6 * (seed + 1) + number)
            assert found == kinds.keys()


def push_one(client: httpx.Client, hub: Server, maker: Maker, seq: int) -> None:
    made = maker.make(NodeSnapshot, node="n1", schema=1, taken_at=time.time(), boot_id="stream", seq=seq)
    whole = replace(
        made, cpu=None, disks=None, networks=None, processes=None, workloads=None
    )  # what it has twice is refused
    body = json.dumps({"sent_at": time.time(), "samples": [msgspec.json.decode(wire.encode(whole))]})
    kind = {"Content-Type": "application/json"}
    reply = client.post("/metrics/node", content=body, headers=headers(hub, "push") | kind)
    assert reply.status_code in (200, 422, 429), reply.text


def events_of(reply: httpx.Response) -> Iterator[tuple[str, str]]:
    """Not by iter_lines(), which also splits at characters that JSON allows within a string."""
    name, rest = "", ""
    for text in reply.iter_text():
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, line.removeprefix("data: ")


def test_nothing_leaves_the_data_folder(hub: Server) -> None:
    assert {path.name for path in Path(hub.folder).iterdir()} == {"data", "out.txt", "err.txt"}
