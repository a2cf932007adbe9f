"""A hub is killed at each step between the opening of an alert and its delivery: each alert must be told, and be on the
board once."""

import random
import signal
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import httpx

from tests.crash.alert_steps import STEPS
from tests.crash.report import Row
from tests.server.notify.receivers import http_receiver
from tests.server.servers import Server, full, push, server, until

ROOT = Path(__file__).parents[2]
_SECONDS = 20.0
_SETTINGS = """[alerts]
cpu = false
memory = false
swap = false
iowait = false
temperature = false
filesystem = "97, critical 98"

[notify.hook]
type = "webhook"
url = "{url}"
group = "1s"
most_per_hour = 1000
"""


def kill_telling_hub(folder: Path, kills: int, dice: random.Random) -> Row:
    """One alert for each kill, each kill at the next step; to a receiver that fails now and then."""
    row = Row("a hub that tells")
    nodes = [f"web-{number}" for number in range(kills)]
    with http_receiver() as http:
        settings = folder / "nodetop.toml"
        settings.write_text(_SETTINGS.format(url=http.url))
        arguments = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60, "--config", settings)
        arguments = (*arguments, "--max-nodes", 10_000)
        for number, node in enumerate(nodes):
            step = list(STEPS)[number % len(STEPS)]
            http.answers[:] = [200] if step in ("sent", "delivered") else [dice.choice([200, 500, "half"]), 200]
            _kill_at(step, node, folder, arguments, row)

        def told() -> set[str]:
            messages = [asked.json for asked in http.asked]
            return {news["alert"]["node"] for each in messages for news in each["news"]}

        with server(folder, *arguments) as hub, hub.client("push") as pusher, hub.client() as reader:
            for node in nodes:  # a push that was not acknowledged is repeated
                until(lambda node=node: push(pusher, full(node)).status_code == 200, node)  # type: ignore[misc]
            try:
                until(lambda: told() >= set(nodes), seconds=60)
            except AssertionError:
                row.faults += [f"{node} was never told" for node in sorted(set(nodes) - told())]
            found = reader.get("/api/v2/clusters/default/alerts?limit=5000").json()["alerts"]
        on_board = Counter(alert["node"] for alert in found if alert["rule"] == "filesystem")
        row.faults += [f"{node} is {on_board[node]} times on the board" for node in nodes if on_board[node] != 1]
        by_node: dict[str, set[str]] = {}
        for each in (asked.json for asked in http.asked):
            for news in each["news"]:
                by_node.setdefault(news["alert"]["node"], set()).add(news["alert"]["id"])
        row.faults += [f"{node} was told of as several alerts" for node, ids in by_node.items() if len(ids) > 1]
        row.note = f"{len(http.asked)} requests, {len({each.json['id'] for each in http.asked})} messages"
    return row


def _kill_at(step: str, node: str, folder: Path, arguments: tuple[object, ...], row: Row) -> None:
    """Starts a hub that dies at the step, and opens an alert on the node."""
    command = (sys.executable, "-m", "tests.crash.alert_steps", step, node)
    hub = Server(folder, *arguments, command=command, PYTHONPATH=str(ROOT))
    try:
        until(lambda: _is_serving(hub) or hub.process.poll() is not None, "it starts")
        if hub.process.poll() is None:  # else it died at once, with a message that waited
            _push(hub, node, row)
        until(lambda: hub.process.poll() is not None, seconds=_SECONDS)
        if (code := hub.process.wait()) == -signal.SIGKILL:
            row.at_steps += 1
        else:
            row.faults.append(f"the hub ended with {code} before the step {step!r}: {hub.log[-300:]}")
    except AssertionError:
        row.faults.append(f"the hub did not get to the step {step!r}")
    finally:
        hub.process.kill()
        hub.process.wait()
    row.kills += 1


def _is_serving(hub: Server) -> bool:
    with suppress(httpx.TransportError):
        return bool(hub.said) and httpx.get(f"{hub.url}/healthz", trust_env=False).status_code == 200
    return False


def _push(hub: Server, node: str, row: Row) -> None:
    headers = {"Authorization": f"Bearer {hub.token('push')}"}
    with (
        suppress(httpx.TransportError),  # it may die before it answers
        httpx.Client(base_url=hub.url, headers=headers, trust_env=False, timeout=10) as pusher,
    ):
        until(lambda: push(pusher, full(node)).status_code == 200, node)
        row.acknowledged += 1
