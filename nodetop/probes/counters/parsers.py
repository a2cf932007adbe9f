"""Kernel files to the dictionaries of RawCounters. Pure. Malformed lines are ignored. proc(5)."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from nodetop.base.text import clean

_LARGEST = 2**63 - 1
_MOST_DIGITS = 20
_STAT = ("ctxt", "intr", "processes", "procs_running", "procs_blocked")
_VMSTAT = re.compile(r"oom_kill|pgpg.*|pswp.*|pg.*fault")
_NETSTAT = re.compile(
    r"(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)"
    r"|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts)"
    r"|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)"
    r"|Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))"
)
_SNMP6_PROTOCOL = re.compile(r"^(Ip6|Icmp6|Udp6|UdpLite6)(.+)$")
"""The fields that node_exporter takes from these files by default; the files have several hundred others."""
_NOT_WHOLE = re.compile(r"(ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+")
_DISK_COLUMNS, _DISK_MOST, _NETWORK_COLUMNS = 11, 17, 16
_FIELD = re.compile(r"[A-Za-z]\w*", re.ASCII)
_NAME = re.compile(r"\w+", re.ASCII)
_SOFTNET = re.compile(r"([0-9a-f]{8}) ([0-9a-f]{8}) ([0-9a-f]{8}) ", re.ASCII)
_TOTAL = re.compile(rb"^(some|full) .*total=(\d{1,20})", re.MULTILINE)


def number(text: str) -> int | None:
    """A counter of the kernel, at most what the model allows; None if this is not one."""
    return min(int(text), _LARGEST) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def numbers(fields: list[str]) -> tuple[int, ...] | None:
    """Counters; None if one of the fields is not one."""
    found = [number(field) for field in fields]
    return None if None in found else tuple(each for each in found if each is not None)


def parse_stat(text: str) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
    """The ticks of each CPU, and the single counters."""
    cpus: dict[str, tuple[int, ...]] = {}
    single: dict[str, int] = {}
    for line in text.split("\n"):
        name, _, rest = line.partition(" ")
        if name.startswith("cpu") and name[3:].isdecimal():
            ticks = numbers(rest.split()[:10])
            if ticks is not None and len(ticks) >= 4:
                cpus[name[3:]] = ticks
        elif name in _STAT:
            value = number(rest[:_MOST_DIGITS].split(" ")[0])  # the line of interrupts is long
            if value is not None:
                single[name] = value
    return cpus, single


def parse_memory(text: str) -> dict[str, int]:
    """`Active(anon):  12 kB` is Active_anon_bytes; a number of pages has no unit and no ending."""
    found: dict[str, int] = {}
    for line in text.split("\n"):
        key, _, rest = line.partition(":")
        fields = rest.split()
        value = number(fields[0]) if fields else None
        name = key.replace("(", "_").replace(")", "")
        if value is None or not _FIELD.fullmatch(name):
            continue
        if fields[1:] == ["kB"]:
            found[f"{name}_bytes"] = min(value * 1024, _LARGEST)
        else:
            found[name] = value
    return found


def parse_vmstat(text: str) -> dict[str, int]:
    return {name: value for name, value in _pairs(text) if _VMSTAT.fullmatch(name)}


def parse_snmp6(text: str) -> dict[str, int]:
    """`Ip6InOctets 12` is Ip6_InOctets."""
    found = {}
    for name, value in _pairs(text):
        parts = _SNMP6_PROTOCOL.match(name)
        if parts and _NETSTAT.fullmatch(key := f"{parts[1]}_{parts[2]}"):
            found[key] = value
    return found


def _pairs(text: str) -> Iterator[tuple[str, int]]:
    for line in text.split("\n"):
        fields = line.split()
        value = number(fields[1]) if len(fields) == 2 else None
        if value is not None:
            yield fields[0], value


def parse_netstat(text: str) -> dict[str, int]:
    """Lines in pairs: `Tcp: InSegs OutSegs` and `Tcp: 12 34`."""
    found = {}
    lines = text.split("\n")
    for head, row in pairwise(lines):
        protocol, _, names = head.partition(":")
        other, _, values = row.partition(":")
        if protocol != other:
            continue
        for name, text_value in zip(names.split(), values.split(), strict=False):
            value, key = number(text_value), f"{protocol}_{name}"
            if value is not None and _NETSTAT.fullmatch(key):
                found[key] = value
    return found


def parse_sockstat(text: str, page_bytes: int) -> dict[str, int]:
    """`TCP: inuse 4 mem 2`: counts, and memory in pages, which is also given in bytes."""
    found = {}
    for line in text.split("\n"):
        protocol, _, rest = line.partition(":")
        fields = rest.split()
        for name, text_value in zip(fields[::2], fields[1::2], strict=False):
            value = number(text_value)
            if value is None or not _NAME.fullmatch(protocol + name):
                continue
            found[f"{protocol}_{name}"] = value
            if name == "mem":
                found[f"{protocol}_mem_bytes"] = min(value * page_bytes, _LARGEST)
    return found


def parse_disks(text: str) -> dict[str, tuple[int, ...]]:
    """All whole devices; not partitions, loop and RAM disks."""
    found = {}
    for line in text.split("\n"):
        fields = line.split()
        if len(fields) < 3 + _DISK_COLUMNS or _NOT_WHOLE.fullmatch(fields[2]):
            continue
        counters = numbers(fields[3 : 3 + _DISK_MOST])
        if counters is not None:
            found[clean(fields[2])] = counters
    return found


def parse_networks(text: str) -> dict[str, tuple[int, ...]]:
    found = {}
    for line in text.split("\n"):
        name, separator, rest = line.rpartition(":")
        counters = numbers(rest.split()[:_NETWORK_COLUMNS])
        if separator and name.strip() and counters is not None and len(counters) == _NETWORK_COLUMNS:
            found[clean(name.strip())] = counters
    return found


def parse_softnet(text: str) -> dict[str, tuple[int, ...]]:
    """processed, dropped and times_squeezed by CPU: the first three columns, which are hexadecimal, of a line for each
    CPU that is online. net/core/net-procfs.c."""
    found = {}
    for cpu, line in enumerate(text.splitlines()):
        columns = _SOFTNET.match(line)
        if columns is not None:
            found[str(cpu)] = tuple(int(column, 16) for column in columns.groups())
    return found


def parse_arp(text: str) -> dict[str, int]:
    """How many entries each interface has."""
    devices = (line.split() for line in text.split("\n")[1:])
    return dict(Counter(clean(fields[5]) for fields in devices if len(fields) == 6))


def parse_pressure(data: bytes, resource: str) -> dict[str, int]:
    """Microseconds in which some or all tasks waited."""
    return {f"{resource}_{scope.decode()}": min(int(total), _LARGEST) for scope, total in _TOTAL.findall(data)}
