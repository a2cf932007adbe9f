"""Menus for how a process is scheduled: which CPUs it may run on, and its I/O class and level."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from nodetop.drawing.runs import Line, line_width
from nodetop.model.process_details import Scheduling
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel

_LEVELS = range(8)
_KEYS: Line = [
    ("key", "Space"), ("key.label", " on/off  "), ("key", "a"), ("key.label", " all  "), ("key", "Enter"),
    ("key.label", " set"),
]  # fmt: skip


def _level(level: int) -> str:
    ends = {_LEVELS[0]: " (first)", _LEVELS[-1]: " (last)"}
    return f"{level}{ends.get(level, '')}"


IO_CHOICES: tuple[tuple[str, str, int | None], ...] = (
    ("from nice: as its CPU priority is", "none", None),
    *((f"best effort {_level(level)}", "best-effort", level) for level in _LEVELS),
    ("idle: only when nobody else needs the disk", "idle", None),
    *((f"realtime {_level(level)}", "realtime", level) for level in _LEVELS),
)  # fmt: skip
"""Text, class and level of each choice."""


def io_panel(title: str, now: Scheduling) -> MenuPanel:
    """The menu of I/O classes and levels, on what the process has now."""
    levelled = now.io_class in ("best-effort", "realtime")
    have = (now.io_class or "none", now.io_level if levelled else None)
    index = next((index for index, choice in enumerate(IO_CHOICES) if choice[1:] == have), 0)
    return MenuPanel(title, [text for text, _, _ in IO_CHOICES], index)


class AffinityPanel(MenuPanel):
    """A list of CPUs, each on or off."""

    def __init__(self, title: str, cpus: Sequence[int], allowed: Sequence[int]) -> None:
        self.cpus = tuple(cpus)
        self.allowed = set(allowed) & set(cpus)
        super().__init__(title, self._texts())
        self.foot = _KEYS

    @property
    def width(self) -> int:
        return max(super().width, line_width(_KEYS) + 6)

    def toggle(self) -> None:
        """The chosen CPU."""
        self.allowed ^= {self.cpus[self.index]}
        self.choices = self._texts()

    def toggle_all(self) -> None:
        """All of them; none but the chosen one where all were on."""
        self.allowed = {self.cpus[self.index]} if len(self.allowed) == len(self.cpus) else set(self.cpus)
        self.choices = self._texts()

    def _texts(self) -> tuple[str, ...]:
        return tuple(f"[{'x' if cpu in self.allowed else ' '}] CPU {cpu}" for cpu in self.cpus)


class AffinityMenu(Menu, inherit_bindings=False):
    """Space toggles, Enter sets; what is chosen is the numbers between blanks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup,home", "move(-1000)", show=False),
        Binding("pagedown,end", "move(1000)", show=False),
        Binding("space", "toggle_cpu", show=False),
        Binding("a", "toggle_all_cpus", show=False),
        Binding("enter", "choose", show=False),
        Binding("escape,q", "close", show=False),
    ]

    def __init__(self, kind: str, panel: AffinityPanel, look: Look, view: View) -> None:
        super().__init__(kind, panel, look, view)
        self._cpus = panel

    def action_toggle_cpu(self) -> None:
        self._cpus.toggle()
        self.action_move(0)

    def action_toggle_all_cpus(self) -> None:
        self._cpus.toggle_all()
        self.action_move(0)

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self.kind, " ".join(map(str, sorted(self._cpus.allowed)))))

    def on_click(self, event: events.Click) -> None:
        event.stop()
        number = self._cpus.top + event.y - 1
        if 0 <= number < len(self._cpus.cpus) and 0 < event.y < self.outer_size.height - 1:
            self._cpus.index = number
            self.action_toggle_cpu()

    def on_key(self, event: events.Key) -> None:
        if not self._bindings.key_to_bindings.get(event.key):
            event.stop()
