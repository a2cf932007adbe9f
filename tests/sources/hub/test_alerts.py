"""A real hub's alerts as its users see them: the same for all, with what others decided."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from nodetop.alerts.alert import Alert
from nodetop.alerts.file import AlertFile
from nodetop.alerts.handling import Scope, scope_of
from nodetop.alerts.rule import rules
from nodetop.base.clock import SystemClock
from nodetop.base.hub_address import parse_hub_url
from nodetop.screens.base.alert_watch import AlertWatch
from nodetop.sources.hub.http import HubHttp
from nodetop.sources.hub.source import HubSource
from tests.server.servers import Server, full, push, server


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Server]:
    with server(tmp_path / "hub", "--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60) as running:
        yield running


class User:
    """A source of the hub, and the watch of an app."""

    def __init__(self, hub: Server, folder: Path, act_token: str | None) -> None:
        address = parse_hub_url(hub.url)
        acting = partial(HubHttp, address, token=lambda: act_token, is_acting=True)
        self.source = HubSource(HubHttp(address, token=lambda: hub.token("read")), acting=acting, interval=0.5)
        self.watch = AlertWatch(self.source, rules(), AlertFile(folder), SystemClock())
        self._events = self.source.events()

    async def sees(self, condition: Callable[[Alert], bool]) -> Alert:
        """Waits for an alert."""
        async with asyncio.timeout(20):
            while True:
                self.watch.take(await anext(self._events))
                for alert in self.watch.board(fresh=True).alerts:
                    if alert.id and alert.node != "self" and condition(alert):
                        return alert


@pytest.mark.may_block  # the pushes are by a client that blocks
async def test_all_users_see_the_hubs_alerts_and_what_one_of_them_decides(hub: Server, tmp_path: Path) -> None:
    one, other = User(hub, tmp_path / "one", hub.token("act")), User(hub, tmp_path / "other", None)
    with hub.client("push") as pusher:
        push(pusher, full("web"))
        push(pusher, full("db", percent=92), cluster_id="east")
        alert = await one.sees(lambda alert: alert.node == "web")
        assert (alert.item, alert.severity) == ("/srv", 2)
        assert (await other.sees(lambda alert: alert.node == "east/db")).severity == 1
        await one.watch.acknowledge(alert, seen=True)
        assert one.watch.problem is None
        assert (await other.sees(lambda alert: alert.acknowledged)).node == "web"
        await one.watch.mute(Scope(node="east/db"), 600)
        assert (await other.sees(lambda alert: alert.muted_until is not None)).node == "east/db"
        await one.watch.unmute(await one.sees(lambda alert: alert.muted_until is not None))
        await one.watch.mute(scope_of(alert), 600)
        assert (await other.sees(lambda each: each.node == "web" and each.muted_until is not None)).acknowledged
        push(pusher, full("web", seq=2, percent=10))
        assert (await other.sees(lambda alert: alert.has_ended)).node == "web"
        await other.watch.acknowledge(await other.sees(lambda alert: not alert.has_ended), seen=True)
    assert other.watch.problem is not None and "use --act-token-file" in other.watch.problem
    await asyncio.gather(one.source.aclose(), other.source.aclose())
