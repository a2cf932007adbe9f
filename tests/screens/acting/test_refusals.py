"""Where processes cannot be acted upon, keys say why."""

import signal
import sys
from pathlib import Path

import pytest

from nodetop.app import NodetopApp
from nodetop.model import wire
from nodetop.probes.host_files import HostFiles
from nodetop.probes.sampler import Sampler
from nodetop.screens.node.screen import NodeScreen
from nodetop.settings.options import Settings
from nodetop.sources.local.source import LocalSource
from nodetop.sources.replay import ReplaySource
from nodetop.widgets.menus.menu import Menu
from tests.screens.acting.acted_on import SIZE, Start, running, seen
from tests.screens.scripted import press, text_of, until
from tests.screens.scripted_cluster import cluster_app, rows_of
from tests.widgets.scenes import server

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.parametrize("key", ["k", "f9", "f7", "f8", "i", "a"])
async def test_read_only_says_so_and_does_nothing(start: Start, key: str) -> None:
    process = start()
    async with running(process, readonly=True) as (pilot, app):
        assert "F9 kill" not in text_of(app)
        await press(pilot, key)
        await seen(pilot, "read-only: set by --readonly")
        assert not app.screen.query(Menu)
    assert process.poll() is None


async def test_a_read_only_source_refuses_whatever_asks(start: Start) -> None:
    process = start()
    async with running(process, readonly=True) as (_, app):
        control, screen = app.source.control, app.screen
        assert control is not None and isinstance(screen, NodeScreen)
        outcomes = [
            *await control.signal(screen.state.rows, signal.SIGKILL),
            *await control.renice(screen.state.rows, 1),
            *await control.ionice(screen.state.rows, "idle", None),
            *await control.set_affinity(screen.state.rows, frozenset({0})),
        ]
        assert all("read-only" in (outcome.problem or "") for outcome in outcomes) and len(outcomes) == 4
        assert (await control.details(process.pid, screen.state.rows[0].started_at)).arguments.value
    assert process.poll() is None


async def test_the_footer_has_the_key_where_it_works(start: Start) -> None:
    async with running(start()) as (pilot, _):
        await seen(pilot, "F9 kill")


@pytest.mark.parametrize("key", ["k", "f7", "f8", "i", "a"])
async def test_a_hub_explains_that_signals_are_sent_on_the_host(key: str) -> None:
    app, _ = cluster_app(rows_of(1))
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda text: "web-01" in text)
        await press(pilot, "enter")
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, key)
        await seen(pilot, "processes can be signalled only on their own host: this is hub hub.example:8082")
        assert "F9 kill" not in text_of(app)


@pytest.mark.may_block
async def test_a_recording_explains_it_too(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(wire.encode(server(1)) + b"\n")
    app = NodetopApp(ReplaySource(path), Settings(data_dir=tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "k")
        await seen(pilot, "processes can be signalled only on their own host: this is a recording")


def test_another_systems_processes_are_left_alone(tmp_path: Path) -> None:
    sampler = Sampler(HostFiles(proc=str(tmp_path)), [], node="x")
    source = LocalSource(sampler, interval=2.0)
    assert source.control is None and not source.can_signal
