"""Kind and state of a network interface. /sys/class/net (kernel ABI/testing/sysfs-class-net)."""

from msgspec import Struct

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean
from nodetop.probes.host_files import HostFiles

_LOOPBACK = 772
_TUNNELS = frozenset([512, 768, 769, 776, 778, 823, 65534])
"""ARPHRD numbers of PPP, IP in IP, SIT and GRE, and of interfaces without a link layer: tun and WireGuard."""
_MONITORS = frozenset([801, 802, 803])
"""ARPHRD numbers of monitor interfaces, which copy what a wireless card receives."""
_KINDS = {
    "wlan": "wireless",
    "bridge": "bridge",
    "bond": "bond",
    "vlan": "vlan",
    "vxlan": "tunnel",
    "geneve": "tunnel",
    "gre": "tunnel",
    "ppp": "tunnel",
    "wireguard": "tunnel",
}
"""The model's kind for each DEVTYPE of the kernel."""
_FOLDERS = {
    "bridge": "bridge",
    "bonding": "bond",
    "wireless": "wireless",
    "phy80211": "wireless",
    "tun_flags": "tunnel",
}
_REPRESENTOR = lazy_regex(r"(c\d+)?pf\d+(vf|sf)\d+")
"""Port names of a card's representors. The traffic of its virtual functions is counted by the guests that use them."""


_INNER_BUSES = frozenset(["xen-backend", "netdevsim"])
"""Buses of virtual links inside the machine, whose other end is a guest or a test."""


class LinkFacts(Struct, frozen=True, kw_only=True):
    """Facts that do not change unless an interface goes up or down. in_total: it counts traffic that leaves the
    machine, which no other interface counts again."""

    kind: str
    in_total: bool
    mac: str | None = None
    speed_mbps: int | None = None


def link_folder(name: str) -> str:
    return f"/sys/class/net/{name}"


def link_facts(files: HostFiles, name: str) -> LinkFacts:
    """The facts of the interface with this (raw) name; virtual if it is not in /sys."""
    folder = link_folder(name)
    entries = files.names(folder)
    kind = _kind(files, name, entries)
    speed, mac = files.number(f"{folder}/speed"), files.line(f"{folder}/address")
    return LinkFacts(
        kind=kind,
        in_total=kind in ("physical", "wireless") and "device" in entries and not _is_counted_elsewhere(files, folder),
        mac=clean(mac) if mac and mac.strip("0:") else None,
        speed_mbps=speed if speed is not None and 0 < speed < 2**31 else None,
    )


def _kind(files: HostFiles, name: str, entries: list[str]) -> str:
    arphrd = files.number(f"{link_folder(name)}/type")
    if arphrd == _LOOPBACK or (arphrd is None and name == "lo"):
        return "loopback"
    known = _KINDS.get(_device_type(files, name))
    kind = known or next((_FOLDERS[entry] for entry in entries if entry in _FOLDERS), None)
    if kind == "wireless" and arphrd in _MONITORS:
        return "virtual"
    if kind is not None:
        return kind
    if arphrd in _TUNNELS and "device" not in entries:
        return "tunnel"
    if "device" in entries:
        return "virtual" if _bus(files, name) in _INNER_BUSES else "physical"
    if files.exists(f"/proc/net/vlan/{name}"):
        return "vlan"
    return "bond" if _is_team(files, name, entries) else "virtual"


def _bus(files: HostFiles, name: str) -> str:
    return (files.link(f"{link_folder(name)}/device/subsystem") or "").rpartition("/")[2]


def _device_type(files: HostFiles, name: str) -> str:
    lines = (files.line(f"{link_folder(name)}/uevent") or "").split("\n")
    return next((line[8:].strip() for line in lines if line.startswith("DEVTYPE=")), "")


def _is_team(files: HostFiles, name: str, entries: list[str]) -> bool:
    """A team device has no type of its own. It has several lower interfaces."""
    folder = link_folder(name)
    has_lower = any(entry.startswith("lower_") for entry in entries)
    return has_lower and files.number(f"{folder}/iflink") == files.number(f"{folder}/ifindex")


def _is_counted_elsewhere(files: HostFiles, folder: str) -> bool:
    """Whether another interface counts the same traffic: ports of a switch chip (counted by its CPU interface), a
    card's representors, and the fast path below a paravirtual card (Azure, net_failover), which counts both."""
    return (
        "DEVTYPE=dsa" in (files.line(f"{folder}/uevent") or "").split("\n")
        or _REPRESENTOR.fullmatch(files.line(f"{folder}/phys_port_name") or "") is not None
        or files.exists(f"{folder}/master/device")
    )
