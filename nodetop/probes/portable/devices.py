"""Disks, network interfaces and temperatures through psutil."""

import socket
from typing import Any

import psutil
from msgspec import Struct

from nodetop.base.text import clean
from nodetop.model.snapshot import DiskMetrics, NetworkMetrics, SensorReading, TemperatureMetrics
from nodetop.probes.base.probe import Probe, Unavailable, delta_rate
from nodetop.probes.portable.counts import counted
from nodetop.probes.temperature.sensor_kinds import true_celsius, true_limit

_KINDS = {
    "loopback": ("lo",),
    "bond": ("lagg", "trunk", "aggr", "agr", "bond", "fec"),
    "bridge": ("bridge", "veb", "vswitch"),
    "vlan": ("vlan", "svlan"),
    "tunnel": (
        "wg", "utun", "tun", "tap", "gif", "gre", "egre", "mgre", "stf", "ppp", "pppoe", "ipsec", "sec", "enc",
        "etherip", "vxlan", "mpw", "ng", "l2tp", "ovpn", "zt",
    ),
    "virtual": (
        "awdl", "llw", "anpi", "ap", "epair", "pair", "vether", "vport", "vmnet", "vmenet", "vnet", "feth", "pflog",
        "pfsync", "pflow", "npflog", "ipfw", "carp", "usbus", "disc", "edsc", "faith", "nd", "XHC",
    ),
}  # fmt: skip
"""Names of virtual interfaces on macOS and the BSDs. Their traffic passes another interface."""
_CPU_WORDS = ("cpu", "core", "package", "soc", "tdie", "tctl")


class DiskReading(Struct, frozen=True, kw_only=True):
    """Running counts; None for values that the system does not count."""

    reads: int | None
    writes: int | None
    read_bytes: int | None
    write_bytes: int | None
    read_ms: int | None
    write_ms: int | None
    busy_ms: int | None


class PortableDisksProbe(Probe):
    """Fills `disks`."""

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
        """Rates per device; None for a new one and after a reset."""
        return tuple(_disk_metrics(name, (previous or {}).get(name), now, elapsed) for name, now in current.items())


def _disk(counters: Any) -> DiskReading:
    return DiskReading(
        reads=counted(counters.read_count),
        writes=counted(counters.write_count),
        read_bytes=counted(counters.read_bytes),
        write_bytes=counted(counters.write_bytes),
        read_ms=counted(getattr(counters, "read_time", None)),
        write_ms=counted(getattr(counters, "write_time", None)),
        busy_ms=counted(getattr(counters, "busy_time", None)),
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
        read_await_ms=_wait(_grown(before.read_ms, now.read_ms), _grown(before.reads, now.reads)),
        write_await_ms=_wait(_grown(before.write_ms, now.write_ms), _grown(before.writes, now.writes)),
    )


def _grown(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None or now < before else now - before


def _wait(milliseconds: int | None, operations: int | None) -> float | None:
    """Mean time of an operation; None without operations."""
    return milliseconds / operations if milliseconds is not None and operations else None


class NetworkReading(Struct, frozen=True, kw_only=True):
    """Running counts of one interface, and its facts."""

    kind: str
    addresses: tuple[str, ...]
    mac: str | None
    state: str | None
    speed_mbps: int | None
    counts: tuple[int | None, ...]
    """Received bytes, packets, errors, drops; then the same for transmitted. No system here counts transmit drops."""


class PortableNetworkProbe(Probe):
    """Fills `networks`."""

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
        """Rates per interface; None for a new one and after a reset."""
        return tuple(_network_metrics(name, (previous or {}).get(name), now, elapsed) for name, now in current.items())


def _network(name: str, counters: Any, state: Any, addresses: Any) -> NetworkReading:
    families = (socket.AF_INET, socket.AF_INET6)
    return NetworkReading(
        kind=_kind(name),
        addresses=tuple(clean(each.address.partition("%")[0]) for each in addresses if each.family in families),
        mac=next((clean(each.address) for each in addresses if each.family == psutil.AF_LINK), None),
        state=_link_state(state),
        speed_mbps=state.speed if state and state.speed > 0 else None,
        counts=(
            *map(counted, (counters.bytes_recv, counters.packets_recv, counters.errin, counters.dropin)),
            *map(counted, (counters.bytes_sent, counters.packets_sent, counters.errout)), None,
        ),
    )  # fmt: skip


def _link_state(state: Any) -> str | None:
    if state is None:
        return None
    return "up" if state.isup else "down"


def _kind(name: str) -> str:
    driver, dot, _ = name.partition(".")
    if dot:  # em0.100: the VLAN 100 on em0
        return "vlan"
    letters = driver.rstrip("0123456789")
    return next((kind for kind, drivers in _KINDS.items() if letters in drivers), "physical")


def _network_metrics(
    name: str, before: NetworkReading | None, now: NetworkReading, elapsed: float | None
) -> NetworkMetrics:
    was: tuple[int | None, ...] = before.counts if before is not None else (None,) * len(now.counts)
    rates = [delta_rate(old, new, elapsed) for old, new in zip(was, now.counts, strict=True)]
    in_bytes, in_packets, _, _, out_bytes, out_packets, _, _ = rates
    _, _, in_errors, in_drops, _, _, out_errors, out_drops = now.counts
    return NetworkMetrics(
        interface=name, kind=now.kind, in_total=now.kind == "physical", addresses=now.addresses, mac=now.mac,
        state=now.state, speed_mbps=now.speed_mbps,
        receive_bytes_per_second=in_bytes, receive_packets_per_second=in_packets,
        transmit_bytes_per_second=out_bytes, transmit_packets_per_second=out_packets,
        receive_errors=in_errors, receive_drops=in_drops, transmit_errors=out_errors, transmit_drops=out_drops,
    )  # fmt: skip


class PortableTemperatureProbe(Probe):
    """Fills `temperature` if psutil can read sensors (FreeBSD). On macOS it cannot."""

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
    high, critical = true_limit(reading.high), true_limit(reading.critical)
    return SensorReading(
        chip=clean(chip),
        label=clean(reading.label or chip),
        celsius=true_celsius(reading.current),
        high_celsius=None if high == critical else high,  # psutil repeats the value if it has only one of the two
        critical_celsius=critical,
        kind="cpu" if any(word in said for word in _CPU_WORDS) else "other",
    )
