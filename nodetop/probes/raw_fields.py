"""Reads the raw kernel fields behind a value, on request. May block: a mount or a sensor can hang."""

import os
from collections.abc import Sequence

from nodetop.base.text import clean
from nodetop.model.raw_file import RawFile, RawLines, picked
from nodetop.probes.host_files import HostFiles

_STATVFS = "statvfs "
_HWMON = "/sys/class/hwmon"
_FIELDS = ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail")
_SENSOR_FILES = ("label", "input", "max", "crit", "emergency")
_MOST_BYTES = 1 << 20


def read_raw(files: HostFiles, wanted: Sequence[RawFile]) -> tuple[RawLines, ...]:
    """The lines of each file. Files that do not exist are left out, unless none exists."""
    read = [_read(files, each) for each in wanted]
    there = tuple(each for each in read if each.lines)
    return there or tuple(read)


def _read(files: HostFiles, wanted: RawFile) -> RawLines:
    shown = clean(wanted.path)
    try:
        if wanted.path.startswith(_STATVFS):
            lines = _space(files, wanted.path.removeprefix(_STATVFS))
        elif wanted.path == "hwmon":
            shown, lines = _HWMON, _sensor(files, *wanted.words)
        else:
            lines = picked(files.read(wanted.path)[:_MOST_BYTES], wanted)
    except OSError as error:
        return RawLines(shown, problem=clean(error.strerror or str(error)))
    return RawLines(shown, lines, None if lines else "does not have this value")


def _space(files: HostFiles, mount_point: str) -> tuple[str, ...]:
    if not files.has_root:
        raise OSError("only on the host itself")
    status = os.statvfs(files.path(mount_point))
    return tuple(f"{name} {getattr(status, name)}" for name in _FIELDS)


def _sensor(files: HostFiles, chip: str, label: str | None = None) -> tuple[str, ...]:
    """The files of all sensors of a chip, or of the sensor with this label."""
    found: list[str] = []
    places = (f"{folder}{deeper}" for folder in files.names(_HWMON) for deeper in ("", "/device"))
    for folder in places:  # old-style drivers have their files one folder deeper
        if not chip.startswith(files.line(f"{_HWMON}/{folder}/name") or " "):
            continue
        for name in files.names(f"{_HWMON}/{folder}"):
            sensor = name.removesuffix("_input")
            if sensor == name or not name.startswith("temp"):
                continue
            path = f"{_HWMON}/{folder}/{sensor}"
            if label is None or label == (clean(files.line(f"{path}_label") or sensor)):
                values = ((part, files.line(f"{path}_{part}")) for part in _SENSOR_FILES)
                found += [f"{folder}/{sensor}_{part} {clean(value)}" for part, value in values if value is not None]
    return tuple(found[:12])
