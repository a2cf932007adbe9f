"""The addresses of each interface: from system calls on this machine, else derived from /proc/net."""

import array
import socket
import struct

from nodetop.probes.host_files import HostFiles, raise_if_exhausted

_SIOCGIFCONF = 0x8912
_IFREQ = struct.calcsize("16sP") + (16 if struct.calcsize("P") == 8 else 12)
"""Size of struct ifreq: a name, and a union as large as a struct ifmap."""
_MOST = 1024
_HOST_LOCAL = "/32 host LOCAL"

Addresses = dict[str, list[str]]


def addresses(files: HostFiles, folder: str) -> Addresses:
    """IPv4 and then IPv6 addresses by (raw) interface name, link-local ones (fe80::) last. `folder` is /proc/net of the
    observed namespace. What cannot be read is left out."""
    found = _asked() if files.live else _matched(files.lines(f"{folder}/fib_trie"), files.lines(f"{folder}/route"))
    for name, address in sorted(parse_if_inet6(files.lines(f"{folder}/if_inet6")), key=_is_link_local):
        found.setdefault(name, []).append(address)
    return found


def _is_link_local(item: tuple[str, str]) -> bool:
    return item[1].startswith("fe80:")


def _asked() -> Addresses:
    """IPv4 addresses of this namespace, including secondary ones. netdevice(7)."""
    import fcntl  # missing on some systems that can read a recorded tree

    buffer = array.array("B", bytes(_MOST * _IFREQ))
    request = struct.pack("iP", len(buffer), buffer.buffer_info()[0])
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            length, _ = struct.unpack("iP", fcntl.ioctl(asking, _SIOCGIFCONF, request))
    except OSError as error:
        raise_if_exhausted(error)
        return {}
    data, found = buffer.tobytes(), Addresses()
    for start in range(0, length, _IFREQ):
        name = data[start : start + 16].partition(b"\0")[0].decode("utf-8", "replace").partition(":")[0]
        found.setdefault(name, []).append(socket.inet_ntoa(data[start + 20 : start + 24]))
    return found


def _matched(trie: list[str], routes: list[str]) -> Addresses:
    """IPv4 addresses if only files can be read. The kernel's list has no interfaces, so each address is assigned to the
    interface of the narrowest directly connected network that contains it."""
    networks = parse_connected(routes)
    found = Addresses()
    for address in parse_local(trie):
        number = _number(socket.inet_aton(address))
        around = [(mask, name) for network, mask, name in networks if number & mask == network]
        narrowest = max(around, default=(0, None))[1]
        name = "lo" if address.startswith("127.") else narrowest
        if name is not None:
            found.setdefault(name, []).append(address)
    return found


def parse_local(trie: list[str]) -> list[str]:
    """The host's own IPv4 addresses in /proc/net/fib_trie: a leaf line, followed by its type."""
    found, leaf = {}, ""
    for line in trie:
        text = line.strip()
        if text.startswith("|-- "):
            leaf = text[4:]
        elif text == _HOST_LOCAL and _is_ipv4(leaf):
            found[leaf] = True
    return list(found)


def _is_ipv4(text: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET, text)
    except (OSError, ValueError):
        return False
    return True


def _number(address: bytes) -> int:
    return int.from_bytes(address, "big")


def parse_connected(routes: list[str]) -> list[tuple[int, int, str]]:
    """Network, mask and interface of each directly connected network in /proc/net/route. The numbers are in the byte
    order of the machine that wrote them: little-endian on all except s390x."""
    found = []
    for line in routes[1:]:
        field = line.split()
        try:
            network, gateway, mask = (_number(int(field[at], 16).to_bytes(4, "little")) for at in (1, 2, 7))
        except (ValueError, IndexError, OverflowError):
            continue
        if not gateway and mask:
            found.append((network & mask, mask, field[0]))
    return found


def parse_if_inet6(lines: list[str]) -> list[tuple[str, str]]:
    """Interface and address of each line of /proc/net/if_inet6."""
    found = []
    for line in lines:
        field = line.split()
        try:
            address = socket.inet_ntop(socket.AF_INET6, bytes.fromhex(field[0]))
        except (ValueError, IndexError):
            continue
        if len(field) >= 6:
            found.append((field[-1], address))
    return found
