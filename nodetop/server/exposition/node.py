"""node_exporter's families of one node, from its latest snapshot and, where there are some, its raw counters. Pure."""

from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import FilesystemMetrics, HostInfo, MemoryMetrics, NodeSnapshot, TemperatureMetrics
from nodetop.server.exposition.families import Families
from nodetop.server.exposition.kernel import add_kernel

_UNAME = ("domainname", "machine", "nodename", "release", "sysname", "version")


def add_node(families: Families, snapshot: NodeSnapshot, counters: RawCounters | None, now: float) -> None:
    """All that is known of a node. Without raw counters: no counters, because rates cannot be turned back into
    them."""
    _add_gauges(families, snapshot)
    if counters is not None:
        add_kernel(families, counters)  # where both have a value, this one counts
    if snapshot.host is not None:
        _add_host(families, snapshot.host, counters.uname if counters else {})
    families.gauge("node_time_seconds", "System time in seconds since epoch (1970).", now)
    for core in snapshot.cpu.cores if snapshot.cpu else ():
        hertz = None if core.frequency_mhz is None else core.frequency_mhz * 1e6
        text = "Current scaled CPU thread frequency in hertz."
        families.gauge("node_cpu_scaling_frequency_hertz", text, hertz, cpu=str(core.index))
    for filesystem in snapshot.filesystems or ():
        _add_filesystem(families, filesystem)
    _add_networks(families, snapshot)
    if snapshot.temperature is not None:
        _add_temperature(families, snapshot.temperature)


def _add_gauges(families: Families, snapshot: NodeSnapshot) -> None:
    """What a snapshot has of the values that raw counters bring."""
    cpu = snapshot.cpu
    if cpu is not None:
        families.gauge("node_load1", "1m load average.", cpu.load_1m)
        families.gauge("node_load5", "5m load average.", cpu.load_5m)
        families.gauge("node_load15", "15m load average.", cpu.load_15m)
    if snapshot.memory is not None:
        for key, value in _memory(snapshot.memory).items():
            families.gauge(f"node_memory_{key}_bytes", f"Memory information field {key}_bytes.", value)


def _memory(memory: MemoryMetrics) -> dict[str, int | None]:
    total, used = memory.swap_total_bytes, memory.swap_used_bytes
    return {
        "MemTotal": memory.total_bytes,
        "MemAvailable": memory.available_bytes,
        "MemFree": memory.free_bytes,
        "Buffers": memory.buffers_bytes,
        "Shmem": memory.shared_bytes,
        "SwapTotal": total,
        "SwapFree": None if total is None or used is None else total - used,
    }


def _add_host(families: Families, host: HostInfo, uname: dict[str, str]) -> None:
    families.gauge("node_boot_time_seconds", "Node boot time, in unixtime.", host.boot_time)
    known = {"nodename": host.hostname or "", "release": host.kernel or "", "machine": host.architecture or ""}
    labels = {name: uname.get(name, known.get(name, "")) for name in _UNAME}
    if host.os:
        text = "A metric with a constant '1' value labeled by the name of the operating system."
        families.gauge("node_os_info", text, 1, pretty_name=host.os)
    families.gauge("node_uname_info", "Labeled system information as provided by the uname system call.", 1, **labels)


def _add_filesystem(families: Families, filesystem: FilesystemMetrics) -> None:
    labels = {
        "device": filesystem.device,
        "fstype": filesystem.fs_type,
        "mountpoint": filesystem.mount_point,
    }
    total, used = filesystem.total_bytes, filesystem.used_bytes
    free = None if total is None or used is None else total - used
    files, files_used = filesystem.inodes_total, filesystem.inodes_used_percent
    files_free = None if files is None or files_used is None else round(files - files * files_used / 100)
    for name, text, value in (
        ("size_bytes", "Filesystem size in bytes.", total),
        ("free_bytes", "Filesystem free space in bytes.", free),
        ("avail_bytes", "Filesystem space available to non-root users in bytes.", filesystem.available_bytes),
        ("files", "Filesystem total file nodes.", files),
        ("files_free", "Filesystem total free file nodes.", files_free),
        ("readonly", "Filesystem read-only status.", filesystem.read_only),
        (
            "device_error",
            "Whether an error occurred while getting statistics for the given device.",
            total is None and filesystem.asked,
        ),
    ):
        families.gauge(f"node_filesystem_{name}", text, value, **labels)


def _add_networks(families: Families, snapshot: NodeSnapshot) -> None:
    for network in snapshot.networks or ():
        is_up = None if network.state is None else network.state == "up"
        text = "Value is 1 if operstate is 'up', 0 otherwise."
        families.gauge("node_network_up", text, is_up, device=network.interface)
        speed = None if network.speed_mbps is None else network.speed_mbps * 125_000
        text = "Network device property: speed_bytes"
        families.gauge("node_network_speed_bytes", text, speed, device=network.interface)


def _add_temperature(families: Families, temperature: TemperatureMetrics) -> None:
    for sensor in temperature.sensors:
        labels = {"chip": sensor.chip, "sensor": sensor.label}
        for name, celsius in (
            ("temp_celsius", sensor.celsius),
            ("temp_max_celsius", sensor.high_celsius),
            ("temp_crit_celsius", sensor.critical_celsius),
        ):
            families.gauge(f"node_hwmon_{name}", f"Hardware monitor for temperature ({name})", celsius, **labels)
        text = "Label for given chip and sensor"
        families.gauge("node_hwmon_sensor_label", text, 1, chip=sensor.chip, label=sensor.label, sensor=sensor.label)
        text = "Annotation metric for human-readable chip names"
        families.gauge("node_hwmon_chip_names", text, 1, chip=sensor.chip, chip_name=sensor.chip)
