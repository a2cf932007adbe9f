"""One process on the whole screen, live: its row comes with the samples, the rest is read in the background."""

from collections.abc import Callable, Sequence

from nodetop.base.clock import Clock
from nodetop.base.units import duration
from nodetop.keys.details import DETAILS
from nodetop.keys.node import shown
from nodetop.model.process_details import ProcessGone
from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.acting.acting import Acting
from nodetop.screens.base import workers
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.screens.base.stack import go_back, open_over
from nodetop.screens.base.time_keys import TimeKeys
from nodetop.sources.source import Source, SourceEvent
from nodetop.widgets.base.actions import offer
from nodetop.widgets.base.footer import HintFooter
from nodetop.widgets.base.list_keys import ListKeys
from nodetop.widgets.base.look import Look
from nodetop.widgets.base.panel_widget import PanelWidget
from nodetop.widgets.base.view import View
from nodetop.widgets.details.filter import parse_filter
from nodetop.widgets.details.page import ProcessDetailsPanel
from nodetop.widgets.details.state import DetailsState
from nodetop.widgets.pages.section import Section

_SHARE = 10.0
"""Details are read again after ten times as long as reading them took: at most a tenth of a core."""


class DetailsTime(TimeKeys):
    """Moves through the samples in memory: older history has no single processes."""

    def now(self) -> float | None:
        latest = self.screen.view.ring.latest
        return latest.taken_at if latest else None

    def times(self) -> Sequence[float]:
        return self.screen.view.ring.times

    def reach_end(self, forward: float) -> None:
        ring = self.screen.view.ring
        if len(ring):
            reach = duration(ring[len(ring) - 1].taken_at - ring[0].taken_at)
            self.screen.hint(f"no more samples: memory holds {reach}")


class DetailsScreen(PanelScreen):
    """Shares view and time with the node screen from which it was opened; `update_view` updates both."""

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
        self.clock = clock
        self.state = DetailsState(row, section, elsewhere(source))
        self.panel = ProcessDetailsPanel(self.state)
        self._update_view = update_view
        self._reading = False
        self._due = 0.0
        super().__init__((self.panel, HintFooter()), look, view)
        self.list = ListKeys(lambda: self.state.window, self._draw)
        self.acting = Acting(self, source, lambda: (self.state.row,))
        for part in (self.list, self.acting, DetailsTime(self, moment)):
            offer(self, part.actions)

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        offered = shown(DETAILS, can_signal=self.acting.refusal() is None)
        is_list = self.state.section == "children"
        return self.look.keymap.footer(each for each in offered if is_list or each.id != "details")

    def take(self, event: SourceEvent) -> None:
        """Handles an event of the source; the node screen below has handled it first."""
        if self.is_current:
            self.show_all()

    def on_screen_resume(self) -> None:
        self.show_all()

    def prepare(self) -> None:
        self._update_view()
        self.state.follow(self.view)
        self.source.watch(frozenset({self.state.row.pid, *(child.pid for child in self.state.children.rows[:50])}))
        self._read_if_due()

    # Details

    def _read_if_due(self) -> None:
        live = self.moment.is_live and self.state.is_there
        wanted = live or (self.state.details is None and self.state.problem is None)
        if wanted and not self._reading and self.source.control is not None and self.clock.monotonic() >= self._due:
            self._reading = True
            workers.start(self, self._read, group="details")

    async def _read(self) -> None:
        control, state = self.source.control, self.state
        assert control is not None
        try:
            state.details = await control.details(*state.key)
            state.problem = None
            self._due = self.clock.monotonic() + _SHARE * state.details.seconds
        except ProcessGone:
            state.problem = "the process has ended; its details are no longer available"
        except OSError as error:
            state.problem = error.strerror or str(error)
        finally:
            self._reading = False
        self._draw()

    def _draw(self) -> None:
        """Draws what is known, without reading more."""
        if self.is_current:
            self.show("details", "footer")

    # Sections

    def action_turn(self, steps: int) -> None:
        self.state.turn(steps)
        self._draw()

    def action_open(self, section: str) -> None:
        self.state.open(section)
        self._draw()

    def action_details(self) -> None:
        row = self.state.children.current
        if self.state.section == "children" and row is not None:
            screen = DetailsScreen(row, self.source, self.view, self.look, self.clock, self.moment, self._update_view)
            open_over(self, screen)

    def action_repaint(self) -> None:
        self._due = 0.0
        super().action_repaint()

    # The filter

    def help_sections(self) -> tuple[Section, ...]:
        from nodetop.screens.base.filter_help import DETAILS_FILTER  # late: only the help page needs it

        return (DETAILS_FILTER,)

    async def action_filter(self) -> None:
        await self.prompts.ask_filter(self.state.filter.text, "words, !word, ~regex", self._filter)

    def _filter(self, text: str) -> None:
        self.state.filter_by(parse_filter(text))
        self._draw()

    def action_escape(self) -> None:
        if self.prompts.cancel():
            return
        if self.state.filter.text:
            self._filter("")
        else:
            go_back(self)

    # The mouse

    def clicked(self, event: PanelWidget.Clicked) -> None:
        if event.panel != "details":
            return
        section = self.panel.tab_at(event.x, event.y)
        if section is not None:
            self.action_open(section)
        elif self.list.click(self.panel.row_at(event.x, event.y)) and event.times == 2:
            self.action_details()

    def wheeled(self, event: PanelWidget.Wheeled) -> None:
        self.list.scroll(event.rows)


def elsewhere(source: Source) -> str | None:
    """Why a source has only its snapshots, in one plain line; None: it has more."""
    if source.control is not None:
        return None
    return f"{source.description}: details are available only on the host itself, while the process runs"
