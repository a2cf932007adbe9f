"""The values that `nodetop --check` can ask for, and how they are found in a snapshot or a hub's row. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from nodetop.model.headline import charted, highest, swap_used_percent
from nodetop.model.snapshot import CHARTED, FilesystemMetrics, NodeSnapshot, NodeStatus, ProcessMetrics

Unit = Literal["percent", "bytes", "seconds", "celsius", "number"]


@dataclass(frozen=True)
class Found:
    """A value; None: not available, for this reason. `at_least`: only a part was seen, it may be more."""

    value: float | None
    reason: str = "not available here"
    at_least: bool = False


@dataclass(frozen=True)
class Subject:
    """What a condition can be about. `item`: whether something of the node must or may be named behind a colon;
    `example` shows it. `of_row` finds it in a row without an item, where a row has it."""

    unit: Unit
    of_snapshot: Callable[[NodeSnapshot, str], Found]
    of_row: Callable[[NodeStatus], float | None] | None = None
    item: Literal["none", "may", "must"] = "none"
    example: str = ""


def _of(part: str, name: str) -> Callable[[NodeSnapshot, str], Found]:
    """A field of cpu, memory ..."""
    return lambda snapshot, _item: Found(getattr(getattr(snapshot, part), name, None))


def _row(name: str) -> Callable[[NodeStatus], float | None]:
    def value(row: NodeStatus) -> float | None:
        found: float | None = getattr(row, name)
        return found

    return value


def _headline(name: str) -> Subject:
    unit: Unit = "percent" if name.endswith("percent") else "bytes" if "bytes" in name else "number"
    if name.endswith("celsius"):
        unit = "celsius"
    return Subject(unit, lambda snapshot, _item: Found(getattr(charted(snapshot), name)), _row(name))


def _swap(snapshot: NodeSnapshot, _item: str) -> Found:
    memory = snapshot.memory
    if memory is not None and memory.swap_total_bytes == 0:
        return Found(0.0)  # what is not there is not used
    return Found(swap_used_percent(snapshot))


def _mount(value: Callable[[FilesystemMetrics], float | None]) -> Callable[[NodeSnapshot, str], Found]:
    """Of one file system, or the highest of all."""

    def find(snapshot: NodeSnapshot, item: str) -> Found:
        filesystems = snapshot.filesystems or ()
        if not item:
            return Found(highest((each for each in filesystems if not each.read_only), value))
        for each in filesystems:
            if item == each.mount_point or item in each.other_mount_points:
                return Found(value(each), f"{item} {'does not answer' if each.asked else 'was not asked'}")
        return Found(None, f"no file system is known at {item}")

    return find


def _used(filesystem: FilesystemMetrics) -> float | None:
    return filesystem.used_percent


def _sensor(snapshot: NodeSnapshot, item: str) -> Found:
    temperature = snapshot.temperature
    if temperature is None or not item:
        return Found(temperature.cpu_celsius if temperature else None)
    wanted = item.lower()
    named = [
        s for s in temperature.sensors if wanted in (s.chip.lower(), s.label.lower(), f"{s.chip} {s.label}".lower())
    ]
    return Found(
        highest(named, lambda sensor: sensor.celsius), f"there is no sensor {item}" if not named else "no answer"
    )


_DISK_FIELDS: Mapping[str, tuple[str, Unit]] = {
    "utilisation": ("utilisation_percent", "percent"),
    "read": ("read_bytes_per_second", "bytes"),
    "write": ("write_bytes_per_second", "bytes"),
    "reads": ("reads_per_second", "number"),
    "writes": ("writes_per_second", "number"),
    "read_await": ("read_await_ms", "number"),
    "write_await": ("write_await_ms", "number"),
    "queue": ("queue_depth", "number"),
}
_NETWORK_FIELDS: Mapping[str, tuple[str, Unit]] = {
    "receive": ("receive_bytes_per_second", "bytes"),
    "transmit": ("transmit_bytes_per_second", "bytes"),
    "receive_errors": ("receive_errors", "number"),
    "transmit_errors": ("transmit_errors", "number"),
    "receive_drops": ("receive_drops", "number"),
    "transmit_drops": ("transmit_drops", "number"),
}
FIELDS: Mapping[str, Mapping[str, tuple[str, Unit]]] = {"disk": _DISK_FIELDS, "network": _NETWORK_FIELDS}
"""What of a device: its field in the model, and its unit."""


def _device(
    kind: str, devices: Callable[[NodeSnapshot], Iterable[Any]], name: str
) -> Callable[[NodeSnapshot, str], Found]:
    def find(snapshot: NodeSnapshot, item: str) -> Found:
        device, _, field = item.rpartition(".")
        for each in devices(snapshot):
            if getattr(each, name) == device:
                return Found(getattr(each, FIELDS[kind][field][0]), "not measured yet, or not here")
        return Found(None, f"there is no {kind} {device}")

    return find


def _processes(snapshot: NodeSnapshot, item: str) -> Found:
    processes = snapshot.processes
    if processes is None:
        return Found(None)
    count = sum(each.state != "Z" and _is_named(each, item) for each in processes.rows)
    seen, total = len(processes.rows), processes.total
    if total is not None and seen < total:
        return Found(float(count), f"only the top {seen} of {total} processes are known", at_least=True)
    hidden = next((each.reason for each in snapshot.probes if each.name == "processes" and each.status == "ok"), None)
    return Found(float(count), hidden or "", at_least=hidden is not None)


def _is_named(process: ProcessMetrics, name: str) -> bool:
    # The kernel cuts names at 15 characters; the program's file has the whole one.
    first = process.command.split(" ", 1)[0] if process.command else ""
    return name in (process.name, PurePath(first).name if first else "")


OF_MOUNTS = ("filesystem", "inodes", "free")
"""Values of which each file system has one."""
SUBJECTS: Mapping[str, Subject] = {
    "cpu": _headline("cpu_busy_percent"),
    "iowait": Subject("percent", _of("cpu", "iowait_percent"), _row("iowait_percent")),
    "steal": Subject("percent", _of("cpu", "steal_percent"), _row("steal_percent")),
    "load_1m": _headline("load_1m"),
    "load_5m": Subject("number", _of("cpu", "load_5m")),
    "load_15m": Subject("number", _of("cpu", "load_15m")),
    "memory": _headline("memory_used_percent"),
    "available": Subject("bytes", _of("memory", "available_bytes"), example="available>1G"),
    "swap": Subject("percent", _swap, _row("swap_used_percent")),
    "oom_kills": Subject("number", _of("memory", "oom_kills"), _row("oom_kills")),
    "filesystem": Subject(
        "percent", _mount(_used), _row("filesystem_used_percent"), "may", "filesystem:/<90"
    ),
    "inodes": Subject(
        "percent", _mount(lambda each: each.inodes_used_percent), _row("inodes_used_percent"), "may", "inodes:/<90"
    ),
    "free": Subject("bytes", _mount(lambda each: each.available_bytes), None, "must", "free:/>5G"),
    "temperature": Subject("celsius", _sensor, _row("cpu_celsius"), "may", "temperature<80"),
    "disk": Subject(
        "percent", _device("disk", lambda snapshot: snapshot.disks or (), "device"), None, "must",
        "disk:sda.utilisation<90",
    ),
    "network": Subject(
        "bytes", _device("network", lambda snapshot: snapshot.networks or (), "interface"), None, "must",
        "network:eth0.receive<100M",
    ),
    "process": Subject("number", _processes, None, "must", "process:nginx"),
    "processes": Subject("number", _of("processes", "total"), _row("processes_total")),
    "zombies": Subject("number", _of("processes", "zombie"), example="zombies<10"),
    "uptime": Subject("seconds", _of("host", "uptime_seconds"), _row("uptime_seconds"), example="uptime>10m"),
    **{name: _headline(name) for name in CHARTED if name != "load_1m"},
}  # fmt: skip
