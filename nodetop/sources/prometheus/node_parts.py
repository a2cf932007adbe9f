"""What is asked about one node in full. Pure."""

from nodetop.sources.prometheus.labels import Labels, Target
from nodetop.sources.prometheus.metrics import CPU, NOT_STORAGE, SEEN
from nodetop.sources.prometheus.promql import Part

GAUGES = {
    "load1": "node_load1",
    "load5": "node_load5",
    "load15": "node_load15",
    "boot": SEEN,
    "uname": "node_uname_info",
    "os": "node_os_info",
    "hertz": "node_cpu_scaling_frequency_hertz",
    "oom_kills": "node_vmstat_oom_kill",
    "speed": "node_network_speed_bytes",
    "network": "node_network_info",
    "network_up": "node_network_up",
    "errors_in": "node_network_receive_errs_total",
    "errors_out": "node_network_transmit_errs_total",
    "drops_in": "node_network_receive_drop_total",
    "drops_out": "node_network_transmit_drop_total",
    "celsius": "node_hwmon_temp_celsius",
    "celsius_max": "node_hwmon_temp_max_celsius",
    "celsius_crit": "node_hwmon_temp_crit_celsius",
    "sensor": "node_hwmon_sensor_label",
    "chip": "node_hwmon_chip_names",
    "zone": "node_thermal_zone_temp",
    "processes": "nodetop_processes",
    "threads": "nodetop_threads",
    "program_cpu": "nodetop_top_program_cpu_ratio",
    "program_memory": "nodetop_top_program_resident_memory_bytes",
}
MEMORY = {
    "total": "MemTotal",
    "free": "MemFree",
    "available": "MemAvailable",
    "buffers": "Buffers",
    "cached": "Cached",
    "reclaimable": "SReclaimable",
    "shared": "Shmem",
    "swap_total": "SwapTotal",
    "swap_free": "SwapFree",
}
FILESYSTEM = ("size_bytes", "free_bytes", "avail_bytes", "files", "files_free", "readonly")
DISK = {
    "reads": "reads_completed_total",
    "writes": "writes_completed_total",
    "read": "read_bytes_total",
    "written": "written_bytes_total",
    "busy": "io_time_seconds_total",
    "queue": "io_time_weighted_seconds_total",
    "read_time": "read_time_seconds_total",
    "write_time": "write_time_seconds_total",
}
NETWORK = ("receive_bytes", "transmit_bytes", "receive_packets", "transmit_packets")
PRESSURE = ("cpu_waiting", "io_waiting", "io_stalled", "memory_waiting", "memory_stalled")


def node_parts(labels: Labels, target: Target, window: int) -> list[Part]:
    """All expressions about one node."""
    node = labels.of(target)

    def rate(name: str, selector: str = "") -> str:
        return f"rate({name}{{{labels.joined(node, selector) if selector else node}}}[{window}s])"

    storage = f'fstype!~"{NOT_STORAGE}"'
    return [
        Part("at", f"timestamp({SEEN}{{{node}}})"),
        Part("cpu", f"sum by (cpu, mode) ({rate(CPU)})"),
        Part("guest", f"sum ({rate('node_cpu_guest_seconds_total')})"),
        *(Part(name, f"{metric}{{{node}}}") for name, metric in GAUGES.items()),
        *(Part(f"m_{name}", f"node_memory_{metric}_bytes{{{node}}}") for name, metric in MEMORY.items()),
        *(Part(f"s_{name}", rate(f"node_vmstat_{name}")) for name in ("pswpin", "pswpout")),
        *(Part(f"f_{name}", f"node_filesystem_{name}{{{node},{storage}}}") for name in FILESYSTEM),
        *(Part(f"d_{name}", rate(f"node_disk_{metric}")) for name, metric in DISK.items()),
        *(Part(f"n_{name}", rate(f"node_network_{name}_total")) for name in NETWORK),
        *(Part(f"p_{name}", rate(f"node_pressure_{name}_seconds_total")) for name in PRESSURE),
    ]
