"""Alerts of a real hub: what it opens, who may decide, what it knows after a kill -9."""

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.servers import Server, code, full, push, server, until

ALERTS = "/api/v2/clusters/default/alerts"
OWN = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60)


def alerts(reader: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    reply = reader.get(ALERTS, params=query)
    assert reply.status_code == 200, reply.text
    return [alert for alert in reply.json()["alerts"] if alert["node"] != "self"]


@pytest.fixture
def actor(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("act") as client:
        yield client


def test_an_alert_of_a_sample_is_listed_acknowledged_and_muted(
    pusher: httpx.Client, reader: httpx.Client, actor: httpx.Client
) -> None:
    push(pusher, full(seq=1))
    (alert,) = alerts(reader)
    assert (alert["node"], alert["rule"], alert["item"], alert["severity"]) == ("a", "filesystem", "/srv", 2)
    assert (alert["what"], alert["unit"], alert["threshold"]) == ("file system", "%", 98)
    (acked,) = actor.post(f"{ALERTS}/ack", json={"id": alert["id"], "by": "ann"}).json()["alerts"]
    assert acked["acknowledged"] and acked["acknowledged_by"] == "ann"
    assert acked["acknowledged_at"] == pytest.approx(time.time(), abs=5)
    assert alerts(reader) == [acked]
    (open_again,) = actor.post(f"{ALERTS}/ack", json={"id": alert["id"], "acknowledged": False}).json()["alerts"]
    assert not open_again["acknowledged"]
    (muted,) = actor.post(f"{ALERTS}/mute", json={"node": "a", "seconds": 3600}).json()["alerts"]
    assert muted["muted_until"] == pytest.approx(time.time() + 3600, abs=5)
    (loud,) = actor.post(f"{ALERTS}/mute", json={"id": alert["id"], "seconds": 0}).json()["alerts"]
    assert loud["muted_until"] is None
    push(pusher, full(seq=2, percent=50))
    assert [each["state"] for each in alerts(reader, state="ended")] == ["ended"]
    assert alerts(reader, state="open") == []
    assert alerts(reader, since=time.time() + 60) == []


def test_only_an_act_token_decides_and_it_reads_nothing(
    pusher: httpx.Client, reader: httpx.Client, actor: httpx.Client
) -> None:
    body = {"node": "a", "seconds": 60}
    for client in (reader, pusher):
        assert code(client.post(f"{ALERTS}/mute", json=body)) == "wrong_role"
    assert code(actor.get(ALERTS)) == "wrong_role"
    assert actor.post(f"{ALERTS}/mute", json=body).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "error"),
    [
        ("ack", {"id": "0" * 16}, 404, "no_such_alert"),
        ("ack", {"id": "short"}, 422, "invalid_request"),
        ("ack", {}, 422, "invalid_request"),
        ("mute", {"seconds": 60}, 422, "invalid_scope"),
        ("mute", {"node": "a", "seconds": -1}, 422, "invalid_request"),
        ("mute", {"node": "a", "seconds": 1e9}, 422, "invalid_request"),
        ("mute", [], 422, "invalid_request"),
    ],
)
def test_what_is_no_decision_is_refused(actor: httpx.Client, path: str, body: object, status: int, error: str) -> None:
    reply = actor.post(f"{ALERTS}/{path}", json=body)
    assert (reply.status_code, code(reply)) == (status, error)


def test_the_name_beside_a_token_is_who_acts(hub: Server, pusher: httpx.Client, reader: httpx.Client) -> None:
    file = hub.hub / "act.token"
    token = "named-token-0123456789-abcdef"
    file.write_text(f"{file.read_text()}{token} ann\n")
    hub.process.send_signal(signal.SIGHUP)
    push(pusher, full())
    (alert,) = alerts(reader)
    headers = {"Authorization": f"Bearer {token}"}
    body = {"id": alert["id"], "by": "somebody else"}
    reply = until(lambda: _ok(reader.post(f"{ALERTS}/ack", json=body, headers=headers)), "the token is known")
    assert reply.json()["alerts"][0]["acknowledged_by"] == "ann"


def _ok(reply: httpx.Response) -> httpx.Response | None:
    return reply if reply.status_code == 200 else None


def test_the_stream_has_all_alerts_and_then_the_changes(pusher: httpx.Client, reader: httpx.Client) -> None:
    push(pusher, full("a"))
    found: list[dict[str, Any]] = []
    with reader.stream("GET", "/api/v2/clusters/*/stream?interval=0.5") as reply:
        name = ""
        for line in reply.iter_lines():
            name = line.removeprefix("event: ") if line.startswith("event: ") else name
            if not line.startswith("data: ") or name != "alerts":
                continue
            found.append(json.loads(line.removeprefix("data: ")))
            nodes = {alert["node"] for each in found for alert in each["alerts"]}
            if "b" in nodes:
                break
            push(pusher, full("b"))
    assert found[0]["whole"] and "a" in {alert["node"] for alert in found[0]["alerts"]}
    assert not found[-1]["whole"] and "a" not in {alert["node"] for alert in found[-1]["alerts"]}


def test_a_kill_forgets_nothing_and_opens_nothing_twice(tmp_path: Path) -> None:
    with server(tmp_path, *OWN) as running, running.client("push") as pusher, running.client() as reader:
        push(pusher, full("a"), instance="1" * 32)
        (alert,) = alerts(reader)
        with running.client("act") as actor:
            assert actor.post(f"{ALERTS}/ack", json={"id": alert["id"]}).status_code == 200
        push(pusher, full("b"), instance="2" * 32)
        before = {each["node"]: each["id"] for each in alerts(reader)}
        running.end(signal.SIGKILL)
    with server(tmp_path, *OWN) as running, running.client("push") as pusher, running.client() as reader:
        after = {each["node"]: each for each in alerts(reader)}
        assert {node: each["id"] for node, each in after.items()} == before
        assert after["a"]["acknowledged"] and not after["b"]["acknowledged"]
        push(pusher, full("a", seq=2), instance="1" * 32)
        push(pusher, full("b", seq=2, percent=10), instance="2" * 32)
        assert {each["node"]: each["state"] for each in alerts(reader)} == {"a": "open", "b": "ended"}
        log = running.log
    assert len(re.findall(r"event=alert_opened node=default/a ", log)) == 1


def test_damaged_alerts_are_set_aside_and_a_newer_file_is_refused(tmp_path: Path) -> None:
    with server(tmp_path, *OWN) as running:
        running.end()
    file = running.hub / "alerts.json"
    file.write_bytes(b"{")
    with server(tmp_path, *OWN) as running:
        assert "event=alerts_damaged" in running.log
        running.end()
    assert [path.name.partition("corrupt-")[0] for path in running.hub.glob("alerts.json.*")] == ["alerts.json."]
    file.write_text('{"schema": 99}')
    refused = Server(tmp_path, *OWN)
    assert refused.wait() == 2
    assert "newer nodetop-server" in refused.log.splitlines()[-1]


def test_rules_come_from_the_settings_file(tmp_path: Path) -> None:
    settings = tmp_path / "nodetop.toml"
    settings.write_text('[alerts]\nfilesystem = "40/30"\n')
    with server(tmp_path, *OWN, "--config", settings) as running, running.client("push") as pusher:
        push(pusher, full(percent=45))
        with running.client() as reader:
            (alert,) = alerts(reader)
    assert (alert["severity"], alert["threshold"]) == (1, 40)
    settings.write_text("[alerts.mine]\nvalue = 'cpu'\n\nlimit = '60/70'\n")
    wrong = Server(tmp_path, *OWN, "--config", settings)
    assert wrong.wait() == 2
    assert f"{settings}:4: mine: the alert cannot clear above its threshold" in wrong.log.splitlines()[-1]
    settings.write_text('[server]\nmax_nodes = 9\n\n[alerts]\ncpu = "90"\nfilesystem = "30/40"\n')
    wrong = Server(tmp_path, *OWN, "--config", settings)
    assert wrong.wait() == 2
    assert f"{settings}:6: filesystem: the alert cannot clear above its threshold" in wrong.log.splitlines()[-1]


def test_tags_are_host_facts_that_rules_know(tmp_path: Path) -> None:
    settings = tmp_path / "nodetop.toml"
    settings.write_text(
        "[alerts.web]\nvalue = 'uptime'\nlimit = '1s'\ntag = 'role=w*'\n"
        "[alerts.db]\nvalue = 'uptime'\nlimit = '1s'\ntag = 'role=db'\n"
    )
    tags = ("--tag", "role=web", "--tag", "rack=b2")
    with server(tmp_path, *OWN, "--config", settings, *tags) as running, running.client() as reader:
        host = reader.get("/api/v2/clusters/default/node-metrics/self").json()["host"]
        (row,) = reader.get("/api/v2/clusters/default/node-metrics").json()["nodes"]
        assert host["tags"] == row["tags"] == ["role=web", "rack=b2"]
        found = {alert["rule"]: alert for alert in reader.get(ALERTS).json()["alerts"]}
    assert "web" in found and "db" not in found
    assert found["web"]["tags"] == ["role=web", "rack=b2"]
    wrong = Server(tmp_path, *OWN, "--tag", "no spaces")
    assert wrong.wait() == 2
    assert "'no spaces' is not a tag such as role=web" in wrong.log.splitlines()[-1]
    settings.write_text('[server]\ntag = "role=web"\n')
    wrong = Server(tmp_path, *OWN, "--config", settings)
    assert wrong.wait() == 2
    assert f'{settings}:2: tag must be a list of texts: ["role=web"]' in wrong.log.splitlines()[-1]
