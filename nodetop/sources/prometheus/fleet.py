"""All nodes of a store as rows: what is asked, and what is made of the answers. Pure.

Everything is added up by the store, so that an answer has one value for each node, however many CPUs it has.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from nodetop.base.text import clean
from nodetop.model.node_status import state_of
from nodetop.model.snapshot import NodeStatus
from nodetop.sources.prometheus.labels import Labels, Target
from nodetop.sources.prometheus.metrics import CLOCK, CPU, CPU_CHIP, CPU_PLACE, NOT_STORAGE, SEEN, STACKED, VIRTUAL
from nodetop.sources.prometheus.promql import Part, Value, Values, share_covered

PAST_SECONDS = 3600
"""A node that was seen within this time is shown, even if it is gone."""
_IDLE = 'mode="idle"'


def _metric(labels: Labels, name: str, *selectors: str) -> str:
    return f"{name}{{{labels.joined(*selectors)}}}"


def rare_parts(labels: Labels) -> list[Part]:
    """What changes rarely: asked once a minute."""
    by = labels.by
    os = _metric(labels, "node_os_info")

    def ended(times: str) -> str:
        return f"max_over_time(timestamp({_metric(labels, SEEN)})[{times}])"

    with_os = labels.by_also("pretty_name")
    return [
        Part("os", f"max {with_os} ({os})"),
        Part("last", f"max {by} ({ended('120s:5s')} or {ended(f'{PAST_SECONDS}s:60s')})"),
        Part("boot", f"max {by} (last_over_time({_metric(labels, SEEN)}[{PAST_SECONDS}s]))"),
    ]


def idle_parts(labels: Labels, window: int) -> list[Part]:
    """The expensive one: it reads a series of every CPU."""
    idle = f"avg {labels.by} (rate({_metric(labels, CPU, _IDLE)}[{window}s]))"
    return [Part("idle", idle), clock_part("clock", labels, window)]


def clock_part(name: str, labels: Labels, window: int) -> Part:
    """How much of a window of rates has samples, by node. See metrics.CLOCK."""
    return Part(name, f"max {labels.by} (rate({_metric(labels, CLOCK)}[{window}s]))")


def waiting_parts(labels: Labels, window: int) -> list[Part]:
    """More of every CPU. Of many nodes, this is asked once a minute, and not for the first screen."""
    idle, waiting = _metric(labels, CPU, _IDLE), _metric(labels, CPU, 'mode=~"iowait|steal"')
    by_mode = labels.by_also("mode")
    return [
        Part("cpus", f"count {labels.by} ({idle})"),
        Part("waiting", f"avg {by_mode} (rate({waiting}[{window}s]))"),
        clock_part("waiting_clock", labels, window),
    ]


def device_parts(labels: Labels, window: int) -> list[Part]:
    """Disks, interfaces and file systems."""
    by = labels.by

    def rate(name: str, selector: str) -> str:
        return f"rate({_metric(labels, name, selector)}[{window}s])"

    def space(name: str) -> str:
        return _metric(labels, f"node_filesystem_{name}", f'fstype!~"{NOT_STORAGE}"')

    disks, networks = f'device!~"{STACKED}"', f'device!~"{VIRTUAL}"'
    used, available = f"({space('size_bytes')} - {space('free_bytes')})", space("avail_bytes")
    writable = f"unless ({space('readonly')} == 1)"
    return [
        Part("read", f"sum {by} ({rate('node_disk_read_bytes_total', disks)})"),
        Part("write", f"sum {by} ({rate('node_disk_written_bytes_total', disks)})"),
        Part("utilisation", f"max {by} ({rate('node_disk_io_time_seconds_total', disks)})"),
        Part("receive", f"sum {by} ({rate('node_network_receive_bytes_total', networks)})"),
        Part("transmit", f"sum {by} ({rate('node_network_transmit_bytes_total', networks)})"),
        Part("fullest", f"topk {by} (1, {used} / ({used} + {available}) {writable})"),
        Part("inodes", f"max {by} (1 - {space('files_free')} / ({space('files')} > 0) {writable})"),
    ]


def other_parts(labels: Labels) -> list[Part]:
    """Values that each node has once."""
    by = labels.by

    def one(name: str) -> str:
        return f"max {by} ({_metric(labels, name)})"

    chips = f"max {labels.by_also('chip')} "
    named = f'chip_name=~"{CPU_CHIP}"'
    chips += f"({_metric(labels, 'node_hwmon_chip_names', named)})"
    celsius = _metric(labels, "node_hwmon_temp_celsius")
    on = f"on ({', '.join((*labels.names, 'chip'))}) group_left ()"
    placed = _metric(labels, "node_hwmon_temp_celsius", f'chip=~"{CPU_PLACE}|{CPU_CHIP}"')
    zones = _metric(labels, "node_thermal_zone_temp", f'type=~"{CPU_CHIP}"')
    return [
        Part("seen", f"max {by} (timestamp({_metric(labels, SEEN)}))"),
        Part("booted", one(SEEN)),
        Part("load", one("node_load1")),
        Part("memory_total", one("node_memory_MemTotal_bytes")),
        Part("memory_available", one("node_memory_MemAvailable_bytes")),
        Part("swap_total", one("node_memory_SwapTotal_bytes")),
        Part("swap_free", one("node_memory_SwapFree_bytes")),
        Part("oom_kills", one("node_vmstat_oom_kill")),
        Part("celsius", f"max {by} ({placed} or {celsius} * {on} {chips} or {zones})"),
        Part("down", f"max {by} ({_metric(labels, 'up')} == 0)"),
        Part("processes", f"sum {by} ({_metric(labels, 'nodetop_processes')})"),
        Part("top_cpu", f"topk {by} (1, {_metric(labels, 'nodetop_top_program_cpu_ratio')})"),
        Part("top_memory", f"topk {by} (1, {_metric(labels, 'nodetop_top_program_resident_memory_bytes')})"),
    ]


class FleetRows:
    """The answers about all nodes at one time, by node."""

    def __init__(self, labels: Labels, values: Values, before: Mapping[Target, float] = MappingProxyType({})) -> None:
        """`before`: when each node's newest sample was taken, as known from earlier answers."""
        self._before = before
        self._by_part: dict[str, dict[Target, Value]] = {}
        self._waiting: dict[tuple[Target, str | None], float] = {}
        for name, found in values.items():
            if name == "waiting":
                self._waiting = {(labels.target(each.labels), each.labels.get("mode")): each.value for each in found}
            else:
                self._by_part[name] = {labels.target(each.labels): each for each in found}

    @property
    def targets(self) -> set[Target]:
        """All nodes that were seen in the last hour, and those in the same jobs that the store fails to scrape."""
        found = self._by_part
        seen = {*found.get("seen", {}), *found.get("last", {}), *found.get("boot", {})}
        jobs = {target.job for target in seen}
        return seen | {target for target in found.get("down", {}) if target.job in jobs}

    def is_sampled(self, target: Target) -> bool:
        """Whether it has a current sample."""
        return target in self._by_part.get("seen", {})

    def seen_at(self, target: Target) -> float | None:
        """The time of the node's last sample."""
        times = [self._before.get(target), *(self._value(part, target) for part in ("seen", "last"))]
        return max((time for time in times if time is not None), default=None)

    def row(self, target: Target, name: str, now: float, interval: float | None) -> NodeStatus:
        """The node at `now`, by the store's clock. One without a current sample has no values."""
        seen_at = self.seen_at(target)
        age = None if seen_at is None else max(now - seen_at, 0.0)
        cpus, boot = self._value("cpus", target), self._value("boot", target)
        is_down = self._value("down", target) is not None
        is_sampled = self.is_sampled(target)
        state = "gone" if age is None else state_of(age, interval)
        if is_down and state == "up":
            state = "late"
        return NodeStatus(
            node=name,
            cluster=clean(target.cluster),
            state=state,
            age_seconds=age,
            boot_id="" if boot is None else f"{boot:.0f}",
            uptime_seconds=None if boot is None or not is_sampled else max(now - boot, 0.0),
            cpu_count=None if cpus is None else round(max(cpus, 0.0)),
            os=self._label("os", target, "pretty_name"),
            problem="the store cannot scrape this node (up is 0)" if is_down else None,
            **(self._values(target) if is_sampled else {}),
        )

    def _values(self, target: Target) -> dict[str, Any]:
        total, available = self._value("memory_total", target), self._value("memory_available", target)
        swap, swap_free = self._value("swap_total", target), self._value("swap_free", target)
        disks, networks = "disk", "network"
        return {
            **self._shares(target),
            "load_1m": self._positive("load", target),
            "memory_total_bytes": None if total is None else round(max(total, 0.0)),
            "memory_used_percent": _used_percent(total, available),
            "swap_used_percent": _used_percent(swap, swap_free),
            "filesystem_used_percent": self._positive("fullest", target, 100),
            "fullest_filesystem": self._label("fullest", target, "mountpoint"),
            "inodes_used_percent": self._positive("inodes", target, 100),
            f"{disks}_read_bytes_per_second": self._positive("read", target),
            f"{disks}_write_bytes_per_second": self._positive("write", target),
            f"{disks}_utilisation_percent": self._positive("utilisation", target, 100, most=100),
            f"{networks}_receive_bytes_per_second": self._positive("receive", target),
            f"{networks}_transmit_bytes_per_second": self._positive("transmit", target),
            "cpu_celsius": self._value("celsius", target),
            "oom_kills": _whole(self._positive("oom_kills", target)),
            "processes_total": _whole(self._positive("processes", target)),
            "top_cpu": self._label("top_cpu", target, "program"),
            "top_memory": self._label("top_memory", target, "program"),
        }

    def _shares(self, target: Target) -> dict[str, float | None]:
        idle = self._value("idle", target)
        idle = None if idle is None else idle / share_covered(self._value("clock", target))
        covered = share_covered(self._value("waiting_clock", target))
        iowait, steal = (
            None if share is None else share / covered
            for share in (self._waiting.get((target, mode)) for mode in ("iowait", "steal"))
        )
        return {
            "cpu_busy_percent": None if idle is None else 100 - _percent(idle + (iowait or 0.0)),
            "iowait_percent": None if iowait is None else _percent(iowait),
            "steal_percent": None if steal is None else _percent(steal),
        }

    def _value(self, part: str, target: Target) -> float | None:
        found = self._by_part.get(part, {}).get(target)
        return None if found is None else found.value

    def _positive(self, part: str, target: Target, factor: float = 1.0, most: float = 1e15) -> float | None:
        value = self._value(part, target)
        return None if value is None or value < 0 else min(value * factor, most)

    def _label(self, part: str, target: Target, label: str) -> str | None:
        found = self._by_part.get(part, {}).get(target)
        return clean(found.labels.get(label, "")) or None if found is not None else None


def _percent(share: float) -> float:
    return min(max(100 * share, 0.0), 100.0)


def _used_percent(total: float | None, free: float | None) -> float | None:
    if total is None or free is None or total <= 0:
        return None
    return min(max(100 * (total - free) / total, 0.0), 100.0)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def frequent_parts(labels: Labels, window: int) -> list[list[Part]]:
    """What is asked at each refresh: one query each, which run beside each other."""
    return [idle_parts(labels, window), device_parts(labels, window), other_parts(labels)]
