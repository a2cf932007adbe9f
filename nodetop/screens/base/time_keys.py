"""Keys that move in time: pause, steps, jumps, and a typed time. The same on the screens of one node, of many nodes and
of one process."""

from collections.abc import Callable, Sequence

from nodetop.base.when import EXAMPLES, parse_when
from nodetop.screens.base.moment import Moment
from nodetop.screens.base.screen import PanelScreen
from nodetop.widgets.menus.prompt import Question


class TimeKeys:
    """Moves the time that all screens share. A subclass says which times there are, and what happens at their end."""

    def __init__(self, screen: PanelScreen, moment: Moment) -> None:
        self.screen = screen
        self.moment = moment
        self.actions: dict[str, Callable[..., object]] = {
            "pause": self.pause, "step_time": self.step, "jump_time": self.jump, "live": self.live,
            "go_to": self.ask_time,
        }  # fmt: skip

    def now(self) -> float | None:
        """The time at which a pause stops; None: nothing has been shown yet."""
        raise NotImplementedError

    def present(self) -> float:
        """The current time, UTC seconds."""
        return self.screen.view.now

    def times(self) -> Sequence[float]:
        """The times that have data, oldest first."""
        raise NotImplementedError

    def changed(self) -> None:
        """Draws the time that is now selected."""
        self.screen.show_all()

    def reach_end(self, forward: float) -> None:
        """Called when more was asked for than there is: forward (> 0) or back. The last time is shown."""
        raise NotImplementedError

    def travel(self, at: float) -> None:
        """Goes to a time before now."""
        raise NotImplementedError

    # Keys

    def pause(self) -> None:
        """Stops at what is shown now, or goes live again."""
        self.moment.toggle_pause(self.now())
        self.changed()

    def step(self, samples: int) -> None:
        """Goes forward or back by so many samples."""
        self._moved(self.moment.step(self.times(), samples), samples)

    def jump(self, seconds: int) -> None:
        """Goes forward or back by so many seconds."""
        self._moved(self.moment.jump(self.times(), seconds), seconds)

    def _moved(self, moved: bool, forward: float) -> None:
        if not moved:
            self.reach_end(forward)
        self.changed()

    def live(self) -> None:
        """Goes live."""
        self.moment.live()
        self.changed()

    def show_time(self, at: float | None) -> None:
        """Shows a time; None: the present."""
        if at is None or at >= self.present():
            self.moment.live()
        else:
            self.travel(at)
        self.changed()

    async def ask_time(self) -> None:
        """Opens the line in which a time is typed."""
        await self.screen.prompts.ask(Question("go to", "", EXAMPLES, done=self._go_to))

    def _go_to(self, text: str) -> str | None:
        now = self.present()
        at = parse_when(text, now)
        if at is None:
            return f"not a time; examples: {EXAMPLES}"
        self.show_time(at)
        return None
