"""The node screen of an app under test."""

from typing import Any

from nodetop.screens.node.screen import NodeScreen
from nodetop.widgets.processes.state import ProcessState
from tests.screens.scripted import START_TICK

SIZE = (120, 40)
NOW_TICK = START_TICK + 4


def node_screen(app: Any) -> NodeScreen:
    screen = app.screen_stack[0]
    assert isinstance(screen, NodeScreen)
    return screen


def state(app: Any) -> ProcessState:
    return node_screen(app).state
