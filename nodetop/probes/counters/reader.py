"""Reads the kernel's running counters, when someone asks for them: a scrape of /metrics, or a node that sends them.

All files are in /proc and /sys/fs/cgroup, and answer from memory, so nothing here can hang. What is missing is left
out.
"""

import os
from collections.abc import Iterable

from nodetop.base.text import clean
from nodetop.model.cgroups import WorkloadSummary
from nodetop.model.raw_counters import RawCounters, WorkloadCounters
from nodetop.probes.counters import parsers
from nodetop.probes.cpu.probe import parse_load
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.raw import read_workloads

_UNAME = {
    "sysname": "ostype",
    "release": "osrelease",
    "version": "version",
    "machine": "arch",
    "nodename": "hostname",
    "domainname": "domainname",
}
"""Fields of uname(2), and their files in /proc/sys/kernel."""
_LINK = {"mtu_bytes": "mtu", "transmit_queue_length": "tx_queue_len", "carrier": "carrier"}
"""Files in /sys/class/net."""
_SYSCTL = {
    "nf_conntrack_entries": "nf_conntrack_count",
    "nf_conntrack_entries_limit": "nf_conntrack_max",
}
"""Files in /proc/sys/net/netfilter, which are of the reader's own network: not the host's in a container."""


def read_counters(files: HostFiles, workloads: WorkloadSummary | None = None) -> RawCounters:
    """The counters now, with those of these workloads; takes a few milliseconds. Raises OSError if the program has no
    descriptors left."""
    # The first process is in the host's namespace, even if this process runs in another one.
    network = "/proc/1/net" if not files.live and files.exists("/proc/1/net/dev") else "/proc/net"
    networks = parsers.parse_networks(_text(files, f"{network}/dev"))
    cpus, single = parsers.parse_stat(_text(files, "/proc/stat"))
    return RawCounters(
        ticks_per_second=os.sysconf("SC_CLK_TCK"),
        cpus=cpus,
        stat=single,
        memory=parsers.parse_memory(_text(files, "/proc/meminfo")),
        vmstat=parsers.parse_vmstat(_text(files, "/proc/vmstat")),
        filefd=_filefd(files),
        disks=parsers.parse_disks(_text(files, "/proc/diskstats")),
        pressure=_pressure(files),
        load=parse_load(files.line("/proc/loadavg")),
        uname=_uname(files),
        networks=networks,
        links=_links(files, networks),
        arp=parsers.parse_arp(_text(files, f"{network}/arp")),
        softnet=parsers.parse_softnet(_text(files, "/proc/net/softnet_stat")),
        sysctl=_sysctl(files),
        netstat=_netstat(files, network),
        sockstat=_sockstat(files, network),
        workloads=_workloads(files, workloads),
    )


def _workloads(files: HostFiles, summary: WorkloadSummary | None) -> dict[str, WorkloadCounters]:
    rows = summary.rows if summary is not None else ()
    return read_workloads(files, [row.group for row in rows if row.is_inner]) if rows else {}


def _text(files: HostFiles, path: str) -> str:
    return files.read_or_empty(path).decode("utf-8", "replace")


def _netstat(files: HostFiles, folder: str) -> dict[str, int]:
    found = parsers.parse_netstat(_text(files, f"{folder}/snmp"))
    found |= parsers.parse_netstat(_text(files, f"{folder}/netstat"))
    return found | parsers.parse_snmp6(_text(files, f"{folder}/snmp6"))


def _sockstat(files: HostFiles, folder: str) -> dict[str, int]:
    page_bytes = os.sysconf("SC_PAGE_SIZE")
    texts = [_text(files, f"{folder}/{name}") for name in ("sockstat", "sockstat6")]
    return {key: value for text in texts for key, value in parsers.parse_sockstat(text, page_bytes).items()}


def _links(files: HostFiles, interfaces: Iterable[str]) -> dict[str, dict[str, int]]:
    """What is known of each interface; one that is off has no carrier, neither 0 nor 1."""
    found = {}
    for interface in interfaces:
        if "/" not in interface:
            numbers = {key: files.number(f"/sys/class/net/{interface}/{name}") for key, name in _LINK.items()}
            found[interface] = {key: value for key, value in numbers.items() if value is not None and value >= 0}
    return {interface: values for interface, values in found.items() if values}


def _sysctl(files: HostFiles) -> dict[str, int]:
    folder = "/proc/sys/net/netfilter"
    numbers = {key: files.number(f"{folder}/{name}") for key, name in _SYSCTL.items()} if files.live else {}
    return {key: value for key, value in numbers.items() if value is not None and value >= 0}


def _filefd(files: HostFiles) -> dict[str, int]:
    fields = _text(files, "/proc/sys/fs/file-nr").split()
    if len(fields) != 3:
        return {}
    values = {"allocated": parsers.number(fields[0]), "maximum": parsers.number(fields[2])}
    return {name: value for name, value in values.items() if value is not None}


def _pressure(files: HostFiles) -> dict[str, int]:
    found: dict[str, int] = {}
    for resource in ("cpu", "io", "memory"):
        found |= parsers.parse_pressure(files.read_or_empty(f"/proc/pressure/{resource}"), resource)
    return found


def _uname(files: HostFiles) -> dict[str, str]:
    read = {field: files.line(f"/proc/sys/kernel/{name}") for field, name in _UNAME.items()}
    if read["machine"] is None and files.live:
        read["machine"] = os.uname().machine  # the file is there since Linux 6.1
    return {field: clean(value) for field, value in read.items() if value is not None}
