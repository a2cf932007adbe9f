"""Every screen, at every size, with nodes whose values are at the model's bounds, under any keys: it stands, and no
character of a node's gets to the terminal as more than a character."""

from random import Random

import pytest

from nodetop.sources.source import NodesChanged, SnapshotTaken, SourceProblem
from nodetop.widgets.base.panel_widget import PanelWidget
from tests.fuzz.conftest import Seeds
from tests.fuzz.hostile_nodes import KEYS, hostile_app, snapshots
from tests.screens.scripted import text_of

NARROW = [*range(10, 61)]
ODD = ((1, 1), (2, 1), (1, 30), (400, 200), (400, 1), (3, 3), (80, 24), (133, 37))


def size_of(random: Random, seed: int) -> tuple[int, int]:
    if random.random() < 0.3:
        return random.choice(ODD)
    return NARROW[seed % len(NARROW)], random.choice((1, 2, 3, 4, 6, 9, 15, 24, 40))


def check(text: str) -> None:
    wrong = [line for line in text.split("\n") if not all(each.isprintable() for each in line)]
    assert not wrong, [line.encode() for line in wrong]


@pytest.mark.may_block
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # work that the app's end came before
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_hostile_nodes_at_any_size_under_any_keys(seeds: Seeds) -> None:
    for seed in seeds():
        random = Random(seed)
        done: list[object] = [seed]
        app, source = hostile_app(random)
        try:
            async with app.run_test(size=size_of(random, seed)) as pilot:
                for _ in range(12):
                    match random.randrange(5):
                        case 0:
                            done.append(size := size_of(random, random.randrange(999)))
                            await pilot.resize_terminal(*size)
                        case 1:
                            source.tell(
                                random.choice((NodesChanged(source.rows), SourceProblem(source.maker.text(), 0)))
                            )
                        case 2:
                            for snapshot in snapshots(source.maker, 2):
                                source.ring.add(snapshot)
                                source.tell(SnapshotTaken(snapshot))
                        case _:
                            done.append(keys := random.choices(KEYS, k=3))
                            await pilot.press(*keys)
                    await pilot.pause()
                    check(text_of(app))
                    assert not PanelWidget.failures
        except BaseException as error:
            error.add_note(f"seed, sizes and keys: {done}")
            raise


@pytest.mark.may_block
@pytest.mark.parametrize("keys", ["", "m", "p", "enter", "enter w", "enter enter", "F1", "a", "S", "enter e", "slash"])
async def test_every_width_of_each_screen(keys: str, seeds: Seeds) -> None:
    """From 1 to 60 columns, and back from the largest."""
    for seed in seeds():
        app, _ = hostile_app(Random(seed))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press(*keys.split())
            random = Random(seed)
            for width in [400, *random.sample(range(1, 61), 12)]:
                height = random.choice((1, 2, 3, 5, 8, 13, 24, 60, 200))
                await pilot.resize_terminal(width, height)
                await pilot.pause()
                check(text_of(app))
                assert not PanelWidget.failures, (seed, width, height)
