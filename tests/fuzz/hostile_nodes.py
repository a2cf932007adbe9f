"""Nodes with made-up values in the sources that screens are tested with."""

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from nodetop.app import NodetopApp
from nodetop.base.clock import FakeClock
from nodetop.drawing.themes import THEMES
from nodetop.model.cluster_totals import summarise
from nodetop.model.hub_api import NodeProcess
from nodetop.model.snapshot import HistoryPoint, NodeSnapshot, NodeStatus
from nodetop.settings.options import Settings
from tests.fuzz.made_up import Maker
from tests.screens.scripted_cluster import ScriptedCluster
from tests.widgets.scenes import START

KEYS = (
    *"abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789/?+-*.,;:!<>=[]()#%&@~",
    *("enter", "escape", "up", "down", "left", "right", "home", "end", "pageup", "pagedown", "tab", "space"),
    *("backspace", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "shift+left", "shift+right", "ctrl+u"),
)
"""All but those that end the program, and signals."""


def snapshots(maker: Maker, count: int, node: str = "web-01") -> Iterator[NodeSnapshot]:
    """Samples of one node in order of time, two seconds apart."""
    for seq in range(count):
        yield maker.make(NodeSnapshot, node=node, schema=1, taken_at=START + 2.0 * seq, boot_id="b", seq=seq)


def points(maker: Maker, count: int) -> list[HistoryPoint]:
    return [maker.make(HistoryPoint, at=START - 300.0 * number) for number in range(count)]


class HostileCluster(ScriptedCluster):
    """All that it tells is made up."""

    def __init__(self, random: Random, nodes: int) -> None:
        super().__init__()
        self.maker = maker = Maker(random)
        self.ring.clear()
        for snapshot in snapshots(maker, random.randrange(1, 12)):
            self.ring.add(snapshot)
        names = ["web-01", *(f"n-{number}" for number in range(1, nodes))]
        self.rows = tuple(maker.make(NodeStatus, node=name, cluster="default", state="up") for name in names)
        self.rows = tuple(
            replace(row, state=random.choice(("up", "late", "stale", "gone", "odd"))) for row in self.rows
        )
        self.summary = summarise(self.rows)
        self.found = tuple(maker.make(NodeProcess, node=random.choice(names)) for _ in range(9))
        self.points = points(maker, random.randrange(60))
        self.notice = maker.text()


def hostile_app(random: Random) -> tuple[NodetopApp, HostileCluster]:
    source = HostileCluster(random, random.choice((0, 1, 5, 80)))
    node = random.choice((None, "web-01"))
    clock = FakeClock(wall=START + 40.5)
    theme = random.choice(list(THEMES))
    return NodetopApp(source, Settings(theme=theme), clock=clock, node=node), source
