"""The container or systemd unit of a process, from /proc/PID/cgroup. Pure. cgroups(7); for unit names:
systemd.io/DESKTOP_ENVIRONMENTS, systemd-escape(1)."""

import re
from functools import lru_cache

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean

_ID_LENGTH = 12
# Docker, Podman, containerd and CRI-O all name a container's cgroup by 64 hexadecimal digits, with various prefixes.
# conmon is only the monitor of the container with that name.
_CONTAINER = lazy_regex(rb"(?<![0-9a-f])(?<!conmon-)([0-9a-f]{64})(?![0-9a-f])")
_PODS = b"kubepods"
_POD = lazy_regex(rb"[-/]pod([0-9a-f]{8})")
_NAMED = lazy_regex(
    rb"/(?:lxc/|lxc\.payload[./]|machine\.slice/machine-|machine\.slice/systemd-nspawn@)([^/\n]+?)"
    rb"(?:\.scope|\.service)?(?=/|$)",
    re.MULTILINE,
)
_JOB = lazy_regex(rb"/job_([0-9]+)(?=/|$)", re.MULTILINE)
_UNITS = lazy_regex(rb"^(?:0:|\d+:name=systemd):(.*)$", re.MULTILINE)
_UNIT = lazy_regex(rb"/([^/\n]+\.(?:service|scope))(?=/|$)")
_ESCAPED = lazy_regex(rb"\\x([0-9a-fA-F]{2})")
_RANDOM = lazy_regex(rb"[0-9]+|[0-9a-f]{8,}")
_RANDOM_END = lazy_regex(rb"-(?:[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$")
_BUS = lazy_regex(rb"dbus-:[0-9.]+-(.+)@[0-9]+\.service")


def container_name(raw: bytes) -> str | None:
    """The start of the container's id (12 digits, as in `docker ps`), in Kubernetes preceded by the start of the pod's
    uid; the name of an LXC, nspawn or machined container; a Slurm job; or the innermost systemd service or scope (for a
    desktop application its id). None if there is none."""
    return _cached_name(raw) if len(raw) <= _USUAL_BYTES else _name(raw)


def _name(raw: bytes) -> str | None:
    ids = _CONTAINER.findall(raw)
    if ids:
        pods = _POD.findall(raw.partition(_PODS)[2].partition(b"\n")[0])
        return str((b"pod%s/" % pods[-1] if pods else b"") + ids[-1][:_ID_LENGTH], "ascii")
    job = _JOB.search(raw) if b"slurm" in raw else None
    if job:
        return f"job {job[1].decode()}"
    match = _NAMED.search(raw)
    name = match[1] if match else _unit(raw)
    return clean(_unescaped(name)) if name else None


_cached_name = lru_cache(maxsize=1024)(_name)
_USUAL_BYTES = 4096
"""Longer ones, which any user can make, are not kept."""


def _unit(raw: bytes) -> bytes | None:
    for line in _UNITS.findall(raw):
        units = _UNIT.findall(line)
        if units:
            # A user's service manager runs in an extra scope below its own service.
            inner = units[-2] if units[-1] == b"init.scope" and len(units) > 1 else units[-1]
            return _readable(inner)
    return None


def _readable(unit: bytes) -> bytes:
    """A unit's name without the parts that only make it unique: app[-LAUNCHER]-ID[-RANDOM].scope and
    ...[@RANDOM].service become ID, in which dashes are escaped."""
    bus = _BUS.fullmatch(unit)
    if bus:
        return bus[1]
    stem = unit.rpartition(b".")[0]
    if unit.startswith(b"app-"):
        parts = stem.partition(b"@")[0].split(b"-")[1:]
        if len(parts) > 1 and _RANDOM.fullmatch(parts[-1]):
            parts.pop()
        return parts[-1] or unit
    shorter = _RANDOM_END.sub(b"", stem)
    return unit if shorter == stem or not shorter else shorter


def _unescaped(name: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)
