"""A hub is killed at a random time between the opening of an alert and its delivery: each alert must be told, and be on
the board once."""

import random
import time
from collections import Counter
from pathlib import Path

from tests.crash.report import Row
from tests.server.notify.receivers import http_receiver
from tests.server.servers import full, push, server, until

LONGEST_SECONDS = 2.5
"""A group of 1 s, its message, two writes and the delivery take less."""
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
    """One alert for each kill, to a receiver that fails now and then."""
    row = Row("a hub that tells", kills=kills)
    nodes = [f"web-{number}" for number in range(kills)]
    with http_receiver() as http:
        settings = folder / "nodetop.toml"
        settings.write_text(_SETTINGS.format(url=http.url))
        arguments = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60, "--config", settings)
        arguments = (*arguments, "--max-nodes", 10_000)
        for node in nodes:
            http.answers[:] = [dice.choice([200, 500, "half"]), 200]
            with server(folder, *arguments) as hub, hub.client("push") as pusher:
                until(lambda node=node: push(pusher, full(node)).status_code == 200, node)  # type: ignore[misc]
                row.acknowledged += 1
                time.sleep(dice.uniform(0, LONGEST_SECONDS))
                hub.process.kill()
                hub.process.wait()

        def told() -> set[str]:
            messages = [asked.json for asked in http.asked]
            return {news["alert"]["node"] for each in messages for news in each["news"]}

        with server(folder, *arguments) as hub, hub.client() as reader:
            try:
                until(lambda: told() >= set(nodes), seconds=60)
            except AssertionError:
                row.faults += [f"{node} was never told" for node in sorted(set(nodes) - told())]
            found = reader.get("/api/v2/clusters/default/alerts?limit=5000").json()["alerts"]
        on_board = Counter(alert["node"] for alert in found if alert["rule"] == "filesystem")
        row.faults += [f"{node} is {on_board[node]} times on the board" for node in nodes if on_board[node] != 1]
        ids = Counter(asked.json["id"] for asked in http.asked)
        row.note = f"{len(http.asked)} requests, {len(ids)} messages"
    return row
