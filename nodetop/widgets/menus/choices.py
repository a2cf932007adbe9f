"""Menus for scheduling a process: the CPUs it may run on, and its I/O class and level."""

from collections.abc import Sequence
from typing import ClassVar

from nodetop.keys.overlays import CPUS, CPUS_SHOWN, OverlayKeys, Shown
from nodetop.model.process_details import Scheduling
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu, MenuPanel

_LEVELS = range(8)


def _level(level: int) -> str:
    ends = {_LEVELS[0]: " (first)", _LEVELS[-1]: " (last)"}
    return f"{level}{ends.get(level, '')}"


IO_CHOICES: tuple[tuple[str, str, int | None], ...] = (
    ("none: follows the nice value", "none", None),
    *((f"best effort {_level(level)}", "best-effort", level) for level in _LEVELS),
    ("idle: only when no other process needs the disk", "idle", None),
    *((f"realtime {_level(level)}", "realtime", level) for level in _LEVELS),
)  # fmt: skip
"""Text, class and level of each choice."""


def io_panel(title: str, now: Scheduling) -> MenuPanel:
    """The menu of I/O classes and levels, with the current one selected."""
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

    def toggle(self) -> None:
        """Turns the selected CPU on or off."""
        self.allowed ^= {self.cpus[self.choices.index]}
        self.choices.rows = self._texts()

    def toggle_all(self) -> None:
        """Turns all CPUs on; if all were on, leaves only the selected one on."""
        is_all = len(self.allowed) == len(self.cpus)
        self.allowed = {self.cpus[self.choices.index]} if is_all else set(self.cpus)
        self.choices.rows = self._texts()

    @property
    def answer(self) -> str:
        """The numbers of the CPUs that are on, separated by blanks."""
        return " ".join(map(str, sorted(self.allowed)))

    def _texts(self) -> tuple[str, ...]:
        return tuple(f"[{'x' if cpu in self.allowed else ' '}] CPU {cpu}" for cpu in self.cpus)


class AffinityMenu(Menu):
    """Space and clicks toggle, Enter applies."""

    KEYS: ClassVar[OverlayKeys] = CPUS
    SHOWN: ClassVar[Shown] = CPUS_SHOWN

    def __init__(self, panel: AffinityPanel, look: Look, view: View) -> None:
        self._cpus = panel
        super().__init__(panel, look, view)

    def action_toggle_cpu(self) -> None:
        self._cpus.toggle()
        self.changed()

    def action_toggle_all_cpus(self) -> None:
        self._cpus.toggle_all()
        self.changed()

    def clicked(self, *, again: bool) -> None:
        self.action_toggle_cpu()
