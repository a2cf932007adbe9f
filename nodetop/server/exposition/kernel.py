"""node_exporter's families from raw counters. Names, labels, units and types are those of node_exporter 1.5."""

from nodetop.model.raw_counters import RawCounters
from nodetop.server.exposition.families import Families

_MODES = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
_GUEST_MODES = ("user", "nice")
_DISK: tuple[tuple[str, float, str], ...] = (
    ("reads_completed_total", 1, "The total number of reads completed successfully."),
    ("reads_merged_total", 1, "The total number of reads merged."),
    ("read_bytes_total", 512, "The total number of bytes read successfully."),
    ("read_time_seconds_total", 0.001, "The total number of seconds spent by all reads."),
    ("writes_completed_total", 1, "The total number of writes completed successfully."),
    ("writes_merged_total", 1, "The number of writes merged."),
    ("written_bytes_total", 512, "The total number of bytes written successfully."),
    ("write_time_seconds_total", 0.001, "This is the total number of seconds spent by all writes."),
    ("io_now", 1, "The number of I/Os currently in progress."),
    ("io_time_seconds_total", 0.001, "Total seconds spent doing I/Os."),
    ("io_time_weighted_seconds_total", 0.001, "The weighted # of seconds spent doing I/Os."),
    ("discards_completed_total", 1, "The total number of discards completed successfully."),
    ("discards_merged_total", 1, "The total number of discards merged."),
    ("discarded_sectors_total", 1, "The total number of sectors discarded successfully."),
    ("discard_time_seconds_total", 0.001, "This is the total number of seconds spent by all discards."),
    ("flush_requests_total", 1, "The total number of flush requests completed successfully"),
    ("flush_requests_time_seconds_total", 0.001, "This is the total number of seconds spent by all flush requests."),
)
"""Columns of /proc/diskstats with their factor. A sector has 512 bytes there; times are in milliseconds."""
_NETWORK = (
    *(f"receive_{name}" for name in ("bytes", "packets", "errs", "drop", "fifo", "frame", "compressed", "multicast")),
    *(f"transmit_{name}" for name in ("bytes", "packets", "errs", "drop", "fifo", "colls", "carrier", "compressed")),
)
_SOFTNET = (
    ("processed", "Number of processed packets"),
    ("dropped", "Number of dropped packets"),
    ("times_squeezed", "Number of times processing packets ran out of quota"),
)
_SYSCTL = {
    "nf_conntrack_entries": "Number of currently allocated flow entries for connection tracking.",
    "nf_conntrack_entries_limit": "Maximum size of connection tracking table.",
}
_STAT = {
    "ctxt": ("node_context_switches_total", "Total number of context switches."),
    "intr": ("node_intr_total", "Total number of interrupts serviced."),
    "processes": ("node_forks_total", "Total number of forks."),
    "procs_running": ("node_procs_running", "Number of processes in runnable state."),
    "procs_blocked": ("node_procs_blocked", "Number of processes blocked waiting for I/O to complete."),
}
_PRESSURE = {
    "cpu_some": ("cpu_waiting", "that processes have waited for CPU time"),
    "io_some": ("io_waiting", "that processes have waited due to IO congestion"),
    "io_full": ("io_stalled", "no process could make progress due to IO congestion"),
    "memory_some": ("memory_waiting", "that processes have waited for memory"),
    "memory_full": ("memory_stalled", "no process could make progress due to memory congestion"),
}
_LOADS = (("node_load1", "1m load average."), ("node_load5", "5m load average."), ("node_load15", "15m load average."))


def add_kernel(families: Families, counters: RawCounters) -> None:
    """All families of the raw counters."""
    _cpus(families, counters)
    _single(families, counters)
    _disks(families, counters)
    _network(families, counters)


def _network(families: Families, counters: RawCounters) -> None:
    for interface, columns in counters.networks.items():
        for name, value in zip(_NETWORK, columns, strict=False):
            families.counter(f"node_network_{name}_total", f"Network device statistic {name}.", value, device=interface)
    for interface, values in counters.links.items():
        for name, value in _named(values):
            families.gauge(f"node_network_{name}", f"Network device property: {name}", value, device=interface)
    for device, entries in counters.arp.items():
        families.gauge("node_arp_entries", "ARP entries by device", entries, device=device)
    for cpu, columns in counters.softnet.items():
        for (name, text), value in zip(_SOFTNET, columns, strict=False):
            families.counter(f"node_softnet_{name}_total", text, value, cpu=cpu)


def _cpus(families: Families, counters: RawCounters) -> None:
    for cpu, ticks in counters.cpus.items():
        seconds = [each / counters.ticks_per_second for each in ticks]
        for mode, value in zip(_MODES, seconds, strict=False):
            text = "Seconds the CPUs spent in each mode."
            families.counter("node_cpu_seconds_total", text, value, cpu=cpu, mode=mode)
        for mode, value in zip(_GUEST_MODES, seconds[8:], strict=False):
            text = "Seconds the CPUs spent in guests (VMs) for each mode."
            families.counter("node_cpu_guest_seconds_total", text, value, cpu=cpu, mode=mode)


def _single(families: Families, counters: RawCounters) -> None:
    for key, (name, text) in _STAT.items():
        add = families.counter if name.endswith("_total") else families.gauge
        add(name, text, counters.stat.get(key))
    for key, value in _named(counters.memory):
        families.gauge(f"node_memory_{key}", f"Memory information field {key}.", value)
    for key, value in _named(counters.vmstat):
        families.unknown(f"node_vmstat_{key}", f"/proc/vmstat information field {key}.", value)
    for key, value in _named(counters.netstat):
        families.unknown(f"node_netstat_{key}", f"Statistic {key.replace('_', '')}.", value)
    for key, value in _named(counters.sockstat):
        protocol, _, state = key.partition("_")
        text = "IPv4 sockets in use" if key == "sockets_used" else f"{protocol} sockets in state {state}"
        families.gauge(f"node_sockstat_{key}", f"Number of {text}.", value)
    for key, value in _named(counters.filefd):
        families.gauge(f"node_filefd_{key}", f"File descriptor statistics: {key}.", value)
    for key, text in _SYSCTL.items():
        families.gauge(f"node_{key}", text, counters.sysctl.get(key))
    for key, (part, text) in _PRESSURE.items():
        microseconds = counters.pressure.get(key)
        seconds = None if microseconds is None else microseconds / 1e6
        name = f"node_pressure_{part}_seconds_total"
        families.counter(name, f"Total time in seconds {text}", seconds)
    for (name, text), load in zip(_LOADS, counters.load or (), strict=False):
        families.gauge(name, text, load)


def _named(values: dict[str, int]) -> list[tuple[str, int]]:
    """Without names that cannot be part of a metric's name; another machine may send any."""
    return [(key, value) for key, value in values.items() if key.isascii() and key.replace("_", "").isalnum()]


def _disks(families: Families, counters: RawCounters) -> None:
    for device, values in counters.disks.items():
        for (name, factor, text), value in zip(_DISK, values, strict=False):
            add = families.counter if name.endswith("_total") else families.gauge
            add(f"node_disk_{name}", text, value * factor if factor != 0.001 else value / 1000, device=device)
