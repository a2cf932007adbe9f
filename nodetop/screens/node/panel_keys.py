"""What keys do to the panels of the node screen: focus, scrolling, layout, hiding, zoom."""

from collections.abc import Callable

from nodetop.history.means import MeanSnapshot
from nodetop.model.panels import PANELS, SPEC, Panels
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.node.process_list_keys import ProcessListKeys
from nodetop.widgets.base.cursor_list import Viewport
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.panel_parts import BoxedPanel
from nodetop.widgets.node.frame import absent_panels

_MOST_SAMPLES_PER_DOT = 8


class PanelKeys:
    """A part of the node screen."""

    def __init__(self, screen: PanelScreen, process_list: ProcessListKeys) -> None:
        self.screen = screen
        self.view = screen.view
        self.process_list = process_list
        self.list = ListKeys(self.window, self._moved)
        self.actions: dict[str, Callable[..., object]] = {
            **self.list.actions,
            "zoom": self.zoom,
            "fold": self.fold,
            "focus_panel": self.focus_next,
            "jump_to": self.jump_to,
            "layout": self.next_layout,
            "toggle_panel": self.toggle,
            "hide_panel": self.hide,
        }

    # Scrolling

    def window(self) -> Viewport:
        """What the keys that move act on: the focused panel if not all of it fits, else the process list."""
        panel, shown = self._focused(), self.screen.rectangles
        if panel is not None and panel.name in shown and (panel.window.is_scrollable or "processes" not in shown):
            return panel.window
        return self.process_list.state

    def _focused(self) -> BoxedPanel | None:
        panel = self.screen.panels.get(self.view.focused or "")
        return panel if isinstance(panel, BoxedPanel) else None

    def _moved(self) -> None:
        window, panel = self.window(), self._focused()
        if panel is None or window is not panel.window:
            self.process_list.processes.changed()
        elif window.is_scrollable:
            self.screen.show(panel.name)
        else:
            self.screen.hint("all of it is shown")

    def wheel(self, name: str, rows: int) -> None:
        """Scrolls the panel below the pointer."""
        panel = self.screen.panels[name]
        if isinstance(panel, BoxedPanel):
            panel.window.scroll(rows)
            self.screen.show(name)

    # Focus, zoom, layout

    def zoom(self) -> None:
        """Shows the focused panel on the whole screen, or goes back."""
        self._lay_out(self.view.layout.zoom(None if self.view.layout.zoomed else self.view.focused))

    def fold(self, wants_open: bool) -> None:
        """Opens or closes a row in the process list; on any other panel all graphs show half or twice the time."""
        if self.view.focused == "processes":
            self.process_list.fold(wants_open=wants_open)
            return
        samples = self.view.samples_per_dot
        self.view.samples_per_dot = max(samples // 2, 1) if wants_open else min(samples * 2, _MOST_SAMPLES_PER_DOT)
        self.screen.show_all()
        if self.view.samples_per_dot == samples:
            self.screen.hint(
                "cannot zoom in further" if wants_open else "cannot zoom out further: all samples in memory are shown"
            )

    def focus_next(self, steps: int) -> None:
        """Focuses the panel so many places further on."""
        hidden, shown = self.view.layout.hidden | absent_panels(self.view), self.screen.rectangles
        names = [name for name in PANELS if name in shown or (self.view.layout.zoomed and name not in hidden)]
        here = names.index(self.view.focused) if self.view.focused in names else -1
        self._focus(names[(here + steps) % len(names)] if names else None)

    def _why_none(self, name: str) -> str:
        snapshot = self.view.snapshot
        if isinstance(snapshot, MeanSnapshot):
            return "history keeps no single ones"
        temperature = snapshot.temperature if snapshot is not None and name == "temperature" else None
        has_some = temperature is not None and temperature.cpu_celsius is not None
        return "only that of the CPU is known here" if has_some else "this machine has none"

    def jump_to(self, name: str) -> None:
        """Focuses a panel; one that has no place is shown on the whole screen."""
        if name in absent_panels(self.view):
            self.screen.hint(f"{SPEC[name].title}: {self._why_none(name)}")
            return
        if self.view.layout.zoomed is None and name not in self.screen.rectangles:
            # Hidden, or the screen is too small for it. Only temporary: it is not saved.
            self.view.layout = self.view.layout.zoom(name)
            self.screen.show_all()
        self._focus(name)

    def _focus(self, name: str | None) -> None:
        old, self.view.focused = self.view.focused, name
        if self.view.layout.zoomed is not None and name is not None:
            self.view.layout = self.view.layout.zoom(name)
            self.screen.show_all()
        else:
            self.screen.show(*(each for each in (old, name) if each))

    def next_layout(self, steps: int) -> None:
        """Switches to the layout so many places further on."""
        self._lay_out(self.view.layout.next(steps))
        self.screen.hint(f"layout {self.view.layout.name}")

    def toggle(self, name: str) -> None:
        """Hides or shows a panel."""
        before = self.view.layout
        self._lay_out(before.toggled(name))
        if self.view.layout is before:
            self.screen.hint("cannot hide the last panel")

    def hide(self) -> None:
        """Hides the focused panel."""
        if self.view.focused is not None:
            self.toggle(self.view.focused)

    def _lay_out(self, layout: Panels) -> None:
        """Applies another layout, also at the next start."""
        self.view.layout = layout
        if self.view.focused in layout.hidden and layout.zoomed is None:
            self.view.focused = next(name for name in reversed(PANELS) if name not in layout.hidden)
        self.screen.show_all()
        self.screen.remember(layout=layout)
