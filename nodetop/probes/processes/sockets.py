"""/proc/PID/net/{tcp,tcp6,udp,udp6,unix}, parsed for the sockets of one process. Pure. proc_pid_net(5)."""

import socket
import struct
from collections.abc import Iterable, Mapping

from nodetop.model.process_details import Connection

TABLES = ("tcp", "tcp6", "udp", "udp6", "unix")
_TCP_STATES = (
    "", "established", "syn sent", "syn received", "fin wait 1", "fin wait 2", "time wait", "closed", "close wait",
    "last ack", "listen", "closing", "syn received",
)  # fmt: skip
_UNIX_LISTENS = 0x10000  # __SO_ACCEPTCON
_UNIX_STATES = {1: "unconnected", 2: "connecting", 3: "connected", 4: "disconnecting"}
_UNIX_TYPES = {1: "stream", 2: "datagram", 5: "packet"}
_V4_MAPPED = bytes(10) + b"\xff\xff"


def connections(sockets: Mapping[int, int], tables: Iterable[tuple[str, bytes]]) -> tuple[Connection, ...]:
    """The sockets of one process, ordered by descriptor. `sockets` maps inodes to descriptors; `tables` are the names
    in TABLES with their content. A socket that is in no table has the protocol "other"."""
    found: dict[int, Connection] = {}
    for name, raw in tables:
        column = 6 if name == "unix" else 9
        for line in raw.splitlines()[1:]:
            fields = line.split(None, 7 if name == "unix" else 10)
            inode = _number(fields, column)
            if inode is not None and inode in sockets and inode not in found:
                connection = _connection(name, sockets[inode], fields)
                if connection is not None:
                    found[inode] = connection
    every = [
        found.get(inode) or Connection(descriptor=descriptor, protocol="other") for inode, descriptor in sockets.items()
    ]
    return tuple(sorted(every, key=lambda connection: connection.descriptor))


def _number(fields: list[bytes], column: int) -> int | None:
    try:
        return int(fields[column])
    except (IndexError, ValueError):
        return None


def _connection(protocol: str, descriptor: int, fields: list[bytes]) -> Connection | None:
    try:
        if protocol == "unix":
            return _unix(descriptor, fields)
        local, remote, state = address(fields[1]), address(fields[2]), int(fields[3], 16)
    except (ValueError, IndexError, struct.error):
        return None
    if protocol.startswith("udp"):
        name = "connected" if state == 1 else "open"
    else:
        name = _TCP_STATES[state] if state < len(_TCP_STATES) else ""
    is_unconnected = remote.endswith(":*") and remote[:-2].strip("[]:.0") == ""
    return Connection(
        descriptor=descriptor, protocol=protocol, local=local, remote="" if is_unconnected else remote, state=name
    )


def _unix(descriptor: int, fields: list[bytes]) -> Connection:
    flags, kind, state = (int(field, 16) for field in fields[3:6])
    word = "listen" if flags & _UNIX_LISTENS else _UNIX_STATES.get(state, "")
    path = fields[7].decode("utf-8", "replace") if len(fields) > 7 else ""
    words = [word for word in (_UNIX_TYPES.get(kind, ""), word) if word]
    return Connection(descriptor=descriptor, protocol="unix", local=path, state=", ".join(words))


def address(raw: bytes) -> str:
    """Parses an address of the tables (words in this machine's byte order) to "127.0.0.1:80" or "[::1]:80". The port 0
    becomes a star. Raises ValueError, struct.error."""
    host, _, port = raw.partition(b":")
    packed = b"".join(struct.pack("=I", int(host[at : at + 8], 16)) for at in range(0, len(host), 8))
    number = int(port, 16)
    end = str(number) if number else "*"
    if len(packed) == 16 and packed.startswith(_V4_MAPPED):
        packed = packed[12:]
    if len(packed) == 4:
        return f"{socket.inet_ntop(socket.AF_INET, packed)}:{end}"
    return f"[{socket.inet_ntop(socket.AF_INET6, packed)}]:{end}"
