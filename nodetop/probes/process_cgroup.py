"""What a process belongs to, from /proc/PID/cgroup: a container, or else a systemd unit. Pure. cgroups(7)."""

import re
from functools import lru_cache

from nodetop.text import clean

_ID_LENGTH = 12
# Docker, Podman, containerd and CRI-O all name a container's cgroup by 64 hexadecimal digits, with their own prefixes.
_CONTAINER = re.compile(rb"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")
_NAMED = re.compile(rb"/(?:lxc/|lxc\.payload[./]|machine\.slice/machine-)([^/\n]+?)(?:\.scope)?(?=/|$)", re.MULTILINE)
_UNIT = re.compile(rb"^(?:0:|\d+:name=systemd):.*/([^/\n]+\.(?:service|scope))(?=/|$)", re.MULTILINE)


@lru_cache(maxsize=1024)
def container_name(raw: bytes) -> str | None:
    """The start of a container's id (12 digits, as `docker ps` shows it), the name of an LXC or machined container,
    or the innermost systemd service or scope; None where it is in none of them."""
    ids = _CONTAINER.findall(raw)
    if ids:
        return str(ids[-1][:_ID_LENGTH], "ascii")
    match = _NAMED.search(raw) or _UNIT.search(raw)
    return clean(match[1]) if match else None
