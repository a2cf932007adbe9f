"""The CPUs: /proc/stat, /proc/loadavg, cpufreq, pressure."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from nodetop.model.snapshot import CoreMetrics, CpuMetrics, Pressure
from nodetop.probes.base.pressure import read_pressure
from nodetop.probes.base.probe import Probe, delta_rate
from nodetop.probes.cpu.cpu_list import parse_cpu_list
from nodetop.probes.cpu.frequency import CpuFrequency
from nodetop.probes.cpu.model import cpu_mhz, cpu_model, parse_cpuinfo
from nodetop.probes.cpu.times import Shares, Times, forks, parse_stat, shares
from nodetop.probes.host_files import HostFiles

Load = tuple[float, float, float]


class CpuReading(Struct, frozen=True):
    """Ticks of all CPUs and of each online one, and other current facts about them."""

    total: Times | None = None
    cores: tuple[tuple[int, Times], ...] = ()
    offline: tuple[int, ...] = ()
    load: Load | None = None
    model: str | None = None
    nominal_mhz: float | None = None
    frequencies: tuple[tuple[int, float], ...] = ()
    celsius: Mapping[int, float] = {}
    pressure: Pressure | None = None
    io_pressure: Pressure | None = None
    forks: int | None = None


class CpuProbe(Probe):
    """Fills `cpu`. `core_celsius` returns the last temperatures by CPU, which the temperature probe reads."""

    name = "cpu"
    is_compared = True

    def __init__(
        self,
        files: HostFiles,
        *,
        frequency: CpuFrequency | None = None,
        core_celsius: Callable[[], Mapping[int, float]] = dict,
    ) -> None:
        self._files = files
        self._core_celsius = core_celsius
        self._frequency = frequency or CpuFrequency(files)
        self._online: tuple[int, ...] | None = None
        self._offline: tuple[int, ...] = ()
        self._model: str | None = None
        self._nominal_mhz: float | None = None
        self.total: Times | None = None
        """Of the last reading; None if it failed."""

    def read(self) -> CpuReading:
        self.total = None
        stat = self._files.read("/proc/stat")
        total, cores = parse_stat(stat)
        self.total = total
        self.notice = self._without_times(total)
        online = tuple([core for core, _ in cores])
        if online != self._online:
            self._learn(online)
        return CpuReading(
            total=total,
            cores=cores,
            offline=self._offline,
            load=parse_load(self._files.line("/proc/loadavg")),
            model=self._model,
            nominal_mhz=self._nominal_mhz,
            frequencies=self._frequency.read(online),
            celsius=self._core_celsius(),
            pressure=read_pressure(self._files, "cpu"),
            io_pressure=read_pressure(self._files, "io"),
            forks=forks(stat),
        )

    def derive(self, previous: CpuReading | None, current: CpuReading, elapsed: float | None) -> CpuMetrics:
        return derive(previous, current, elapsed)

    def _without_times(self, total: Times | None) -> str | None:
        """Some sandboxes have an empty /proc/stat; gVisor's is all zeros."""
        where = self._files.path("/proc/stat")
        if total is None:
            return f"no CPU times in {where}"
        return None if any(total) else f"{where} counts no CPU time"

    def _learn(self, online: tuple[int, ...]) -> None:
        """Reads what changes only when a CPU goes online or offline. On a large machine /proc/cpuinfo takes
        milliseconds."""
        info = parse_cpuinfo(self._files.read_or_empty("/proc/cpuinfo").decode("utf-8", "replace"))
        self._model, self._nominal_mhz = cpu_model(self._files, info), cpu_mhz(info)
        listed = parse_cpu_list(self._files.line("/sys/devices/system/cpu/online"))
        # Inside LXC /proc/stat has the container's CPUs and sysfs the host's. Then sysfs cannot be used.
        agreed = listed == online
        present = parse_cpu_list(self._files.line("/sys/devices/system/cpu/present")) if agreed else ()
        self._offline = tuple(sorted(set(present) - set(online)))
        self._online = online


def derive(previous: CpuReading | None, current: CpuReading, elapsed: float | None) -> CpuMetrics:
    """Shares over the interval; None in the first sample, after a suspend, and for a core that just came online."""
    if previous is None or elapsed is None or elapsed <= 0:
        previous = CpuReading()
    before, frequencies = dict(previous.cores), dict(current.frequencies)
    cores = [
        _core(core, shares(before.get(core), now), frequencies.get(core), current.celsius.get(core))
        for core, now in current.cores
    ]
    cores += [CoreMetrics(index=core, online=False) for core in current.offline]
    load = current.load or (None, None, None)
    return CpuMetrics(
        **_total(shares(previous.total, current.total)),
        cores=tuple(sorted(cores, key=lambda core: core.index)),
        load_1m=load[0],
        load_5m=load[1],
        load_15m=load[2],
        model=current.model,
        frequency_mhz=sum(frequencies.values()) / len(frequencies) if frequencies else current.nominal_mhz,
        pressure=current.pressure,
        io_pressure=current.io_pressure,
        forks_per_second=delta_rate(previous.forks, current.forks, elapsed),
    )


def _total(spent: Shares | None) -> dict[str, Any]:
    if spent is None:
        return {}
    return {
        "busy_percent": spent.busy,
        "user_percent": spent.user,
        "nice_percent": spent.nice,
        "system_percent": spent.system,
        "iowait_percent": spent.iowait,
        "irq_percent": spent.irq,
        "steal_percent": spent.steal,
        "guest_percent": spent.guest,
    }


def _core(index: int, spent: Shares | None, mhz: float | None, celsius: float | None) -> CoreMetrics:
    if spent is None:
        return CoreMetrics(index=index, frequency_mhz=mhz, celsius=celsius)
    return CoreMetrics(
        index=index,
        busy_percent=spent.busy,
        user_percent=spent.user,
        system_percent=spent.system,
        iowait_percent=spent.iowait,
        frequency_mhz=mhz,
        celsius=celsius,
    )


def parse_load(line: str | None) -> Load | None:
    """`0.42 0.31 0.20 1/123 4567`: the mean number of running or blocked tasks over 1, 5 and 15 minutes."""
    try:
        one, five, fifteen = map(float, (line or "").split()[:3])
    except ValueError:
        return None
    return (one, five, fifteen) if all(math.isfinite(v) and v >= 0 for v in (one, five, fifteen)) else None
