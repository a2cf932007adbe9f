"""Takes a snapshot of a node: runs all probes and combines their results."""

import os
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from nodetop.base.clock import Clock, SystemClock
from nodetop.base.text import clean
from nodetop.model.snapshot import NodeSnapshot, ProbeReport
from nodetop.probes.base.model_check import ModelCheck
from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.base.probe import Probe
from nodetop.probes.base.runner import BackgroundRunner, ClockReading, Outcome, ProbeRunner, one_line
from nodetop.probes.host_files import HostFiles
from nodetop.probes.monitor_cost import MonitorMeter

_WAIT_FOR_BACKGROUND_SECONDS = 0.05
_LATEST = 250e9  # the latest time of the model, model/bounds.py
_BOOT_ID = "/proc/sys/kernel/random/boot_id"


class Sampler:
    """Samples all probes of one node. Not thread-safe: only one thread at a time may call sample()."""

    def __init__(
        self, files: HostFiles, probes: Sequence[Probe], *, node: str | None = None, clock: Clock | None = None,
        rest: Rest = no_rest,
    ) -> None:  # fmt: skip
        """`node` is the name in the snapshots; None means the host's own name in lower case. `rest` is called between
        pieces of work, see pace.py."""
        self.files = files
        self.node = clean(node or "") or node_name(files)
        self._clock = clock or SystemClock()
        self._probes = list(probes)
        runners = [ProbeRunner(probe, self._clock) for probe in probes if probe.slow_seconds <= 0]
        self._runners = [runner for runner in runners if not runner.probe.is_compared]
        self._compared = [runner for runner in runners if runner.probe.is_compared]
        self._background = [BackgroundRunner(probe, self._clock, rest) for probe in probes if probe.slow_seconds > 0]
        self._rest = rest
        self._boot_id = run_id(files)
        self._seq = 0
        self._last: ClockReading | None = None
        self._meter = MonitorMeter()
        self._model = ModelCheck()

    def sample(self, *, for_first_frame: bool = False) -> NodeSnapshot:
        """Takes a snapshot; `for_first_frame`: without what the first frame of a screen does not show. If a probe
        fails, its metric is None and its report says why. Values outside the model's bounds are left out, and the
        report says which. Slow probes get 50 ms together; after that their last result is used. Never raises because a
        probe failed, or ran out of threads, descriptors or memory."""
        now, taken_at = ClockReading.of(self._clock), min(max(self._clock.wall(), 0.0), _LATEST)
        interval, self._last = now.since(self._last), now
        self._seq += 1
        if for_first_frame:
            for probe in self._probes:
                probe.skip_unseen()
        due = [runner for runner in self._background if not for_first_frame or runner.probe.in_first_frame]
        started = [runner for runner in due if runner.start_if_due()]
        outcomes = self._outcomes()
        seconds = sum(outcome.report.seconds or 0.0 for outcome in outcomes.values())
        deadline = self._clock.monotonic() + _WAIT_FOR_BACKGROUND_SECONDS
        for runner in started:
            runner.wait(deadline - self._clock.monotonic())
        outcomes |= {runner.probe.name: runner.outcome() for runner in self._background}
        metrics: dict[str, Any] = {probe.name: outcomes[probe.name].metric for probe in self._probes}
        reports = {probe.name: outcomes[probe.name].report for probe in self._probes}
        self._mend(metrics, reports)
        self._rest()
        return NodeSnapshot(
            node=self.node,
            taken_at=taken_at,
            interval=interval,
            boot_id=self._boot_id,
            seq=self._seq,
            probes=tuple(reports.values()),
            monitor=self._meter.measure(interval, seconds),
            **metrics,
        )

    def _outcomes(self) -> dict[str, Outcome]:
        """Of the probes that are read in this thread."""
        outcomes: dict[str, Outcome] = {}
        for runner in self._runners:
            outcomes[runner.probe.name] = runner.run()
            self._rest()
        for runner in self._compared:
            runner.prepare()
        self._rest()
        for runner in self._compared:
            outcomes[runner.probe.name] = runner.run()
        self._rest()
        return outcomes

    def _mend(self, metrics: dict[str, Any], reports: dict[str, ProbeReport]) -> None:
        """Removes values outside the model's bounds from the metrics, and notes that in the reports."""
        try:
            odd = self._model.odd(metrics)
        except Exception as error:  # out of memory
            odd = {name: (None, one_line(error)) for name in metrics}
        for name, (metric, why) in odd.items():
            report = reports[name]
            lost = metric is None and report.status == "ok" and why is not None
            reports[name] = replace(report, status="failed" if lost else report.status, reason=report.reason or why)
            metrics[name] = metric
            if not hasattr(NodeSnapshot, name):
                del metrics[name]

    def watch(self, pids: frozenset[int]) -> None:
        """Sets which processes are on the screen, so that a probe that skips idle processes reads these every time."""
        for probe in self._probes:
            probe.watch(pids)

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        """Sets which workloads are on the screen; None: none are, so they are read less often."""
        for probe in self._probes:
            probe.watch_groups(groups)

    def started_at(self, pid: int) -> float | None:
        """When the process that has this PID now started, exactly as in a snapshot's row. Can be called from any
        thread."""
        answers = (probe.started_at(pid) for probe in self._probes)
        return next((started for started in answers if started is not None), None)

    def read_threads(self, wanted: bool) -> bool:
        """Turns rows of threads on or off in the following snapshots. Returns False if no probe can read them."""
        answers = [probe.read_threads(wanted) for probe in self._probes]
        return any(answers)

    def close(self) -> None:
        """Stops what the probes started. A hanging reading is left alone."""
        for probe in self._probes:
            probe.close()


def node_name(files: HostFiles) -> str:
    """The host's name in lower case, as used in a cluster."""
    # /proc/sys/kernel/hostname is the reader's name even in another host's /proc, so that host's own file goes first.
    of_root = files.line("/etc/hostname") if files.root else None
    name = of_root or files.line("/proc/sys/kernel/hostname") or os.uname().nodename
    return clean(name).lower() or "localhost"


def run_id(files: HostFiles) -> str:
    """An id of this run: the start of the kernel's boot id, and a random part. (node, run, seq) identifies a sample. A
    restarted agent counts from one again, so its samples must differ in the run id."""
    boot = clean(files.line(_BOOT_ID) or "unknown")[:8]
    return f"{boot}-{os.urandom(4).hex()}"
