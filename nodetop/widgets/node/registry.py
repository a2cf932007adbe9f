"""The panels of the node screen. The panel of a new metric adds one name here."""

from collections.abc import Callable

from nodetop.model.panels import PANELS
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.view import Panel
from nodetop.widgets.node.cpu import CpuPanel
from nodetop.widgets.node.disks import DisksPanel
from nodetop.widgets.node.header import HeaderPanel
from nodetop.widgets.node.memory import MemoryPanel
from nodetop.widgets.node.network import NetworkPanel
from nodetop.widgets.node.temperature import TemperaturePanel
from nodetop.widgets.processes.table import ProcessPanel
from nodetop.widgets.workloads.panel import WorkloadsSummaryPanel

KINDS: tuple[Callable[[], Panel], ...] = (
    CpuPanel,
    MemoryPanel,
    DisksPanel,
    NetworkPanel,
    TemperaturePanel,
    WorkloadsSummaryPanel,
    ProcessPanel,
)


def node_panels() -> dict[str, Panel]:
    """A new set of panels, by name, in the order of the table of panels, in which keys go through them."""
    made = {panel.name: panel for panel in (kind() for kind in KINDS)}
    panels: tuple[Panel, ...] = (HeaderPanel(), *(made[name] for name in PANELS), HintFooter())
    return {panel.name: panel for panel in panels}
