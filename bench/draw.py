"""The cost of drawing the node screen in milliseconds per frame, without processes and without a terminal.

  python bench/draw.py [WIDTHxHEIGHT ...]

Each frame draws a new sample of a made-up server, like a refresh. The samples are made before the measurement.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nodetop.base.lingering import SteadyRows
from nodetop.drawing.ansi import to_ansi
from nodetop.drawing.theme import sgr
from nodetop.drawing.themes import THEMES
from nodetop.widgets.base.view import Panel
from nodetop.widgets.node.cpu import CpuPanel
from nodetop.widgets.node.disks import DisksPanel
from nodetop.widgets.node.frame import arrangement_of
from nodetop.widgets.node.header import HeaderPanel
from nodetop.widgets.node.memory import MemoryPanel
from nodetop.widgets.node.network import NetworkPanel
from nodetop.widgets.node.temperature import TemperaturePanel
from tests.widgets.scenes import played, server

FRAMES = 300
PANELS = (HeaderPanel, CpuPanel, MemoryPanel, DisksPanel, NetworkPanel, TemperaturePanel)


def measure(width: int, height: int) -> dict[str, list[float]]:
    """Milliseconds of each frame, by panel; "ansi" is the additional cost of the terminal sequences."""
    panels: list[Panel] = [panel() for panel in PANELS]
    sequences = sgr(THEMES["dark"], "truecolor")
    view = played(450)
    coming = [server(tick) for tick in range(450, 450 + FRAMES)]
    spent: dict[str, list[float]] = {panel.name: [] for panel in panels} | {"ansi": [], "bytes": []}
    for snapshot in coming:
        view.ring.add(snapshot)
        view.snapshot, view.now = snapshot, snapshot.taken_at + 0.1
        rectangles = arrangement_of(view, width, height, SteadyRows())
        lines = []
        for panel in panels:
            if panel.name in rectangles:
                rect = rectangles[panel.name]
                start = time.perf_counter()
                lines += panel.lines(view, rect.width, rect.height)
                spent[panel.name].append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        sent = sum(len(to_ansi(line, sequences).encode()) for line in lines)
        spent["ansi"].append(1000 * (time.perf_counter() - start))
        spent["bytes"].append(sent)
    return {name: sorted(times) for name, times in spent.items() if times}


def main() -> None:
    for size in sys.argv[1:] or ["80x24", "160x48", "240x70"]:
        width, height = map(int, size.split("x"))
        spent = measure(width, height)
        sent = spent.pop("bytes")
        medians = {name: times[len(times) // 2] for name, times in spent.items()}
        drawing = sum(median for name, median in medians.items() if name != "ansi")
        parts = "  ".join(f"{name} {median:.2f}" for name, median in medians.items())
        print(f"{size:>8}  drawing {drawing:.2f} ms per frame ({parts} ms)")
        print(f"{' ':>8}  {sent[len(sent) // 2] / 1000:.1f} kB when every line changed")


if __name__ == "__main__":
    main()
