"""The machine: names, kernel, uptime, number of CPUs."""

import math
import os
import time

from nodetop.base.text import clean
from nodetop.model.snapshot import HostInfo
from nodetop.probes.base.probe import Probe
from nodetop.probes.container import container
from nodetop.probes.cpu.cpu_list import parse_cpu_list
from nodetop.probes.cpu.model import cpu_architecture, parse_cpuinfo
from nodetop.probes.cpu.times import boot_time, parse_stat
from nodetop.probes.host_files import HostFiles

_FACTS_SECONDS = 60.0
_SPECIAL = frozenset('"\\$`\n')
"""Characters that mean something between a shell's double quotes."""


class HostProbe(Probe):
    """Fills `host`. Everything except the uptime is read once a minute."""

    name = "host"

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._facts = HostInfo()
        self._facts_due = -math.inf

    def read(self) -> HostInfo:
        now = time.monotonic()
        if now >= self._facts_due:
            self._facts = self._read_facts()
            self._facts_due = now + _FACTS_SECONDS
        facts = self._facts
        return HostInfo(
            hostname=facts.hostname,
            os=facts.os,
            kernel=facts.kernel,
            architecture=facts.architecture,
            boot_time=facts.boot_time,
            uptime_seconds=parse_uptime(self._files.line("/proc/uptime")),
            cpu_count=facts.cpu_count,
            container=facts.container,
        )

    def derive(self, previous: HostInfo | None, current: HostInfo, elapsed: float | None) -> HostInfo:
        return current

    def _read_facts(self) -> HostInfo:
        files = self._files
        stat = files.read_or_empty("/proc/stat")  # not readable on Android and in some sandboxes
        listed = parse_cpu_list(files.line("/sys/devices/system/cpu/online"))
        return HostInfo(
            hostname=_cleaned(self._hostname()),
            os=_cleaned(self._os()),
            kernel=_cleaned(files.line("/proc/sys/kernel/osrelease")),
            architecture=_cleaned(self._architecture()),
            boot_time=boot_time(stat),
            # /proc/stat first: inside LXC it has the container's CPUs, while sysfs has the host's.
            cpu_count=len(parse_stat(stat)[1]) or len(listed) or None,
            container=container(files),
        )

    def _hostname(self) -> str | None:
        # /proc/sys/kernel/hostname returns the name of the reader's own UTS namespace, even in another host's /proc.
        of_root = self._files.line("/etc/hostname") if self._files.root else None
        return of_root or self._files.line("/proc/sys/kernel/hostname")

    def _os(self) -> str | None:
        if not self._files.has_root:
            return None
        paths = ("/etc/os-release", "/usr/lib/os-release")
        return next((name for path in paths if (name := pretty_name(self._files.line(path) or ""))), None)

    def _architecture(self) -> str | None:
        if self._files.live:
            return os.uname().machine
        architecture = self._files.line("/proc/sys/kernel/arch")  # since Linux 6.1
        return architecture or cpu_architecture(parse_cpuinfo(self._files.line("/proc/cpuinfo") or ""))


def pretty_name(release: str) -> str | None:
    """The operating system's name in an os-release file, which consists of shell assignments. os-release(5)."""
    values: dict[str, str] = {}
    for line in release.splitlines():
        key, _, value = line.strip().partition("=")
        if key in ("PRETTY_NAME", "NAME"):
            values[key] = _unquoted(value)
    return values.get("PRETTY_NAME") or values.get("NAME") or None


def _unquoted(value: str) -> str:
    """A value as a shell reads it; "" if it is not one."""
    inside = value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == '"' and not set(inside) & _SPECIAL:
        return inside
    import shlex  # late: nearly every value is as simple as above

    try:
        return "".join(shlex.split(value, comments=True)[:1])
    except ValueError:
        return ""


def parse_uptime(line: str | None) -> float | None:
    """The first number in /proc/uptime: seconds since boot, including suspend."""
    try:
        seconds = float((line or "").split()[0])
    except (ValueError, IndexError):
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _cleaned(value: str | None) -> str | None:
    return clean(value) if value else None
