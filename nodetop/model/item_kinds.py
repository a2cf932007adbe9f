"""The kinds of named items that a node can have several of: mounts, disks, interfaces, sensors, processes, workloads,
probes."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct

from nodetop.model.snapshot import (
    DiskMetrics,
    FilesystemMetrics,
    NetworkMetrics,
    NodeSnapshot,
    ProbeReport,
    ProcessMetrics,
    SensorReading,
    WorkloadMetrics,
)


def _is_any(item: Any) -> bool:
    return True


def _not_measured(item: Any, word: str) -> str:
    return "not measured yet, or not available here"


class ItemKind(Struct, frozen=True, kw_only=True):
    """`items` returns the items of a snapshot, or None if unknown. `called` returns an item's name, and `is_called`
    whether a user's word means it. Only items for which `counts` is true are included in totals. Where history keeps
    only one value for all items, `mean` makes the item that stands for them; its fields are passed by name."""

    name: str
    struct: type[Struct]
    """What an item is in the model."""
    items: Callable[[NodeSnapshot], Sequence[Any] | None]
    called: Callable[[Any], str]
    is_called: Callable[[Any, str], bool]
    counts: Callable[[Any], bool] = _is_any
    word: str = ""
    """The word in `--check WORD:NAME.FIELD`, for kinds with several quantities."""
    missing: str
    """The message if no item has the name."""
    silent: Callable[[Any, str], str]
    """The message for an item without a value, from the item and the user's word for it."""
    shown: Callable[[Any], str] | None = None
    """An item's name with what else an alert says about it; None: the name."""
    part: str = ""
    """The snapshot field that holds the items."""
    mean: Callable[..., Any] | None = None


def _sensor(sensor: SensorReading) -> str:
    return f"{sensor.chip} {sensor.label}".strip()


def _is_sensor(sensor: SensorReading, word: str) -> bool:
    return word.lower() in (sensor.chip.lower(), sensor.label.lower(), f"{sensor.chip} {sensor.label}".lower())


def process_names(name: str, command: str) -> set[str]:
    """The names by which a process can be meant."""
    # The kernel cuts names at 15 characters; the name of the program's file is complete.
    return {name, command.partition(" ")[0].rpartition("/")[2]} - {""}


def _is_process(process: ProcessMetrics, word: str) -> bool:
    return word in process_names(process.name, process.command)


def _all_disks(**values: float) -> DiskMetrics:
    return DiskMetrics(kind="", device="all disks", **values)  # type: ignore[arg-type]


def _all_interfaces(**values: float) -> NetworkMetrics:
    return NetworkMetrics(kind="", interface="all", **values)  # type: ignore[arg-type]


def _the_fullest(**values: float) -> FilesystemMetrics:
    return FilesystemMetrics(device="", mount_point="the fullest", fs_type="", **values)  # type: ignore[arg-type]


MOUNT = ItemKind(
    name="mount",
    struct=FilesystemMetrics,
    items=attrgetter("filesystems"),
    called=attrgetter("mount_point"),
    is_called=lambda filesystem, word: word == filesystem.mount_point or word in filesystem.other_mount_points,
    counts=lambda filesystem: not filesystem.read_only,
    missing="no file system is known at {}",
    silent=lambda filesystem, word: f"{word} {'does not answer' if filesystem.asked else 'was not asked'}",
    part="filesystems",
    mean=_the_fullest,
)
DISK = ItemKind(
    name="disk",
    struct=DiskMetrics,
    items=attrgetter("disks"),
    called=attrgetter("device"),
    is_called=lambda disk, word: disk.device == word,
    counts=attrgetter("in_total"),
    word="disk",
    missing="there is no disk {}",
    silent=_not_measured,
    part="disks",
    mean=_all_disks,
)
INTERFACE = ItemKind(
    name="interface",
    struct=NetworkMetrics,
    items=attrgetter("networks"),
    called=attrgetter("interface"),
    is_called=lambda network, word: network.interface == word,
    counts=attrgetter("in_total"),
    word="network",
    missing="there is no network {}",
    silent=_not_measured,
    part="networks",
    mean=_all_interfaces,
)
SENSOR = ItemKind(
    name="sensor",
    struct=SensorReading,
    items=lambda snapshot: snapshot.temperature.sensors if snapshot.temperature else None,
    called=_sensor,
    is_called=_is_sensor,
    missing="there is no sensor {}",
    silent=lambda sensor, word: "no answer",
)
PROCESS = ItemKind(
    name="process",
    struct=ProcessMetrics,
    items=lambda snapshot: snapshot.processes.rows if snapshot.processes else None,
    called=attrgetter("name"),
    is_called=_is_process,
    counts=lambda process: process.state != "Z",
    missing="there is no process {}",
    silent=_not_measured,
)
WORKLOAD = ItemKind(
    name="workload",
    struct=WorkloadMetrics,
    items=lambda snapshot: snapshot.workloads.rows if snapshot.workloads else None,
    called=attrgetter("name"),
    is_called=lambda workload, word: word in (workload.name, workload.group, workload.id),
    missing="there is no workload {}",
    silent=_not_measured,
)


PROBE = ItemKind(
    name="probe",
    struct=ProbeReport,
    items=attrgetter("probes"),
    called=attrgetter("name"),
    shown=lambda report: f"{report.name}: {report.reason}" if report.reason else report.name,
    is_called=lambda report, word: report.name == word,
    missing="there is no probe {}",
    silent=_not_measured,
)
