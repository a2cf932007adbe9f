"""Network namespaces of workloads, and the counters of each. network_namespaces(7), proc_pid_net(5).

/proc/PID/net is readable by everybody, and the inode of /proc/PID/net/dev differs from namespace to namespace, so that
no permission is needed to tell them apart.
"""

import os
from typing import NamedTuple

from nodetop.probes.host_files import HostFiles, raise_if_exhausted, read_to_end
from nodetop.probes.network.probe import parse_net_dev

_OWN = "/proc/self/net/dev"
_MOST_BYTES = 256 * 1024
_LOOPBACK = "lo"
_VIRTUAL = ("docker", "br-", "veth", "virbr", "cni", "flannel", "cali", "lxcbr", "lxdbr", "incusbr", "podman")
"""Starts of names of interfaces that lead to containers further inside, whose traffic passes another one as well."""


class Counted(NamedTuple):
    """Totals of a namespace since it was made: bytes of all its interfaces except loopback, TCP segments sent again."""

    received: int
    sent: int
    retransmits: int | None


def own_namespace() -> int | None:
    """The inode that stands for this program's namespace."""
    return _inode(_OWN)


def namespace_of(files: HostFiles, pid: int) -> int | None:
    """The inode that stands for a process's namespace; None if it has ended or must not be looked at."""
    return _inode(files.path(f"/proc/{pid}/net/dev"))


def _inode(path: str) -> int | None:
    try:
        return os.stat(path).st_ino
    except OSError as error:
        raise_if_exhausted(error)
        return None


def read_namespace(files: HostFiles, pid: int) -> Counted | None:
    """The totals of the namespace in which this process is; None if they cannot be read."""
    try:
        data = read_to_end(files.path(f"/proc/{pid}/net/dev"), _MOST_BYTES)
    except OSError as error:
        raise_if_exhausted(error)
        return None
    interfaces = parse_net_dev(data.decode("utf-8", "replace"))
    outer = [counts for name, counts in interfaces.items() if name != _LOOPBACK and not name.startswith(_VIRTUAL)]
    received, sent = sum(counts[0] for counts in outer), sum(counts[4] for counts in outer)
    return Counted(received, sent, parse_retransmits(files.read_or_empty(f"/proc/{pid}/net/snmp")))


def parse_retransmits(data: bytes) -> int | None:
    """RetransSegs in /proc/net/snmp, in which a line of names precedes a line of values."""
    lines = [line.split() for line in data.split(b"\n") if line.startswith(b"Tcp:")]
    values = dict(zip(lines[0], lines[1], strict=False)) if len(lines) == 2 else {}
    value = values.get(b"RetransSegs", b"")
    return int(value) if value.isdigit() and len(value) < 20 else None
