"""Makes the pictures of the README and the docs (docs/*.svg) from the recording of `nodetop --demo`:

    .venv/bin/python scripts/pictures.py [FOLDER]

The same each time. No terminal and no browser is needed: Textual draws without one and exports what it drew.
"""

import asyncio
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot

from nodetop.app import NodetopApp
from nodetop.recording.demo import DEMO_FILE
from nodetop.settings.options import Settings
from nodetop.sources.replay import ReplaySource

DOCS = Path(__file__).parents[1] / "docs"
_TERMINAL = {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
_PATIENCE = 30.0


class Picture(NamedTuple):
    """A screen: its size, the node that is opened, keys, and a text that is there when it is complete."""

    name: str
    size: tuple[int, int]
    node: str
    keys: Sequence[str]
    shows: str


PICTURES = (
    Picture("nodetop", (120, 36), "worker-1", (), "processes"),
    Picture("cluster", (112, 11), "", (), "worker-1"),
    Picture("trends", (112, 30), "worker-1", ("w", *["left"] * 7), "OOM kill"),
)


async def svg_of(picture: Picture) -> str:
    """The screen as SVG."""
    app = NodetopApp(ReplaySource(DEMO_FILE, speed=0), Settings(history=False))
    async with app.run_test(size=picture.size) as pilot:
        await _until(pilot, "worker-1")
        if picture.node:
            await pilot.press("slash", *picture.node, "enter", "enter")
        await pilot.press(*picture.keys)
        await _until(pilot, picture.shows)
        for worker in [each for each in app.workers if each.group != "source"]:
            await worker.wait()  # what else is read of the recording
        await pilot.pause()
        return _plain(app.export_screenshot(title=f"nodetop {picture.node}".strip(), simplify=True))


async def _until(pilot: Pilot[object], shown: str) -> None:
    until = time.monotonic() + _PATIENCE
    while shown not in (text := _text(pilot)) or "loading" in text:
        if time.monotonic() > until:
            raise SystemExit(f"{shown!r} is not on the screen:\n{text}")
        await pilot.pause(0.05)


def _text(pilot: Pilot[object]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def _plain(svg: str) -> str:
    """Without fonts from elsewhere, and without a number that changes with everything else."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return re.sub(
        r"terminal-\d+-", "", svg.replace("Fira Code, monospace", "DejaVu Sans Mono, Menlo, Consolas, monospace")
    )


async def _make(folder: Path) -> None:
    for picture in PICTURES:
        path = folder / f"{picture.name}.svg"
        path.write_text(await svg_of(picture))
        print(path)


if __name__ == "__main__":
    os.environ.update(_TERMINAL)
    os.environ.pop("NO_COLOR", None)
    time.tzset()
    asyncio.run(_make(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS))
