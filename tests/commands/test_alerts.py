"""`nodetop alerts` and `--check alerts` on a real hub."""

import json
import re
import time
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from pathlib import Path

import httpx
import pytest

from tests.conftest import Nodetop
from tests.server.servers import Server, full, push, server

OWN = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60, "--config")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    settings = tmp_path / "nodetop.toml"
    settings.write_text("[alerts]\ncpu = false\nmemory = false\nswap = false\ninodes = false\ntemperature = false\n")
    with server(tmp_path / "hub", *OWN, settings) as running:
        yield running


@pytest.fixture
def pusher(hub: Server) -> Iterator[httpx.Client]:
    with hub.client("push") as client:
        yield client


def test_the_alerts_of_the_own_hub_are_listed_and_checked(hub: Server, pusher: httpx.Client, nodetop: Nodetop) -> None:
    data = ("--data-dir", hub.folder / "data")
    mine = ("--node", "web", "--cluster", hub.url)
    assert nodetop(*data, *mine, "--check", "alerts").stdout == "OK      alerts: none\n"
    push(pusher, full("web"))
    done = nodetop(*data, "alerts")
    (line,) = [line for line in done.stdout.splitlines() if " web " in line]
    assert re.fullmatch(
        r"open +critical +web +file system /srv +99% \(>= 98%\) +since \d\d:\d\d:\d\d for [\d.]+ ?\w+", line
    ), line
    check = nodetop(*data, *mine, "--check", "alerts")
    assert (check.returncode, check.stdout) == (1, "FAIL    web file system /srv: critical, 99%\n")
    as_json = nodetop("alerts", *data, "--cluster", hub.url, "--json", "--state", "open")
    (alert,) = [found for found in map(json.loads, as_json.stdout.splitlines()) if found["node"] == "web"]
    assert (alert["rule"], alert["item"], alert["peak"]) == ("filesystem", "/srv", 99.0)
    with hub.client("act") as actor:
        actor.post("/api/v2/clusters/default/alerts/ack", json={"id": alert["id"], "by": "ann"})
    assert "acked by ann  critical" in nodetop(*data, "alerts").stdout
    assert nodetop(*data, *mine, "--check", "alerts").returncode == 0
    push(pusher, full("web", seq=2, percent=10, taken_at=time.time() + 20))
    opened = datetime.fromtimestamp(ceil(alert["started_at"])).isoformat(" ")
    then = nodetop(*data, *mine, "--check", "alerts", "--at", opened)
    assert (then.returncode, then.stdout) == (1, "FAIL    web file system /srv: critical, 99%\n"), "it has ended since"
    assert nodetop(*data, *mine, "--check", "alerts", "--at", "-1h").stdout == "OK      alerts: none\n"


def test_without_a_hub_it_says_what_to_give(nodetop: Nodetop, tmp_path: Path) -> None:
    done = nodetop("--data-dir", tmp_path, "alerts")
    assert (done.returncode, done.stderr) == (
        2,
        "nodetop: alerts are kept by nodetop-server; give its URL with --cluster\n",
    )
    done = nodetop("alerts", "--since", "yesterday-ish", "--cluster", "http://127.0.0.1:9")
    assert done.returncode == 2 and "is not a time" in done.stderr
    done = nodetop("--check", "alerts", "cpu<90")
    assert done.returncode == 2 and "does not go with other conditions" in done.stderr
    done = nodetop("--cluster", "http://127.0.0.1:9", "--check", "alerts")
    assert done.returncode == 2 and done.stdout == ""
