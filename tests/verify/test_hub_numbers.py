"""The values of a hub: three nodes, each with the recorded tree of another kind of machine, push to a hub that samples
this one. For each node the hub must report exactly what `nodetop --json` reports there; the node's row is computed from
that, and the cluster's totals from the rows. Only the last digit of a sum may differ."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import Any

import httpx
import pytest

from tests.recorded_hosts import Host, raspberry_pi, ryzen, server64
from tests.server.servers import Server, rows, server, until
from tests.verify.verdict import Notes
from tests.verify.watching import Snapshot, snapshot

MACHINES: dict[str, Callable[[Path], Host]] = {"db": server64, "pi": raspberry_pi, "desk": ryzen}
OF_THE_MOMENT = ("node", "taken_at", "interval", "boot_id", "seq", "probes", "monitor")
FAST = ("--interval", 0.5)
RELATIVE = 1e-9


def roots(folder: Path) -> tuple[str, ...]:
    return "--proc-root", str(folder / "proc"), "--sys-root", str(folder / "sys")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    with ExitStack() as stack:
        made = stack.enter_context(server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--node-name", "hub", *FAST))
        for name, build in MACHINES.items():
            (tmp_path / name).mkdir()
            build(tmp_path / name)
            join = ("--join", made.url, "--token-file", made.hub / "push.token", "--node-name", name, *FAST)
            stack.enter_context(server(tmp_path / f"{name}.data", *join, *roots(tmp_path / name)))
        yield made


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All that is no list and no object, by the way to it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield path, value
        return
    for name, each in items:
        yield from leaves(each, f"{path}.{name}")


def kept(found: Snapshot) -> dict[str, Any]:
    """What does not change from one sample to the next on a recorded tree. A hub has the top processes, redacted,
    and how many there are of each name."""
    found = {name: value for name, value in found.items() if name not in OF_THE_MOMENT}
    counts = {name: value for name, value in found["processes"].items() if name not in ("rows", "counts")}
    return dict(leaves(found | {"processes": counts}))


def test_each_node_as_it_is(hub: Server, tmp_path: Path, verdict: Notes) -> None:
    with hub.client() as client:
        for name in MACHINES:
            # From the second sample on there are rates, as in what --json prints.
            there = until(lambda name=name: at_least(client, name, 2), f"{name} pushes")  # type: ignore[misc]
            here = snapshot(*roots(tmp_path / name), "--node-name", name)
            mine, theirs = kept(there), kept(here)
            same = sum(mine.get(path, ...) == value for path, value in theirs.items())
            verdict(f"{name}: values that are its own (nodetop --json there)", same, len(theirs), 0)
            verdict(f"{name}: values", len(mine), len(theirs), 0)
            for part, field in (("memory", "used_bytes"), ("temperature", "cpu_celsius"), ("host", "cpu_count")):
                verdict(f"{name}: {field} (nodetop --json there)", there[part][field], here[part][field], 0)
            by_pid = {row["pid"]: row for row in here["processes"]["rows"]}
            wrong = [
                row["pid"]
                for row in there["processes"]["rows"]
                if any(row[each] != by_pid[row["pid"]][each] for each in ("name", "resident_bytes", "threads", "state"))
            ]
            verdict(f"{name}: top processes that are not its own", len(wrong), 0, 0)


def at_least(client: httpx.Client, name: str, seq: int) -> Snapshot | None:
    reply = client.get(f"/api/v2/clusters/default/node-metrics/{name}")
    found: Snapshot = reply.json()
    return found if reply.status_code == 200 and found["seq"] >= seq else None


def headline(found: Snapshot) -> dict[str, float | None]:
    """A row, by plain arithmetic on the snapshot."""

    def summed(part: str, field: str) -> float | None:
        known = [each[field] for each in found[part] if each["in_total"] and each[field] is not None]
        return sum(known) if known else None

    def highest(part: str, field: str, which: str) -> float | None:
        known = [
            each[field] for each in found[part] if each[field] is not None and each[which] is (which == "in_total")
        ]
        return max(known) if known else None

    memory = found["memory"]
    swap = memory["swap_total_bytes"]
    return {
        "cpu_busy_percent": found["cpu"]["busy_percent"],
        "memory_used_percent": 100 * memory["used_bytes"] / memory["total_bytes"],
        "swap_used_percent": 100 * memory["swap_used_bytes"] / swap if swap else None,
        "filesystem_used_percent": highest("filesystems", "used_percent", "read_only"),
        "disk_read_bytes_per_second": summed("disks", "read_bytes_per_second"),
        "disk_write_bytes_per_second": summed("disks", "write_bytes_per_second"),
        "disk_utilisation_percent": highest("disks", "utilisation_percent", "in_total"),
        "network_receive_bytes_per_second": summed("networks", "receive_bytes_per_second"),
        "network_transmit_bytes_per_second": summed("networks", "transmit_bytes_per_second"),
        "cpu_celsius": (found["temperature"] or {}).get("cpu_celsius"),
        "load_1m": found["cpu"]["load_1m"],
    }


def close(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else math.isclose(one, other, rel_tol=RELATIVE)


def one_moment(client: httpx.Client) -> tuple[dict[str, Any], dict[str, Snapshot]]:
    """The cluster's reply and each node in full, asked again until no node pushed in between."""

    def nodes() -> dict[str, Snapshot]:
        names = ("hub", *MACHINES)
        return {name: client.get(f"/api/v2/clusters/default/node-metrics/{name}").json() for name in names}

    def settled() -> tuple[dict[str, Any], dict[str, Snapshot]] | None:
        before = nodes()
        reply = client.get("/api/v2/clusters/default/node-metrics").json()
        after = nodes()
        stamps = [[each["seq"] for each in found.values()] for found in (before, after)]
        return (reply, after) if stamps[0] == stamps[1] else None

    found: tuple[dict[str, Any], dict[str, Snapshot]] = until(settled, "a moment in which no node pushes")
    return found


def test_rows_and_totals(hub: Server, verdict: Notes) -> None:
    with hub.client() as client:
        for name in ("hub", *MACHINES):
            until(lambda name=name: f"default/{name}" in rows(client) and at_least(client, name, 2), name)  # type: ignore[misc]
        reply, nodes = one_moment(client)
    by_name = {row["node"]: row for row in reply["nodes"]}
    for name, found in nodes.items():
        wanted = headline(found)
        same = sum(close(by_name[name][field], value) for field, value in wanted.items())
        verdict(f"row of {name}: values that are its own", same, len(wanted), 0)
    summary = reply["summary"]
    verdict("nodes up", summary["nodes_up"], len(nodes), 0)
    for field in headline(nodes["hub"]):
        known = [row[field] for row in by_name.values() if row[field] is not None]
        if known:
            verdict(f"cluster: mean of {field}", summary[field]["mean"], fmean(known), 0, relative=RELATIVE)
            verdict(f"cluster: maximum of {field}", summary[field]["max"], max(known), 0)
    for word, field in (
        ("hottest", "cpu_celsius"),
        ("fullest", "filesystem_used_percent"),
        ("busiest", "cpu_busy_percent"),
    ):
        known_by = {name: row[field] for name, row in by_name.items() if row[field] is not None}
        verdict(f"{word} is the right one", float(known_by.get(summary[word], -1) == max(known_by.values())), 1, 0)
