"""Network interfaces over the interval. /proc/net/dev, and what /sys/class/net says each one is."""

from msgspec import Struct

from nodetop.model import NetworkMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.probes.probe import delta_rate
from nodetop.text import clean


class NetworkReading(Struct, frozen=True, kw_only=True):
    """Running counts of one interface, and what it is."""

    index: int | None
    kind: str
    in_total: bool
    mac: str | None
    state: str | None
    speed_mbps: int | None
    counts: tuple[int, ...]
    """Received bytes, packets, errors, drops; then the same transmitted."""


class NetworkProbe:
    """Every interface; the physical ones make the total, so that bridges and bonds are not counted twice."""

    name = "networks"
    slow_seconds = 0.0

    def __init__(self, files: HostFiles) -> None:
        self._files = files

    def read(self) -> dict[str, NetworkReading]:
        """Counters by interface. Raises OSError."""
        own = "/proc/1/net" if not self._files.live and self._files.exists("/proc/1/net/dev") else "/proc/net"
        found: dict[str, NetworkReading] = {}
        for line in self._files.text(f"{own}/dev").splitlines()[2:]:
            name, separator, rest = line.rpartition(":")
            field = rest.split()
            if separator and len(field) >= 12 and all(map(str.isdecimal, field)):
                numbers = [int(value) for value in field]
                found[clean(name.strip())] = self._reading(name.strip(), (*numbers[0:4], *numbers[8:12]))
        if not any(reading.in_total for reading in found.values()):
            _count_instead(found, self._default_route(own))
        return found

    def _reading(self, name: str, counts: tuple[int, ...]) -> NetworkReading:
        folder = f"/sys/class/net/{name}"
        kind = self._kind(name, folder)
        speed = self._files.number(f"{folder}/speed")
        mac = self._files.line(f"{folder}/address")
        return NetworkReading(
            index=self._files.number(f"{folder}/ifindex"),
            kind=kind,
            in_total=kind in ("physical", "wireless"),
            mac=clean(mac) if mac else None,
            state=self._files.line(f"{folder}/operstate"),
            speed_mbps=speed if speed and speed > 0 else None,
            counts=counts,
        )

    def _kind(self, name: str, folder: str) -> str:
        if name == "lo":
            return "loopback"
        for entry, kind in (
            ("bridge", "bridge"),
            ("bonding", "bond"),
            ("wireless", "wireless"),
            ("tun_flags", "tunnel"),
        ):
            if self._files.exists(f"{folder}/{entry}"):
                return kind
        if self._files.exists(f"{folder}/device"):
            return "physical"
        return "vlan" if self._files.exists(f"/proc/net/vlan/{name}") else "virtual"

    def _default_route(self, own: str) -> str | None:
        """Interface of the IPv4 default route, as the kernel's route table has it."""
        try:
            rows = [line.split() for line in self._files.text(f"{own}/route").splitlines()[1:]]
        except OSError:
            return None
        return next((clean(row[0]) for row in rows if len(row) > 7 and row[1] == row[7] == "00000000"), None)

    def derive(
        self, previous: dict[str, NetworkReading] | None, current: dict[str, NetworkReading], elapsed: float | None
    ) -> tuple[NetworkMetrics, ...]:
        """Rates per interface; None for a new one, one made anew, and after a reset."""
        return tuple(_metrics(name, (previous or {}).get(name), now, elapsed) for name, now in current.items())


def _count_instead(found: dict[str, NetworkReading], name: str | None) -> None:
    # In a container or a VM without a device file: the interface that leads out is what people mean.
    if name in found:
        reading = found[name]
        found[name] = NetworkReading(
            **{key: getattr(reading, key) for key in reading.__struct_fields__} | {"in_total": True}
        )


def _metrics(name: str, before: NetworkReading | None, now: NetworkReading, elapsed: float | None) -> NetworkMetrics:
    same = before is not None and before.index == now.index
    was = before.counts if before is not None and same else (None,) * 8
    rate = [delta_rate(old, new, elapsed) for old, new in zip(was, now.counts, strict=True)]
    return NetworkMetrics(
        interface=name, kind=now.kind, in_total=now.in_total, mac=now.mac, state=now.state, speed_mbps=now.speed_mbps,
        receive_bytes_per_second=rate[0], receive_packets_per_second=rate[1],
        transmit_bytes_per_second=rate[4], transmit_packets_per_second=rate[5],
        receive_errors=now.counts[2], receive_drops=now.counts[3],
        transmit_errors=now.counts[6], transmit_drops=now.counts[7],
    )  # fmt: skip
