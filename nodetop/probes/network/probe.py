"""Network interfaces over the interval. Counters from /proc/net/dev, facts from /sys/class/net."""

import time
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.snapshot import NetworkMetrics
from nodetop.probes.base.probe import Probe, delta_rate
from nodetop.probes.host_files import HostFiles
from nodetop.probes.network.default_route import default_interface
from nodetop.probes.network.facts import LinkFacts, link_facts, link_folder

_FACTS_SECONDS = 30.0
_LARGEST = 2**63 - 1
_COLUMNS = 12
"""The columns up to the last one that is used, of sixteen."""
_MOST_DIGITS = 20

Identity = tuple[int | None, str | None]
"""The interface's inode in /sys/class/net, which changes if it is created again, and its state."""


class NetworkReading(Struct, frozen=True, kw_only=True):
    """Running counts of one interface, and its facts."""

    inode: int | None
    state: str | None
    facts: LinkFacts
    addresses: tuple[str, ...]
    counts: tuple[int, ...]
    """Received bytes, packets, errors, drops; then the same for transmitted."""


class NetworkProbe(Probe):
    """Fills `networks`. Totals include only interfaces that leave the machine, so bridges and bonds do not count
    twice."""

    name = "networks"

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        # The first process is in the host's namespace, even if this process runs in another one.
        is_elsewhere = not files.live and files.exists("/proc/1/net/dev")
        self._folder = "/proc/1/net" if is_elsewhere else "/proc/net"
        self._facts: dict[str, tuple[Identity, LinkFacts]] = {}
        self._addresses: dict[str, list[str]] = {}
        self._facts_due = self._addresses_due = 0.0
        self._skips_addresses = False

    def skip_unseen(self) -> None:
        self._skips_addresses = True

    def read(self) -> dict[str, NetworkReading]:
        """Counters by (raw) name, in the kernel's order. Raises OSError."""
        counts = parse_net_dev(self._files.text(f"{self._folder}/dev"))
        self.notice = None if counts else f"no interfaces in {self._files.path(self._folder)}/dev"
        inodes = self._files.inodes("/sys/class/net")
        states = {name: self._files.line(f"{link_folder(name)}/operstate") for name in counts}
        identities: dict[str, Identity] = {name: (inodes.get(name), states[name]) for name in counts}
        self._learn(identities)
        readings = {
            name: NetworkReading(
                inode=inodes.get(name),
                state=states[name],
                facts=self._facts[name][1],
                addresses=tuple(self._addresses.get(name, ())),
                counts=each,
            )
            for name, each in counts.items()
        }
        return readings if any(each.facts.in_total for each in readings.values()) else self._led_out(readings)

    def _learn(self, identities: dict[str, Identity]) -> None:
        """Reads the facts of interfaces that are new or changed state; all facts and the addresses twice a minute."""
        now = time.monotonic()
        known = {} if now >= self._facts_due else self._facts
        changed = [name for name, identity in identities.items() if known.get(name, (None,))[0] != identity]
        if changed:
            self._addresses_due = now
        if self._skips_addresses:
            self._skips_addresses = False
        elif now >= self._addresses_due:
            from nodetop.probes.network.addresses import addresses  # late: the first frame does without, and sockets

            self._addresses = addresses(self._files, self._folder)
            self._addresses_due = now + _FACTS_SECONDS
        if now >= self._facts_due:
            self._facts_due = now + _FACTS_SECONDS
        fresh = {name: (identities[name], link_facts(self._files, name)) for name in changed}
        self._facts = {name: fresh.get(name) or known[name] for name in identities}

    def _led_out(self, readings: dict[str, NetworkReading]) -> dict[str, NetworkReading]:
        # In a container no interface has a device, so the one with the default route is used.
        name = default_interface(self._files, self._folder)
        if name is None or name not in readings:
            return readings
        reading = readings[name]
        return readings | {name: replace(reading, facts=replace(reading.facts, in_total=True))}

    def derive(
        self, previous: dict[str, NetworkReading] | None, current: dict[str, NetworkReading], elapsed: float | None
    ) -> tuple[NetworkMetrics, ...]:
        """Rates per interface; None for a new one, one that was created again, and after a reset."""
        return tuple(_metrics(name, (previous or {}).get(name), now, elapsed) for name, now in current.items())


def parse_net_dev(text: str) -> dict[str, tuple[int, ...]]:
    """Bytes, packets, errors and drops, received and then transmitted, by interface. Other lines are ignored."""
    found = {}
    for line in text.split("\n"):
        # Before Linux 2.6.27 no space follows the colon.
        name, separator, rest = line.rpartition(":")
        field = rest.split()
        if separator and name.strip() and len(field) >= _COLUMNS and all(map(_is_counter, field[:_COLUMNS])):
            numbers = [int(value) for value in field[:_COLUMNS]]
            found[name.strip()] = (*numbers[0:4], *numbers[8:12])
    return found


def _is_counter(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _metrics(name: str, before: NetworkReading | None, now: NetworkReading, elapsed: float | None) -> NetworkMetrics:
    rates: dict[str, Any] = {}
    if before is not None and before.inode == now.inode:
        grown = [delta_rate(old, new, elapsed) for old, new in zip(before.counts, now.counts, strict=True)]
        in_rate, in_packets, _, _, out_rate, out_packets, _, _ = grown
        rates = {
            "receive_bytes_per_second": in_rate,
            "receive_packets_per_second": in_packets,
            "transmit_bytes_per_second": out_rate,
            "transmit_packets_per_second": out_packets,
        }
    facts = now.facts
    in_bytes, _, in_errors, in_drops, out_bytes, _, out_errors, out_drops = (
        min(count, _LARGEST) for count in now.counts
    )
    return NetworkMetrics(
        interface=clean(name),
        kind=facts.kind,
        in_total=facts.in_total,
        addresses=now.addresses,
        mac=facts.mac,
        state=None if now.state is None else clean(now.state),
        speed_mbps=facts.speed_mbps,
        receive_errors=in_errors,
        receive_drops=in_drops,
        transmit_errors=out_errors,
        transmit_drops=out_drops,
        receive_total_bytes=in_bytes,
        transmit_total_bytes=out_bytes,
        **rates,
    )
