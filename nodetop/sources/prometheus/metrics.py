"""What node_exporter's names and labels mean here: which devices, file systems and sensors count. In regular
expressions of PromQL, which match whole values."""

SEEN = "node_boot_time_seconds"
"""Every node_exporter has it, on every system; where it is, a node was sampled."""
CPU = "node_cpu_seconds_total"
CLOCK = "node_time_seconds"
"""It grows by a second each second, so its rate says how much of a window has samples, as Prometheus sees it: at the
start and end of a series it takes a part of the window as without growth, and that is not time in use of a CPU."""
NOT_STORAGE = (
    "autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|efivarfs|erofs|fuse.lxcfs|fuse.snapfuse|fusectl|"
    "hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|pstore|ramfs|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tmpfs|tracefs"
)
"""File systems without storage of their own, as probes/mounts.py leaves them out."""
STACKED = "(dm-|md|zd|bcache|drbd|loop|ram|zram|sr|fd)[0-9].*"
"""Disks on top of others, and those without storage: not part of totals."""
VIRTUAL = (
    "lo|(veth|docker|br-|virbr|vnet|cali|flannel|cni|lxc|tap|tun|wg|ifb|dummy|bond|team|vlan|vxlan|geneve|kube|nodelocal)"
    ".*|.*[.].*"
)
"""Interfaces whose traffic also passes another one, or never leaves the machine: not part of totals."""
CPU_CHIP = "coretemp.*|k10temp.*|k8temp.*|zenpower.*|cpu.?thermal.*|x86_pkg_temp.*|soc.?thermal.*"
"""Chips that measure the processor, by the name of their driver."""
CPU_PLACE = "platform_coretemp_.*|thermal_.*cpu.*"
"""The same by the place of the chip, where the store has no names of chips."""
PAGE_BYTES = 4096
