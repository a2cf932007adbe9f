"""Takes a snapshot of a node: runs all probes and puts together what they say."""

import os
import platform
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from nodetop.base.clock import Clock, SystemClock
from nodetop.base.text import clean
from nodetop.model.snapshot import NodeSnapshot, ProbeReport
from nodetop.probes.base.host_files import HostFiles
from nodetop.probes.base.lane import Lane, Moment, Series, one_line
from nodetop.probes.base.model_check import ModelCheck
from nodetop.probes.base.probe import Probe
from nodetop.probes.monitor_cost import MonitorMeter

_WAIT_FOR_LANES_SECONDS = 0.05
_LATEST = 250e9  # the model's last moment, model/bounds.py
_BOOT_ID = "/proc/sys/kernel/random/boot_id"


class Sampler:
    """One node's probes, sampled together. Not thread-safe: one thread at a time calls sample()."""

    def __init__(
        self, files: HostFiles, probes: Sequence[Probe], *, node: str | None = None, clock: Clock | None = None
    ) -> None:
        """`node` is the name in the snapshots; None: the host's own, in small letters."""
        self.files = files
        self.node = clean(node or "") or node_name(files)
        self._clock = clock or SystemClock()
        self._probes = list(probes)
        self._series = [Series(probe, self._clock) for probe in probes if probe.slow_seconds <= 0]
        self._lanes = [Lane(probe, self._clock) for probe in probes if probe.slow_seconds > 0]
        self._boot_id = run_id(files)
        self._seq = 0
        self._last: Moment | None = None
        self._meter = MonitorMeter()
        self._model = ModelCheck()

    def sample(self) -> NodeSnapshot:
        """All metrics of this moment; one whose probe failed is None, and its report says why. What the model has no
        room for is left out, and the report says what. Slow probes are given 50 ms in all, then their last result
        stands. Never raises for a probe's failure, nor for want of threads, descriptors or memory in one."""
        now, taken_at = Moment.of(self._clock), min(max(self._clock.wall(), 0.0), _LATEST)
        interval, self._last = now.since(self._last), now
        self._seq += 1
        started = [lane for lane in self._lanes if lane.start_if_due()]
        outcomes = {series.probe.name: series.run() for series in self._series}
        seconds = sum(outcome.report.seconds or 0.0 for outcome in outcomes.values())
        deadline = self._clock.monotonic() + _WAIT_FOR_LANES_SECONDS
        for lane in started:
            lane.wait(deadline - self._clock.monotonic())
        outcomes |= {lane.probe.name: lane.outcome() for lane in self._lanes}
        metrics: dict[str, Any] = {probe.name: outcomes[probe.name].metric for probe in self._probes}
        reports = {probe.name: outcomes[probe.name].report for probe in self._probes}
        self._mend(metrics, reports)
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

    def _mend(self, metrics: dict[str, Any], reports: dict[str, ProbeReport]) -> None:
        """Takes out of the metrics what the model has no room for, and says so in the reports."""
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
        """Tells which processes are on the screen, so that a probe that spares itself looks at those each time."""
        for probe in self._probes:
            probe.watch(pids)

    def started_at(self, pid: int) -> float | None:
        """When the process that has this number now started, exactly as a snapshot's row says it. From any thread."""
        answers = (probe.started_at(pid) for probe in self._probes)
        return next((started for started in answers if started is not None), None)

    def read_threads(self, wanted: bool) -> bool:
        """Asks for rows of threads in the coming snapshots, or for none. False where no probe can read them."""
        answers = [probe.read_threads(wanted) for probe in self._probes]
        return any(answers)

    def close(self) -> None:
        """Ends what the probes started. A reading that hangs is left to itself."""
        for probe in self._probes:
            probe.close()


def node_name(files: HostFiles) -> str:
    """The host's name in small letters, as it is known in a cluster."""
    # /proc/sys/kernel/hostname is that of the reader, also below another host's /proc: its own file goes first.
    of_root = files.line("/etc/hostname") if files.root else None
    name = of_root or files.line("/proc/sys/kernel/hostname") or platform.node()
    return clean(name).lower() or "localhost"


def run_id(files: HostFiles) -> str:
    """Tells one run on one boot from all others: the start of the kernel's boot id, and a random part. (node, run, seq)
    names a sample, so a restarted agent, which counts from one again, must not look like the run before."""
    boot = clean(files.line(_BOOT_ID) or "unknown")[:8]
    return f"{boot}-{os.urandom(4).hex()}"
