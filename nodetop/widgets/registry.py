"""The panels of the node screen. A new metric's panel is one line here."""

from nodetop.widgets.cpu import CpuPanel
from nodetop.widgets.disks import DisksPanel
from nodetop.widgets.header import HeaderPanel
from nodetop.widgets.hints import HintFooter
from nodetop.widgets.memory import MemoryPanel
from nodetop.widgets.network import NetworkPanel
from nodetop.widgets.process_table import ProcessPanel
from nodetop.widgets.temperature import TemperaturePanel
from nodetop.widgets.view import Panel


def node_panels() -> dict[str, Panel]:
    """A new set of panels, by name, in the order in which the keys walk through them."""
    panels: tuple[Panel, ...] = (
        HeaderPanel(),
        CpuPanel(),
        MemoryPanel(),
        DisksPanel(),
        NetworkPanel(),
        TemperaturePanel(),
        ProcessPanel(),
        HintFooter(),
    )
    return {panel.name: panel for panel in panels}
