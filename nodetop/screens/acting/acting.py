"""Actions on processes: signals, nice value, I/O priority, CPU affinity. Used by the screens that list processes.

Its menus are imported when they are first opened.
"""

import signal
from collections.abc import Awaitable, Callable, Sequence

from nodetop.history.means import MeanSnapshot
from nodetop.model.process_details import ProcessGone, Scheduling
from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.base import workers
from nodetop.screens.base.screen import PanelScreen
from nodetop.sources.process_control import Outcome, ProcessControl
from nodetop.sources.source import Source
from nodetop.widgets.menus.menu import Menu

Rows = tuple[ProcessMetrics, ...]
Act = Callable[[], Awaitable[Sequence[Outcome]]]


class Acting:
    """Acts on processes of a screen. `targets` returns the current ones: those that are tagged, or the selected one. An
    open menu or question refers to the rows for which it was opened, even if the list below changes."""

    def __init__(
        self,
        screen: PanelScreen,
        source: Source,
        targets: Callable[[], Sequence[ProcessMetrics]],
        refuse: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`refuse` returns why the screen has no processes to act on now; None: it has."""
        self._refuse = refuse
        self._screen = screen
        self._source = source
        self._targets = targets
        self.actions: dict[str, Callable[..., object]] = {
            "kill": self.kill, "nice": self.nice, "ionice": self.ionice, "affinity": self.affinity,
        }  # fmt: skip

    # Keys

    async def kill(self, number: int = signal.SIGTERM) -> None:
        """Lets the user choose a signal, asks for confirmation, and sends it."""
        from nodetop.screens.acting.words import title_of  # with the first menu: no start waits for it
        from nodetop.widgets.menus.signals import SignalMenu, SignalPanel

        if found := self._begin():
            control, rows = found
            panel = SignalPanel(f"signal to {title_of(rows)}", number)
            menu = SignalMenu(panel, self._screen.look, self._screen.view)
            await self._screen.menus.open(menu, lambda choice: self._ask(control, rows, int(choice)))

    async def _ask(self, control: ProcessControl, rows: Rows, number: int) -> None:
        from nodetop.screens.acting.words import kill_order, title_of, warnings_of  # with the first question
        from nodetop.widgets.menus.confirm import Confirm, ConfirmPanel
        from nodetop.widgets.menus.signals import signal_name

        name, ordered = signal_name(number), kill_order(rows, number)
        title = f"send {name} ({number}) to {title_of(rows)}?"
        panel = ConfirmPanel(title, ordered, warnings_of(rows, control.own_pid), self._screen.view.now)
        menu = Confirm(panel, self._screen.look, self._screen.view)
        await self._screen.menus.open(
            menu, lambda _: self._do(lambda: control.signal(ordered, number), f"{name} sent to")
        )

    def nice(self, change: int) -> None:
        """Changes the nice values by this amount."""
        from nodetop.screens.acting.words import nice_words  # with the first change

        if found := self._begin():
            control, rows = found
            self._run(lambda: control.renice(rows, change), lambda outcomes: nice_words(outcomes, change))

    async def ionice(self) -> None:
        """Lets the user choose an I/O priority, and sets it."""
        from nodetop.screens.acting.words import title_of  # with the first menu: no start waits for it
        from nodetop.widgets.menus.choices import IO_CHOICES, io_panel

        if not (found := self._begin()):
            return
        control, rows = found
        scheduling = await self._scheduling(control, rows[0])
        if scheduling is None:
            return
        if scheduling.io_class is None:
            self._screen.hint("I/O priorities exist on Linux only")
            return

        def set_io(choice: str) -> None:
            _, io_class, level = next(each for each in IO_CHOICES if each[0] == choice)
            words = f"I/O priority {io_class}{'' if level is None else f' {level}'} for"
            self._do(lambda: control.ionice(rows, io_class, level), words)

        panel = io_panel(f"I/O priority of {title_of(rows)}", scheduling)
        await self._screen.menus.open(Menu(panel, self._screen.look, self._screen.view), set_io)

    async def affinity(self) -> None:
        """Lets the user choose CPUs, and binds the processes to them."""
        from nodetop.screens.acting.words import title_of  # with the first menu: no start waits for it
        from nodetop.widgets.menus.choices import AffinityMenu, AffinityPanel

        if not (found := self._begin()):
            return
        control, rows = found
        scheduling = await self._scheduling(control, rows[0])
        if scheduling is None:
            return
        if scheduling.cpus is None:
            self._screen.hint("CPU affinity is not supported on this system")
            return

        def set_affinity(choice: str) -> None:
            if choice:
                cpus = frozenset(map(int, choice.split()))
                self._do(lambda: control.set_affinity(rows, cpus), f"CPUs {choice.replace(' ', ',')} for")
            else:
                self._screen.hint("a process needs at least one CPU; nothing was changed")

        cpus = scheduling.cpus_online or scheduling.cpus
        panel = AffinityPanel(f"CPUs of {title_of(rows)}", cpus, scheduling.cpus)
        await self._screen.menus.open(AffinityMenu(panel, self._screen.look, self._screen.view), set_affinity)

    # How

    def refusal(self) -> str | None:
        """Why what the screen shows cannot be acted on, in one plain line; None: it can."""
        reason = why_not(self._source) or self._refuse()
        if reason is None and isinstance(self._screen.view.snapshot, MeanSnapshot):
            # A mean knows no start times, without which another process with the same PID could be hit.
            return f"this is the past; {self._screen.look.keymap.first('live')} goes back to now, where processes live"
        return reason

    def _begin(self) -> tuple[ProcessControl, Rows] | None:
        """The process control and the rows to act on; None, with a hint that says why, if nothing can be done."""
        control, reason = self._source.control, self.refusal()
        if reason is not None or control is None:
            self._screen.hint(reason or "")
            return None
        rows = tuple(self._targets())
        if not rows:
            self._screen.hint("no process is selected")
            return None
        return control, rows

    async def _scheduling(self, control: ProcessControl, row: ProcessMetrics) -> Scheduling | None:
        """The current scheduling of a process."""
        try:
            return await control.scheduling(row.pid, row.started_at)
        except ProcessGone:
            self._screen.hint(f"process {row.pid} has ended; nothing was changed")
        except OSError as error:
            self._screen.hint(f"process {row.pid}: {error.strerror or error}")
        return None

    def _do(self, act: Act, words: str) -> None:
        from nodetop.screens.acting.words import acted  # with the first act

        self._run(act, lambda outcomes: acted(outcomes, words))

    def _run(self, act: Act, words: Callable[[Sequence[Outcome]], str]) -> None:
        async def run() -> None:
            self._screen.hint(words(await act()))

        workers.start(self._screen, run, group="acts")


def why_not(source: Source) -> str | None:
    """Why processes cannot be acted on here, in one plain line; None: they can."""
    if source.control is not None:
        return source.control.refusal
    return f"processes can be signalled only on their own host: {source.description}"
