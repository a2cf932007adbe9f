"""What keys do to processes themselves: signals, priority, I/O priority, CPUs. A part of the screens that show some.

Its menus are imported when they are first opened.
"""

import signal
from collections.abc import Awaitable, Callable, Sequence

from nodetop.model.process_details import ProcessGone, Scheduling
from nodetop.model.snapshot import ProcessMetrics
from nodetop.screens.base.bound import BoundScreen
from nodetop.screens.base.overlay import lay_menu
from nodetop.sources.process_control import Outcome, ProcessControl
from nodetop.sources.source import Source
from nodetop.widgets.base.view import View
from nodetop.widgets.menus.menu import Menu

SIGNAL, CONFIRM, IO, AFFINITY = "signal", "confirm", "ionice", "affinity"


class ActingKeys(BoundScreen[None]):
    """A screen with processes to act upon; it gives `view`, `source`, and the methods left open here."""

    view: View
    source: Source
    _targets: tuple[ProcessMetrics, ...] = ()
    """The rows that the open menu or question is about: the list below goes on, they stay."""
    _signal: int = signal.SIGTERM

    def targets(self) -> Sequence[ProcessMetrics]:
        """The processes that are meant now: the tagged ones, or the one under the bar."""
        raise NotImplementedError

    # Keys

    async def action_kill(self, number: int = signal.SIGTERM) -> None:
        from nodetop.screens.acting.words import title_of
        from nodetop.widgets.menus.signals import SignalMenu, SignalPanel

        if self._begin() is not None:
            panel = SignalPanel(f"signal to {title_of(self._targets)}", number)
            await lay_menu(self, SignalMenu(SIGNAL, panel, self.look, self.view))

    def action_nice(self, change: int) -> None:
        from nodetop.screens.acting.words import nice_words

        control = self._begin()
        if control is not None:
            rows = self._targets
            self._run(lambda: control.renice(rows, change), lambda outcomes: nice_words(outcomes, change))

    async def action_ionice(self) -> None:
        from nodetop.screens.acting.words import title_of
        from nodetop.widgets.menus.choices import io_panel

        scheduling = await self._scheduling()
        if scheduling is not None and scheduling.io_class is None:
            self.hint("I/O priorities are there on Linux only")
        elif scheduling is not None:
            panel = io_panel(f"I/O priority of {title_of(self._targets)}", scheduling)
            await lay_menu(self, Menu(IO, panel, self.look, self.view))

    async def action_affinity(self) -> None:
        from nodetop.screens.acting.words import title_of
        from nodetop.widgets.menus.choices import AffinityMenu, AffinityPanel

        scheduling = await self._scheduling()
        if scheduling is not None and scheduling.cpus is None:
            self.hint("this system does not bind processes to CPUs")
        elif scheduling is not None:
            cpus = scheduling.cpus_online or scheduling.cpus or ()
            panel = AffinityPanel(f"CPUs of {title_of(self._targets)}", cpus, scheduling.cpus or ())
            await lay_menu(self, AffinityMenu(AFFINITY, panel, self.look, self.view))

    # What menus answer

    async def choose_act(self, kind: str, choice: str) -> bool:
        """Goes on with what was chosen in a menu of acts. False if it was another menu's."""
        control = self.source.control
        if kind not in (SIGNAL, CONFIRM, IO, AFFINITY) or control is None:
            return False
        if kind == SIGNAL:
            self._signal = int(choice)
            await self._ask(control)
        else:
            self._act(kind, choice, control, self._targets)
        return True

    def _act(self, kind: str, choice: str, control: ProcessControl, rows: Sequence[ProcessMetrics]) -> None:
        from nodetop.screens.acting.words import acted
        from nodetop.widgets.menus.choices import IO_CHOICES
        from nodetop.widgets.menus.signals import signal_name

        number = self._signal
        if kind == CONFIRM:
            self._run(lambda: control.signal(rows, number), lambda done: acted(done, f"{signal_name(number)} sent to"))
        elif kind == IO:
            _, io_class, level = next(each for each in IO_CHOICES if each[0] == choice)
            words = f"I/O priority {io_class}{'' if level is None else f' {level}'} for"
            self._run(lambda: control.ionice(rows, io_class, level), lambda done: acted(done, words))
        elif not choice:
            self.hint("a process needs one CPU at least: nothing was changed")
        else:
            cpus = frozenset(map(int, choice.split()))
            words = f"CPUs {choice.replace(' ', ',')} for"
            self._run(lambda: control.set_affinity(rows, cpus), lambda done: acted(done, words))

    async def _ask(self, control: ProcessControl) -> None:
        from nodetop.screens.acting.words import kill_order, title_of, warnings_of
        from nodetop.widgets.menus.confirm import Confirm, ConfirmPanel
        from nodetop.widgets.menus.signals import signal_name

        rows = self._targets
        self._targets = kill_order(rows, self._signal)
        title = f"send {signal_name(self._signal)} ({self._signal}) to {title_of(rows)}?"
        panel = ConfirmPanel(title, self._targets, warnings_of(rows, control.own_pid), self.view.now)
        await lay_menu(self, Confirm(CONFIRM, panel, self.look, self.view))

    # How

    def _begin(self) -> ProcessControl | None:
        """Takes hold of what is meant; without it, or where nothing can be done, says why."""
        control = self.source.control
        reason = why_not(self.source)
        if reason is not None or control is None:
            self.hint(reason or "")
            return None
        self._targets = tuple(self.targets())
        if not self._targets:
            self.hint("no process is selected")
            return None
        return control

    async def _scheduling(self) -> Scheduling | None:
        """How the first of the processes meant is scheduled now."""
        control = self._begin()
        if control is None:
            return None
        first = self._targets[0]
        try:
            return await control.scheduling(first.pid, first.started_at)
        except ProcessGone:
            self.hint(f"process {first.pid} ended meanwhile; nothing was changed")
        except OSError as error:
            self.hint(f"process {first.pid}: {error.strerror or error}")
        return None

    def _run(self, act: Callable[[], Awaitable[Sequence[Outcome]]], words: Callable[[Sequence[Outcome]], str]) -> None:
        async def run() -> None:
            self.hint(words(await act()))

        self.run_worker(run(), group="acts")


def why_not(source: Source) -> str | None:
    """Why processes cannot be acted upon here, in one plain line; None: they can."""
    if source.control is not None:
        return source.control.refusal
    return f"signals are sent on the host itself: {source.description}"
