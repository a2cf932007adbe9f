"""What a hub is called says nothing about what it is: one whose name begins like a recording's is live all the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from nodetop.app import NodetopApp
from nodetop.base.clock import FakeClock
from nodetop.base.hub_address import HubAddress
from nodetop.model.cluster_totals import summarise
from nodetop.model.hub_api import ClusterReply, HistoryReply, RecentReply
from nodetop.model.node_status import status
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, Stat
from nodetop.screens.cluster.screen import ClusterScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.settings.options import Settings
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.source import HubSource
from tests.screens.scripted import press, text_of, until
from tests.sources.hub.stub_hub import StubHub, stub_hub
from tests.widgets.scenes import START, server

SIZE = (140, 40)
TICKS = 6
NOW = START + 2.0 * (TICKS - 1) + 0.5
NODE = "/api/v2/clusters/default/node-metrics/web-01"


def sample(tick: int) -> NodeSnapshot:
    return replace(server(tick), boot_id="b", seq=tick, interval=2.0)


def an_hour(at: float = NOW) -> HistoryReply:
    """Of history, in which the CPU was 37% busy."""
    first = at // 300 * 300 - 3600
    points = [HistoryPoint(at=first + 300 * n, samples=60, cpu_busy_percent=Stat(mean=37, max=38)) for n in range(12)]
    return HistoryReply(node="web-01", cluster="default", since=first, until=at, step=300.0, points=tuple(points))


@asynccontextmanager
async def shown(name: str, folder: Path) -> AsyncIterator[tuple[NodetopApp, Pilot[None], StubHub]]:
    """The monitor of a hub of this name, which has one node with a full file system."""
    samples = tuple(sample(tick) for tick in range(TICKS))
    rows = (replace(status(samples[-1], NOW), cluster="default"),)
    async with stub_hub(rows=rows) as hub:
        hub.answers[f"{NODE}/recent"] = RecentReply(node="web-01", cluster="default", samples=samples)
        hub.answers[f"{NODE}/history"] = an_hour()
        hub.answers["/api/v2/clusters/*/node-metrics"] = ClusterReply(cluster="*", summary=summarise(rows), nodes=rows)
        clock = FakeClock(wall=NOW)
        address = HubAddress(hub.url, name, 8082, secure=False)
        source = HubSource(HubHttp(address, token=lambda: None), interval=2.0, clock=clock)
        app = NodetopApp(source, Settings(data_dir=folder), clock=clock)
        async with app.run_test(size=SIZE) as pilot:
            await until(pilot, lambda text: "web-01" in text and f"{name}:8082" in text)
            yield app, pilot, hub


def head(text: str) -> str:
    return "\n".join(text.splitlines()[:2])


def screen_of(app: Any) -> NodeScreen:
    assert isinstance(app.screen, NodeScreen)
    return app.screen


@pytest.fixture(params=["hub.example.org", "replay.example.org", "replay"])
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


async def test_its_screens_are_live(name: str, tmp_path: Path) -> None:
    async with shown(name, tmp_path) as (app, pilot, hub):
        text = await until(pilot, lambda text: "live 2s" in head(text))
        assert "replay" not in text.replace(f"{name}:8082", "")
        await press(pilot, "enter")
        text = await until(pilot, lambda text: "postgres" in text and "live 2s" in head(text))
        assert "replay" not in text
        hub.tell_snapshot(sample(TICKS))
        await until(pilot, lambda _: screen_of(app).view.snapshot.seq == TICKS)  # type: ignore[union-attr]
        assert f"this is hub {name}:8082" in await press(pilot, "k")


async def test_its_nodes_are_judged_by_their_rows_and_their_past(name: str, tmp_path: Path) -> None:
    async with shown(name, tmp_path) as (app, pilot, hub):
        await until(pilot, lambda text: "1 warn" in text)
        await until(pilot, lambda _: any(f"{NODE}/history" in request for request in hub.requests))
        assert app.alerts.now == NOW
        await press(pilot, "A")
        await pilot.press("enter")
        await until(pilot, lambda text: "postgres" in text and "live 2s" in head(text))
        assert screen_of(app).moment.is_live  # of a recording, it would be when the alert began


async def test_one_can_go_back_to_where_its_history_is(name: str, tmp_path: Path) -> None:
    async with shown(name, tmp_path) as (_, pilot, _hub):
        await press(pilot, "enter")
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "b", *"-30m", "enter")
        await until(pilot, lambda text: "37%" in text and "5-minute mean" in head(text))


async def test_data_that_stop_coming_are_called_late(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodetop.screens.node.screen._LATE_CHECK_SECONDS", 0.05)
    async with shown(name, tmp_path) as (app, pilot, _):
        await press(pilot, "enter")
        await until(pilot, lambda text: "postgres" in text)
        assert isinstance(app.clock, FakeClock)
        app.clock.advance(60)
        await until(pilot, lambda text: "stale 1m" in head(text))


async def test_without_it_the_last_rows_stay_and_come_back(name: str, tmp_path: Path) -> None:
    async with shown(name, tmp_path) as (app, pilot, hub):
        await hub.stop()
        await until(pilot, lambda text: "stale" in head(text) and "web-01" in text)
        assert isinstance(app.screen, ClusterScreen)
        async with asyncio.timeout(20):
            await hub.start()
            while "live 2s" not in head(text_of(app)):
                await pilot.pause(0.01)
