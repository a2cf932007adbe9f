"""A fault in one file affects only that file, and samples still in the journal are counted again."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.history import day_file
from tests.history.hub.reopened import Hub, take

pytestmark = pytest.mark.may_block


def day_of(hub: Hub, node: str) -> Path:
    (found,) = [path for path in hub.folder.glob("history/??/*/*.json") if node.encode() in path.read_bytes()]
    return found


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


DAMAGES = [cut, emptied, zeros, directory, link, fifo]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("when", ["while running", "read before it is written", "while down", "and killed"])
async def test_a_damaged_day_costs_nothing_that_the_journal_has(
    hub: Hub, damage: Callable[[Path], None], when: str
) -> None:
    for seq in range(70):
        await take(hub, seq)
        await take(hub, seq, node="node-1")
    hub.history.write()
    await take(hub, *range(70, 74))
    if when == "while down":
        hub.history.close()
    elif when == "and killed":
        hub.kill()
    damage(day_of(hub, "node-0"))
    if when == "read before it is written":
        assert await hub.samples() <= 74
    if when in ("while down", "and killed"):
        hub.open()
    hub.history.write()
    assert hub.history.problem is None
    assert any("set aside" in line for line in hub.said)
    lost = 74 - await hub.samples()
    assert lost == released(hub)
    assert await hub.samples("node-1") == 70
    assert await take(hub, *range(75)) == [False] * 74 + [True]
    hub.history.write()
    hub.kill()
    hub.open()
    assert await hub.samples() == 75 - lost


def released(hub: Hub) -> int:
    """Samples of node-0 that the journal does not have any more."""
    from nodetop.history.hub import envelope

    kept = {
        each.sample.seq
        for _, payload in hub.journal.replay()
        for each in envelope.decode(payload)
        if each.sample.node == "node-0"
    }
    return len(set(range(74)) - kept)


def newer(path: Path) -> None:
    header = day_file.header(path.read_bytes())
    raised = day_file.Header(schema=99, cluster=header.cluster, node=header.node, day=header.day)
    path.write_bytes(day_file.compose(raised, {}))


@pytest.mark.parametrize("damage", [*DAMAGES, newer])
async def test_the_others_are_written_and_the_journal_is_released(hub: Hub, damage: Callable[[Path], None]) -> None:
    for seq in range(100):
        await take(hub, seq, node="node-0")
        await take(hub, seq, node="node-1")
        await take(hub, 20000 + seq, node="node-0")  # another day of the damaged one
    hub.history.write()
    (path,) = [
        path for path in sorted(hub.folder.glob("history/??/*/2026-01-31.json")) if b"node-0" in path.read_bytes()
    ]
    damage(path)
    for seq in range(100, 200):
        await take(hub, seq, node="node-0")
        await take(hub, seq, node="node-1")
    before = hub.journal.size
    hub.history.write()
    assert hub.journal.size < before / 3
    assert await hub.samples("node-1") == 200
    assert sum(point.samples for point in await hub.stored() if point.at > 1_769_817_600 + 86_400) == 100
    if damage is newer:
        assert hub.history.problem is not None and "a newer nodetop wrote" in hub.history.problem
        assert day_file.Header and b'"schema":99' in path.read_bytes()
    else:
        assert hub.history.problem is None
    hub.kill()
    hub.open()
    assert await hub.samples("node-1") == 200


async def test_a_day_that_cannot_be_read(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    await take(hub, *range(10))
    await take(hub, *range(10), node="node-1")
    hub.history.write()
    bad, real = day_of(hub, "node-0"), files.read
    inode = bad.stat().st_ino

    def read(path: Path) -> bytes:
        if path.exists() and path.stat().st_ino == inode:
            raise OSError(5, "Input/output error", str(path))
        return real(path)

    monkeypatch.setattr(files, "read", read)
    assert await hub.samples("node-1") == 10
    assert await hub.samples() == 0
    await take(hub, *range(10, 20))
    hub.history.write()
    assert hub.history.problem is None
    assert any(f"{bad}: the disk is failing" in line for line in hub.said)
    monkeypatch.undo()
    assert await hub.samples() == 20  # the journal had them all


@pytest.mark.parametrize("damage", ["file", "link"])
async def test_what_is_not_a_directory_in_the_place_of_a_nodes(hub: Hub, damage: str) -> None:
    await take(hub, *range(10))
    hub.history.write()
    home = day_of(hub, "node-0").parent
    home.rename(hub.folder / "away")
    home.write_bytes(b"") if damage == "file" else home.symlink_to(hub.folder / "away")
    await take(hub, *range(10, 20))
    hub.history.write()
    assert hub.history.problem is None
    assert any("a file was in the place of a folder" in line for line in hub.said)
    assert home.is_dir() and not home.is_symlink()


@pytest.mark.parametrize("damage", [directory, link, fifo, zeros])
async def test_a_checkpoint_that_cannot_be_read_is_set_aside(hub: Hub, damage: Callable[[Path], None]) -> None:
    await take(hub, *range(10))
    hub.history.write()
    hub.kill()
    damage(hub.folder / "checkpoint")
    hub.open()
    assert await take(hub, *range(11)) == [False] * 10 + [True]
    hub.history.write()
    assert hub.history.problem is None
    assert await hub.samples() == 11


async def test_a_segment_of_the_journal_that_cannot_be_read_costs_only_itself(hub: Hub) -> None:
    for seq in range(100):
        await take(hub, seq)
    hub.kill()
    segments = sorted((hub.folder / "journal").iterdir())
    assert len(segments) > 3
    link(segments[-1])
    hub.open()
    assert any("a part of the journal cannot be read" in line for line in hub.said)
    assert hub.journal.damaged == 1
    kept = await hub.samples()
    assert 50 < kept < 100
    assert await take(hub, 200) == [True]
    hub.kill()
    hub.open()
    assert await hub.samples() == kept + 1
