"""What a package shows of the metric of CONTRIBUTING.md, as JSON: python -m tests.made_up_metric FOLDER.

FOLDER has a /proc in which 900 of 1000 file handles are in use, and takes what is written."""

import asyncio
import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from nodetop.alerts.engine import Engine
from nodetop.alerts.rule import rules
from nodetop.base.clock import FakeClock
from nodetop.drawing.runs import plain
from nodetop.explanations.registry import explained
from nodetop.history.hub.envelope import SampleEnvelope
from nodetop.history.means import mean_snapshot
from nodetop.history.recorder import Recorder
from nodetop.history.store import HistoryStore
from nodetop.model import wire
from nodetop.model.hub_api import StreamEvent
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from nodetop.screens.options.choices import options
from nodetop.server.fleet.fleet import Fleet
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.filter import parse_filter
from nodetop.widgets.cluster.map import ClusterMapPanel
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.cluster.table import ClusterTablePanel
from nodetop.widgets.node.frame import frame
from nodetop.widgets.node.registry import node_panels
from nodetop.widgets.trends.data import WINDOWS, spans_of
from nodetop.widgets.trends.page import Trends, TrendsPanel
from tests.screens.scripted import ScriptedSource, scripted_app, text_of
from tests.widgets.scenes import START, server

WIDE = 240


def sampled(folder: Path) -> NodeSnapshot:
    """A busy server, with the file handles that the probe of this package reads below the folder."""
    files = HostFiles(str(folder / "proc"), str(folder / "sys"), str(folder))
    with closing(Sampler(files, probes(files, platform="linux"), node="web-01")) as sampler:
        found = sampler.sample()
    return replace(server(5), handles=found.handles, taken_at=START)  # type: ignore[call-arg, attr-defined]


def recorded(snapshot: NodeSnapshot, folder: Path) -> HistoryPoint:
    """The point of the snapshot, as it is read from the disk."""
    with closing(Recorder(HistoryStore(folder / "history"), "web-01", clock=FakeClock(wall=START))) as recorder:
        recorder.add(snapshot)
    (point,) = HistoryStore(folder / "history").points("web-01", START - 600, START + 600, 300)
    return point


async def on_the_screen(snapshot: NodeSnapshot) -> str:
    """The panel alone on the node screen, as its key brings it there."""
    app, _ = scripted_app(ScriptedSource([snapshot]))
    async with app.run_test(size=(WIDE, 60)) as pilot:
        await pilot.press("8", "z")
        await pilot.pause()
        return text_of(app)


def of_many_nodes(snapshot: NodeSnapshot) -> dict[str, Any]:
    """What a hub has and shows of the node."""
    fleet = Fleet(FakeClock(wall=START))
    fleet.take(SampleEnvelope(cluster="c", sample=snapshot, received_at=START, clock_skew_seconds=None, instance=""))
    rows = tuple(fleet.rows("c"))
    sent = wire.encode(StreamEvent(cluster="c", whole=True, summary=fleet.summary("c"), nodes=rows))
    rows = wire.decode(sent, StreamEvent).nodes
    state = ClusterState(nodes=rows)
    tiles = ClusterMapPanel(state)
    tiles.metric = "handles"
    return {
        "row": json.loads(sent)["nodes"][0]["handles_used_percent"],
        "summary": json.loads(sent)["summary"]["handles_used_percent"],
        "table": as_text(ClusterTablePanel(state).lines(View(), WIDE, 8)),
        "map": as_text(tiles.lines(View(), 40, 5)),
        "filter": [parse_filter(text).matches(rows[0]) for text in ("handles>80", "fds<80", "handles_used_percent=90")],
    }


def as_text(lines: Any) -> str:
    return "\n".join(map(plain, lines))


def main(folder: Path) -> None:
    snapshot = sampled(folder)
    point = recorded(snapshot, folder)
    engine = Engine(rules({"fds": "50/40, critical 85"}))
    engine.take_snapshot(snapshot)
    trends = Trends("web-01", WINDOWS[0], START + 1800, spans_of([point], 300, START + 1800), is_loading=False)
    seen = {
        "json": json.loads(wire.encode(snapshot))["handles"],
        "day file": wire.encode(point).decode(),
        "mean": json.loads(wire.encode(mean_snapshot("web-01", point, 300.0)))["handles"],
        "frame": as_text(frame(node_panels(), View(snapshot=snapshot, now=START), WIDE, 60)),
        "screen": asyncio.run(on_the_screen(snapshot)),
        "trends": as_text(TrendsPanel(trends).lines(View(), WIDE, 60)),
        "alerts": [(each.rule, each.severity, each.value) for each in engine.open()],
        "explained": {each.entry.name for each in explained(snapshot) if each.panel == "handles"},
        "option": any(each.name == "handles" for each in options(("full",), ("dark",))),
        **of_many_nodes(snapshot),
    }
    print(json.dumps(seen, default=sorted))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
