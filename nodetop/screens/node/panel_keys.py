"""What keys do to the panels of the node screen: which has the keys, which are shown, which fills the screen."""

from nodetop.drawing.rect import Rect
from nodetop.model.panels import PANELS, Panels
from nodetop.screens.node.process_list_keys import ProcessListKeys

_MOST_SAMPLES_PER_DOT = 8


class PanelKeys(ProcessListKeys):
    """A part of the node screen, which says where its panels stand."""

    rectangles: dict[str, Rect]

    def show_all(self) -> None:
        raise NotImplementedError

    def action_zoom(self) -> None:
        self._lay_out(self.view.layout.zoom(None if self.view.layout.zoomed else self.view.focused))

    def action_fold(self, wants_open: bool) -> None:
        """In the process list a row is opened; on any other panel all graphs show half the time, or twice as much."""
        if self.view.focused == "processes":
            super().action_fold(wants_open)
            return
        samples = self.view.samples_per_dot
        self.view.samples_per_dot = max(samples // 2, 1) if wants_open else min(samples * 2, _MOST_SAMPLES_PER_DOT)
        self.show_all()
        if self.view.samples_per_dot == samples:
            self.hint("graphs show single samples" if wants_open else "graphs show all that is in memory")

    def action_focus_panel(self, steps: int) -> None:
        hidden = self.view.layout.hidden
        names = [name for name in PANELS if name in self.rectangles or (self.view.layout.zoomed and name not in hidden)]
        here = names.index(self.view.focused) if self.view.focused in names else -1
        self._focus(names[(here + steps) % len(names)] if names else None)

    def action_jump_to(self, name: str) -> None:
        if self.view.layout.zoomed is None and name not in self.rectangles:
            # Hidden, or too small a screen to show it beside the others. A glance: it is not remembered.
            self.view.layout = self.view.layout.zoom(name)
            self.show_all()
        self._focus(name)

    def _focus(self, name: str | None) -> None:
        old, self.view.focused = self.view.focused, name
        if self.view.layout.zoomed is not None and name is not None:
            self.view.layout = self.view.layout.zoom(name)
            self.show_all()
        else:
            self.show(*(each for each in (old, name) if each))

    def action_layout(self, steps: int) -> None:
        self._lay_out(self.view.layout.next(steps))
        self.hint(f"layout {self.view.layout.name}")

    def action_toggle_panel(self, name: str) -> None:
        before = self.view.layout
        self._lay_out(before.toggled(name))
        if self.view.layout is before:
            self.hint("one panel stays: show another one first")

    def action_hide_panel(self) -> None:
        if self.view.focused is not None:
            self.action_toggle_panel(self.view.focused)

    def _lay_out(self, layout: Panels) -> None:
        """Another layout, from now on and at the next start."""
        self.view.layout = layout
        if self.view.focused in layout.hidden and layout.zoomed is None:
            self.view.focused = next(name for name in reversed(PANELS) if name not in layout.hidden)
        self.show_all()
        self.remember(layout=layout)
