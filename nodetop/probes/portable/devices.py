"""Disks, network interfaces and temperatures through psutil."""

import socket
from typing import Any

import psutil
from msgspec import Struct

from nodetop.base.text import clean
from nodetop.model.snapshot import DiskMetrics, NetworkMetrics, SensorReading, TemperatureMetrics
from nodetop.probes.base.probe import Probe, Unavailable, delta_rate

_LOOPBACK = ("lo",)
_VIRTUAL = ("bridge", "utun", "awdl", "llw", "gif", "stf", "tap", "tun", "vlan", "vmnet", "epair", "vnet", "anpi", "ap")
_CPU_WORDS = ("cpu", "core", "package", "soc", "tdie", "tctl")


class DiskReading(Struct, frozen=True, kw_only=True):
    """Running counts; None for what the system does not count."""

    reads: int
    writes: int
    read_bytes: int
    write_bytes: int
    read_ms: int | None
    write_ms: int | None
    busy_ms: int | None


class PortableDisksProbe(Probe):
    """disks of the snapshot."""

    name = "disks"

    def read(self) -> dict[str, DiskReading]:
        """Raises Unavailable."""
        try:
            counters = psutil.disk_io_counters(perdisk=True)
        except (AttributeError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unavailable(f"no disk counters here: {error}") from None
        return {clean(name): _disk(each) for name, each in (counters or {}).items()}

    def derive(
        self, previous: dict[str, DiskReading] | None, current: dict[str, DiskReading], elapsed: float | None
    ) -> tuple[DiskMetrics, ...]:
        """Rates per device; None for a new one, and after a reset."""
        return tuple(_disk_metrics(name, (previous or {}).get(name), now, elapsed) for name, now in current.items())


def _disk(counters: Any) -> DiskReading:
    return DiskReading(
        reads=counters.read_count,
        writes=counters.write_count,
        read_bytes=counters.read_bytes,
        write_bytes=counters.write_bytes,
        # psutil's fields are those the system has: some count no times.
        read_ms=getattr(counters, "read_time", None),
        write_ms=getattr(counters, "write_time", None),
        busy_ms=getattr(counters, "busy_time", None),
    )


def _disk_metrics(name: str, before: DiskReading | None, now: DiskReading, elapsed: float | None) -> DiskMetrics:
    if before is None:
        return DiskMetrics(device=name)
    busy = delta_rate(before.busy_ms, now.busy_ms, elapsed)
    return DiskMetrics(
        device=name,
        read_bytes_per_second=delta_rate(before.read_bytes, now.read_bytes, elapsed),
        write_bytes_per_second=delta_rate(before.write_bytes, now.write_bytes, elapsed),
        reads_per_second=delta_rate(before.reads, now.reads, elapsed),
        writes_per_second=delta_rate(before.writes, now.writes, elapsed),
        utilisation_percent=None if busy is None else busy / 10,
        read_await_ms=_wait(before.read_ms, now.read_ms, now.reads - before.reads),
        write_await_ms=_wait(before.write_ms, now.write_ms, now.writes - before.writes),
    )


def _wait(before: int | None, now: int | None, operations: int) -> float | None:
    if before is None or now is None or now < before or operations < 0:
        return None
    return (now - before) / operations if operations else 0.0


class NetworkReading(Struct, frozen=True, kw_only=True):
    """Running counts of one interface, and what it is."""

    kind: str
    addresses: tuple[str, ...]
    mac: str | None
    state: str | None
    speed_mbps: int | None
    counts: tuple[int, ...]
    """Received bytes, packets, errors, drops; then the same transmitted."""


class PortableNetworkProbe(Probe):
    """networks of the snapshot."""

    name = "networks"

    def read(self) -> dict[str, NetworkReading]:
        """Raises OSError."""
        states, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
        return {
            clean(name): _network(name, each, states.get(name), addresses.get(name, ()))
            for name, each in psutil.net_io_counters(pernic=True).items()
        }

    def derive(
        self, previous: dict[str, NetworkReading] | None, current: dict[str, NetworkReading], elapsed: float | None
    ) -> tuple[NetworkMetrics, ...]:
        """Rates per interface; None for a new one, and after a reset."""
        return tuple(_network_metrics(name, (previous or {}).get(name), now, elapsed) for name, now in current.items())


def _network(name: str, counters: Any, state: Any, addresses: Any) -> NetworkReading:
    families = (socket.AF_INET, socket.AF_INET6)
    return NetworkReading(
        kind=_kind(name),
        addresses=tuple(clean(each.address.partition("%")[0]) for each in addresses if each.family in families),
        mac=next((clean(each.address) for each in addresses if each.family == psutil.AF_LINK), None),
        state=None if state is None else "up" if state.isup else "down",
        speed_mbps=state.speed if state and state.speed > 0 else None,
        counts=(
            counters.bytes_recv, counters.packets_recv, counters.errin, counters.dropin,
            counters.bytes_sent, counters.packets_sent, counters.errout, counters.dropout,
        ),
    )  # fmt: skip


def _kind(name: str) -> str:
    letters = name.rstrip("0123456789")
    if letters in _LOOPBACK:
        return "loopback"
    return "virtual" if letters in _VIRTUAL else "physical"


def _network_metrics(
    name: str, before: NetworkReading | None, now: NetworkReading, elapsed: float | None
) -> NetworkMetrics:
    was: tuple[int | None, ...] = before.counts if before is not None else (None,) * len(now.counts)
    rate = [delta_rate(old, new, elapsed) for old, new in zip(was, now.counts, strict=True)]
    return NetworkMetrics(
        interface=name, kind=now.kind, in_total=now.kind == "physical", addresses=now.addresses, mac=now.mac,
        state=now.state, speed_mbps=now.speed_mbps,
        receive_bytes_per_second=rate[0], receive_packets_per_second=rate[1],
        transmit_bytes_per_second=rate[4], transmit_packets_per_second=rate[5],
        receive_errors=now.counts[2], receive_drops=now.counts[3],
        transmit_errors=now.counts[6], transmit_drops=now.counts[7],
    )  # fmt: skip


class PortableTemperatureProbe(Probe):
    """temperature of the snapshot, where psutil can read sensors (FreeBSD); macOS has none to offer."""

    name = "temperature"
    slow_seconds = 5.0

    def read(self) -> TemperatureMetrics:
        """Raises Unavailable."""
        try:
            chips = psutil.sensors_temperatures()
        except (AttributeError, NotImplementedError, OSError):
            chips = {}
        sensors = tuple(_sensor(chip, each) for chip, readings in chips.items() for each in readings)
        if not sensors:
            raise Unavailable("no temperature sensors")
        cpu = [sensor.celsius for sensor in sensors if sensor.kind == "cpu" and sensor.celsius is not None]
        return TemperatureMetrics(cpu_celsius=max(cpu, default=None), sensors=sensors)

    def derive(
        self, previous: TemperatureMetrics | None, current: TemperatureMetrics, elapsed: float | None
    ) -> TemperatureMetrics:
        return current


def _sensor(chip: str, reading: Any) -> SensorReading:
    said = f"{chip} {reading.label}".lower()
    return SensorReading(
        chip=clean(chip),
        label=clean(reading.label or chip),
        celsius=reading.current,
        high_celsius=reading.high or None,
        critical_celsius=reading.critical or None,
        kind="cpu" if any(word in said for word in _CPU_WORDS) else "other",
    )
