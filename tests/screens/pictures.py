"""Screens as pictures, from a recording and at a time that stands still. They are kept in the folder snapshots, as text
and, of one size, as SVG. After a change that is meant, write them anew and look at what git shows:

    python -m tests.screens.pictures
"""

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from msgspec.structs import replace

from nodetop.app import NodetopApp
from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from nodetop.settings.options import Settings
from nodetop.sources.replay import ReplaySource
from tests.screens.scripted import text_of, until
from tests.widgets.scenes import server

FOLDER = Path(__file__).parent / "snapshots"
_TICKS = 200
_TERMINAL = {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Scene:
    """A screen at a size: of how many nodes, by which keys, and what it shows when it is complete."""

    name: str
    size: tuple[int, int]
    nodes: int = 1
    keys: Sequence[str] = ()
    shows: str = "1 warn"

    @property
    def stem(self) -> str:
        """Name of its files."""
        return f"{self.name}-{self.size[0]}x{self.size[1]}"

    @property
    def has_svg(self) -> bool:
        return self.size == (80, 24)


SCENES = (
    *(Scene("node", size) for size in ((80, 24), (120, 40), (200, 60))),
    *(Scene("cluster", size, nodes=3, shows="3 warn") for size in ((80, 24), (120, 40))),
    *(Scene("trends", size, keys=("w",), shows="top by memory") for size in ((80, 24), (120, 40))),
)


def recorded(nodes: int) -> Iterator[NodeSnapshot]:
    """The busy server, and others like it at another time."""
    for tick in range(_TICKS):
        for number in range(nodes):
            other = server(tick + 37 * number)
            yield replace(other, node=f"web-0{number + 1}", taken_at=server(tick).taken_at, boot_id=f"boot-{number}")


@contextmanager
def terminal() -> Iterator[None]:
    """A terminal with all colours, in no place with a time of its own."""
    try:
        with patch.dict(os.environ, _TERMINAL):
            os.environ.pop("NO_COLOR", None)
            time.tzset()
            yield
    finally:
        time.tzset()


async def picture(scene: Scene, folder: Path) -> tuple[str, str]:
    """The scene as text and as SVG."""
    path = folder / "day.jsonl"
    path.write_bytes(b"".join(wire.encode(each) + b"\n" for each in recorded(scene.nodes)))
    with terminal():
        app = NodetopApp(ReplaySource(path, speed=0), Settings())
        async with app.run_test(size=scene.size) as pilot:
            await until(pilot, lambda text: "warn" in text)
            await pilot.press(*scene.keys)
            await until(pilot, lambda text: scene.shows in text and "loading" not in text)
            for worker in [each for each in app.workers if each.group != "source"]:
                await worker.wait()  # what else is asked of the recording
            await pilot.pause()
            return text_of(app) + "\n", plain_svg(app.export_screenshot(title=scene.stem, simplify=True))


def plain_svg(svg: str) -> str:
    """Without fonts from elsewhere, and without a number that changes with all else."""
    return re.sub(r"terminal-\d+-", "", re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL))


def drawn(svg: str) -> list[tuple[str, ...]]:
    """What an SVG draws, whatever its frame looks like: texts and grounds, each with its place and style."""
    styles = dict(re.findall(r"\.(r\d+) \{ (.*?) \}", svg))
    texts = re.findall(r'<text class="(r\d+)" x="([\d.]+)" y="([\d.]+)".*?>(.*?)</text>', svg)
    grounds = re.findall(r'<rect fill="(.*?)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', svg)
    return [(styles[style], *rest) for style, *rest in texts] + grounds


async def _renew() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for scene in SCENES:
        with tempfile.TemporaryDirectory() as folder:
            text, svg = await picture(scene, Path(folder))
        (FOLDER / f"{scene.stem}.txt").write_text(text)
        if scene.has_svg:
            (FOLDER / f"{scene.stem}.svg").write_text(svg)


if __name__ == "__main__":
    asyncio.run(_renew())
