"""File systems, disks and interfaces of one node, from the answers of a store. Pure."""

import re
from collections.abc import Iterable, Iterator

from nodetop.base.text import clean
from nodetop.model.snapshot import DiskMetrics, FilesystemMetrics, NetworkMetrics
from nodetop.sources.prometheus.metrics import STACKED, VIRTUAL
from nodetop.sources.prometheus.node_parts import DISK, FILESYSTEM, NETWORK
from nodetop.sources.prometheus.picks import by, whole
from nodetop.sources.prometheus.promql import Values

_STACKED = re.compile(STACKED)
_VIRTUAL = re.compile(VIRTUAL)


def filesystems_of(values: Values) -> Iterator[FilesystemMetrics]:
    keys = ("device", "mountpoint", "fstype")
    parts = {name: by(values, f"f_{name}", *keys) for name in FILESYSTEM}
    for key, size in sorted(parts["size_bytes"].items(), key=lambda item: item[0][1]):
        free, available = parts["free_bytes"].get(key), parts["avail_bytes"].get(key)
        files, files_free = parts["files"].get(key), parts["files_free"].get(key)
        used = None if free is None else max(size - free, 0.0)
        usable = None if used is None or available is None else used + available
        device, mount_point, fs_type = key
        yield FilesystemMetrics(
            device=clean(device, 4096),
            mount_point=clean(mount_point, 4096),
            fs_type=clean(fs_type),
            total_bytes=whole(size),
            used_bytes=whole(used),
            available_bytes=whole(available),
            used_percent=100 * used / usable if used is not None and usable is not None and usable > 0 else None,
            inodes_total=whole(files) or None,
            inodes_used_percent=100 * (files - files_free) / files if files and files_free is not None else None,
            read_only=parts["readonly"].get(key) == 1,
        )


def _devices(values: Values, parts: Iterable[str]) -> list[str]:
    return sorted({each.labels.get("device", "") for part in parts for each in values.get(part, ())})


def disks_of(values: Values) -> Iterator[DiskMetrics]:
    parts = {name: by(values, f"d_{name}", "device") for name in DISK}
    for device in _devices(values, [f"d_{name}" for name in DISK]):
        now = {name: found.get((device,)) for name, found in parts.items()}
        is_stacked = _STACKED.fullmatch(device) is not None
        busy = now["busy"]
        yield DiskMetrics(
            device=clean(device),
            kind=_disk_kind(device) if is_stacked else "disk",
            in_total=not is_stacked,
            read_bytes_per_second=now["read"],
            write_bytes_per_second=now["written"],
            reads_per_second=now["reads"],
            writes_per_second=now["writes"],
            utilisation_percent=None if busy is None else min(100 * busy, 100.0),
            read_await_ms=_wait_ms(now["read_time"], now["reads"]),
            write_await_ms=_wait_ms(now["write_time"], now["writes"]),
            queue_depth=now["queue"],
        )


def _disk_kind(device: str) -> str:
    return next((kind for kind in ("dm", "md") if device.startswith(kind)), "other")


def _wait_ms(seconds: float | None, operations: float | None) -> float | None:
    return 1000 * seconds / operations if seconds is not None and operations else None


def _state(up: float | None, is_virtual: bool) -> str | None:
    """By node_network_up: 0 is all but up, and the state of most interfaces without a cable is "unknown"."""
    return "up" if up == 1 else "down" if up == 0 and not is_virtual else None


def networks_of(values: Values) -> Iterator[NetworkMetrics]:
    rates = {name: by(values, f"n_{name}", "device") for name in NETWORK}
    counts = {name: by(values, name, "device") for name in ("errors_in", "errors_out", "drops_in", "drops_out")}
    facts = {each.labels.get("device", ""): each.labels for each in values.get("network", ())}
    speeds, up = by(values, "speed", "device"), by(values, "network_up", "device")
    for device in _devices(values, [f"n_{name}" for name in NETWORK] + ["network"]):
        key, about = (device,), facts.get(device, {})
        is_virtual = _VIRTUAL.fullmatch(device) is not None
        state = about.get("operstate") or _state(up.get(key), is_virtual)
        speed = speeds.get(key)
        yield NetworkMetrics(
            interface=clean(device),
            kind="loopback" if device == "lo" else "virtual" if is_virtual else "physical",
            in_total=not is_virtual,
            mac=clean(about.get("address", "")) or None,
            state=clean(state) if state else None,
            speed_mbps=whole(speed / 125_000) if speed is not None and speed > 0 else None,
            receive_bytes_per_second=rates["receive_bytes"].get(key),
            transmit_bytes_per_second=rates["transmit_bytes"].get(key),
            receive_packets_per_second=rates["receive_packets"].get(key),
            transmit_packets_per_second=rates["transmit_packets"].get(key),
            receive_errors=whole(counts["errors_in"].get(key)),
            transmit_errors=whole(counts["errors_out"].get(key)),
            receive_drops=whole(counts["drops_in"].get(key)),
            transmit_drops=whole(counts["drops_out"].get(key)),
        )
