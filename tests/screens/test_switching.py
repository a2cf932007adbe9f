"""`@`: the menu of this host and the remembered clusters, and the monitor that shows another of them."""

from collections.abc import Sequence

from nodetop.app import NodetopApp
from nodetop.base.clock import FakeClock
from nodetop.screens.base.targets_menu import NONE_REMEMBERED
from nodetop.screens.cluster.screen import ClusterScreen
from nodetop.screens.node.screen import NodeScreen
from nodetop.settings.options import Settings
from nodetop.sources.source import NodesChanged, Source, SourceError
from nodetop.sources.targets import Target, Targets
from tests.screens.scripted import ScriptedSource, press, scripted_app, text_of, until
from tests.screens.scripted_cluster import ScriptedCluster, rows_of
from tests.widgets.scenes import START, server


class ScriptedTargets(Targets):
    """This host, a hub, and a hub that does not answer."""

    def __init__(self) -> None:
        self.current = "this host"
        self.opened: list[Source] = []

    @property
    def all(self) -> Sequence[Target]:
        return [Target("this host"), Target("prod", "https://hub:8082"), Target("lab", "https://lab:8082")]

    async def open(self, name: str) -> Source:
        if name == "lab":
            raise SourceError("Nothing answers at lab:8082")
        self.current = name
        source = ScriptedSource([server(1)]) if name == "this host" else ScriptedCluster(rows_of(3))
        self.opened.append(source)
        return source


def switching_app() -> tuple[NodetopApp, ScriptedSource]:
    source = ScriptedSource([server(tick) for tick in range(3)])
    return NodetopApp(source, Settings(), clock=FakeClock(wall=START + 1), targets=ScriptedTargets()), source


async def test_the_menu_says_which_is_open() -> None:
    app, _ = switching_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "@")
        text = await until(pilot, lambda text: "https://lab:8082" in text)
        assert "this host  open" in text and "prod             https://hub:8082" in text


async def test_another_target_takes_the_place_of_the_present_one() -> None:
    app, host = switching_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "enter")  # details lie over the list; from the list:
        await press(pilot, "escape")
        await press(pilot, "@", "down", "enter")
        await until(pilot, lambda text: "web-03" in text)
        assert isinstance(app.screen, ClusterScreen) and len(app.screen_stack) == 1
        await pilot.pause()
        assert host.is_closed
        (hub,) = app._targets.opened  # type: ignore[union-attr]
        hub.tell(NodesChanged(rows_of(5)))
        await until(pilot, lambda text: "web-05" in text)
        await press(pilot, "@", "home", "enter")
        await until(pilot, lambda text: "postgres" in text)
        assert isinstance(app.screen, NodeScreen) and hub.is_closed


async def test_from_a_node_of_a_cluster_all_its_screens_are_left() -> None:
    app, _ = switching_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "@", "down", "enter")
        await until(pilot, lambda text: "web-03" in text)
        await press(pilot, "enter")
        await until(pilot, lambda _: isinstance(app.screen, NodeScreen))
        await press(pilot, "@", "home", "enter")
        await until(pilot, lambda text: len(app.screen_stack) == 1 and "postgres" in text)


async def test_a_hub_that_does_not_answer_leaves_the_present_one() -> None:
    app, host = switching_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "@", "end", "enter")
        await until(pilot, lambda text: "Nothing answers at lab:8082" in text)
        assert app.source is host and not host.is_closed
        host.sample(server(7))
        await until(pilot, lambda _: host.ring.latest is not None and not app.screen_stack[1:])


async def test_without_a_remembered_cluster_it_says_how_one_is_remembered() -> None:
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda text: "postgres" in text)
        await press(pilot, "@")
        assert NONE_REMEMBERED in text_of(app)
