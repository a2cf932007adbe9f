"""One process over the whole screen, live: its row from the samples, the rest asked of the source in the background."""

from collections.abc import Callable, Sequence

from nodetop.base.clock import Clock
from nodetop.base.units import duration
from nodetop.keys.details import DETAILS
from nodetop.keys.node import shown
from nodetop.model.process_details import ProcessGone
from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.acting.acting import ActingKeys
from nodetop.screens.base.list_screen import ListScreen
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.stack import go_back, open_over
from nodetop.sources.source import Source, SourceEvent
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.details.page import ProcessDetailsPanel
from nodetop.widgets.details.state import DetailsState
from nodetop.widgets.menus.prompt import Prompt

_SHARE = 10.0
"""Details are read again after ten times as long as reading them took: a tenth of a core at most."""


class DetailsScreen(ActingKeys, ListScreen):
    """Shares view and moment with the node screen that it was opened from; `update_view` brings both up to date."""

    ACTIONS = DETAILS

    def __init__(
        self,
        row: ProcessMetrics,
        source: Source,
        view: View,
        look: Look,
        clock: Clock,
        moment: Moment,
        update_view: Callable[[], None],
        section: str = "overview",
    ) -> None:
        self.source = source
        self.moment = moment
        self.state = DetailsState(row, section, elsewhere(source))
        self.panel = ProcessDetailsPanel(self.state)
        self._update_view = update_view
        self._reading = False
        self._due = 0.0
        super().__init__(view, look, clock, (self.panel,))
        self._name_keys()

    def _name_keys(self) -> None:
        self._footer.keys = self.look.keymap.footer(shown(DETAILS, can_signal=self.source.can_signal))

    def adopt(self, look: Look, view: View) -> None:
        super().adopt(look, view)
        self._name_keys()

    def take(self, event: SourceEvent) -> None:
        """Something happened at the source: the node screen below has heard of it first."""
        if self.is_current:
            self.show_all()

    def on_screen_resume(self) -> None:
        self.show_all()

    def prepare(self) -> None:
        self._update_view()
        self.state.follow(self.view)
        self.source.watch(frozenset({self.state.row.pid, *(child.pid for child in self.state.children[:50])}))
        self._read_if_due()

    # Details

    def _read_if_due(self) -> None:
        live = self.moment.is_live and self.state.is_there
        wanted = live or (self.state.details is None and self.state.problem is None)
        if wanted and not self._reading and self.source.control is not None and self.clock.monotonic() >= self._due:
            self._reading = True
            self.run_worker(self._read(), group="details")

    async def _read(self) -> None:
        control, state = self.source.control, self.state
        assert control is not None
        try:
            state.details = await control.details(*state.key)
            state.problem = None
            self._due = self.clock.monotonic() + _SHARE * state.details.seconds
        except ProcessGone:
            state.problem = "the process has ended: what only it knew is gone"
        except OSError as error:
            state.problem = error.strerror or str(error)
        finally:
            self._reading = False
        self._draw()

    def _draw(self) -> None:
        """Shows what is known, without asking for more."""
        if self.is_current:
            self.query_one("#details", PanelWidget).show(self.view)

    # Acting

    def targets(self) -> Sequence[ProcessMetrics]:
        return (self.state.row,)

    async def choose(self, kind: str, choice: str) -> None:
        await self.choose_act(kind, choice)

    # Sections

    def action_turn(self, steps: int) -> None:
        self.state.turn(steps)
        self._draw()

    def action_open(self, section: str) -> None:
        self.state.open(section)
        self._draw()

    def action_move(self, rows: int) -> None:
        self.panel.scroll(rows)
        self._draw()

    def action_page(self, pages: float) -> None:
        self.panel.page(pages)
        self._draw()

    def action_home(self) -> None:
        self.panel.scroll(-1_000_000)
        self._draw()

    def action_end(self) -> None:
        self.panel.scroll(1_000_000)
        self._draw()

    def action_details(self) -> None:
        if self.state.section == "children" and self.state.children:
            row = self.state.children[self.state.index]
            screen = DetailsScreen(row, self.source, self.view, self.look, self.clock, self.moment, self._update_view)
            open_over(self, screen)

    def action_repaint(self) -> None:
        self._due = 0.0
        super().action_repaint()

    # The filter

    async def action_filter(self) -> None:
        await self.ask("filter", self.state.filter, "lines that contain this text")

    def on_prompt_changed(self, event: Prompt.Changed) -> None:
        self.state.filter, self.state.top = event.text.strip(), 0
        self._draw()

    def action_escape(self) -> None:
        if self.close_prompt() or self.state.filter:
            self.state.filter, self.state.top = "", 0
            self.show_all()
        else:
            go_back(self)

    # Time

    def action_pause(self) -> None:
        latest = self.view.ring.latest
        self.moment.toggle_pause(latest.taken_at if latest else None)
        self.show_all()

    def action_step(self, samples: int) -> None:
        self._after_travel(self.moment.step(self.view.ring.times, samples))

    def action_jump(self, seconds: int) -> None:
        self._after_travel(self.moment.jump(self.view.ring.times, seconds))

    def action_live(self) -> None:
        self.moment.live()
        self.show_all()

    def _after_travel(self, moved: bool) -> None:
        self.show_all()
        ring = self.view.ring
        if not moved and len(ring):
            self.hint(f"memory holds {duration(ring[len(ring) - 1].taken_at - ring[0].taken_at)}, and ends here")

    # The mouse

    def on_panel_widget_clicked(self, event: PanelWidget.Clicked) -> None:
        if event.panel != "details":
            return
        section, child = self.panel.tab_at(event.x, event.y), self.panel.child_at(event.y)
        if section is not None:
            self.state.open(section)
        elif child is not None:
            self.state.index = child
        self._draw()

    def on_panel_widget_wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.action_move(event.rows)


def elsewhere(source: Source) -> str | None:
    """Why a source has no more than its snapshots, in one plain line; None: it has."""
    if source.control is not None:
        return None
    return f"{source.description}: more than the list shows is known on the host itself, while the process runs"
