"""Explains the values of a workload, which is a control group. Kernel admin-guide/cgroup-v2.rst, cgroup-v1/*.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
from nodetop.explanations.parts import SAME, part
from nodetop.model.cgroups import UnitProblem, UnitSummary, WorkloadMetrics, WorkloadSummary
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot

_MOUNTS = RawFile("/proc/self/mountinfo", ("cgroup",))


def _file(name: str, older: str = "", *words: str) -> tuple[RawFile, ...]:
    """A file of the group, by its path in cgroup v2 and in cgroup v1."""
    controller, _, file = older.partition("/")
    found = (RawFile(f"/sys/fs/cgroup{{group}}/{name}", words),)
    if not older:
        return found
    has_words = file.endswith(("stat", "control"))
    return (*found, RawFile(f"/sys/fs/cgroup/{controller}{{group}}/{file}", words if has_words else ()))


def _least(subject: Subject) -> Amount:
    limits = (subject.item.memory_limit_bytes, subject.item.memory_high_bytes)
    return Amount(min((each for each in limits if each is not None), default=None), "bytes")


_CPU: dict[str, Source] = {"CPU": "cpu_percent", "cores": "cpu_limit_cores"}
_MEMORY: dict[str, Source] = {"used": "memory_bytes", "limit": _least}
_TIME = (
    "Rates cover the time between two readings of this group: each sample while it is on the screen, else ten seconds "
    "or more."
)
_INSIDE = "Groups are nested: everything inside it is included."

_DISKS = (
    "Of devices that are on each other, as LVM, encryption and RAID are on disks, the kernel counts each: here the "
    "disks count, so the value can be less than that of podman stats and systemd-cgtop. Loop devices and zram do not "
    "count.",
    "In cgroup v1, Linux 6.10 and newer count only for devices of which some group has a limit, or with the scheduler "
    "BFQ: without any, the value is not known, although the file says Total 0.",
)
_SEEN = (
    "connections: TCP connections in nodetop's own network, as the kernel lists them with their control group "
    "(sock_diag, Linux 5.8 or newer, control groups v2). Loopback is included. UDP is not seen, nor "
    "a connection that opened and closed between two readings, nor its last bytes: the value is the least that was "
    "moved, with a plus sign in the list.",
    "interfaces: all interfaces of its own network namespace except loopback, from /proc/PID/net/dev of one of its "
    "processes (in its cgroup.procs), and RetransSegs from /proc/PID/net/snmp. Everything is included, also UDP.",
    "Containers in a network of their own have no connections in nodetop's: listing those takes root in their "
    "namespace.",
)

WORKLOADS = (
    Explanation(
        "CPU", ("cpu_percent",), "CPU time of all its processes, those that have ended included, in percent of one "
        "core.", numbers=_CPU, files=_file("cpu.stat", "cpuacct/cpuacct.usage", "usage_usec"),
        others=(Other("docker stats, podman stats, systemd-cgtop", SAME, "{CPU}"),
                Other("kubectl top", "in cores", "{CPU} / 100", "cores")),
        notes=(_INSIDE, _TIME),
    ),
    Explanation(
        "cores allowed", ("cpu_limit_cores",), "The quota per period; nothing if there is none.", numbers=_CPU,
        files=_file("cpu.max", "cpu/cpu.cfs_quota_us"),
        others=(Other("docker run --cpus, resources.limits.cpu", SAME), Other("systemd: CPUQuota", SAME)),
        notes=("A smaller quota of a group around it applies as well.",),
    ),
    Explanation(
        "CPU of limit", ("cpu_limit_percent",), "CPU as a share of the cores allowed.", "{CPU} / {cores}", _CPU,
        files=_file("cpu.stat", "cpuacct/cpuacct.usage", "usage_usec"),
    ),
    Explanation(
        "throttled", ("cpu_throttled_percent",), "Share of the quota's periods (usually 100 ms) in which it used up "
        "its quota and had to wait for the next period.",
        files=_file("cpu.stat", "cpu/cpu.stat", "nr_periods", "nr_throttled"),
        others=(Other("container_cpu_cfs_throttled_periods_total", "cAdvisor: the same counters, not divided"),),
    ),
    Explanation(
        "memory", ("memory_bytes",), "Memory charged to it, without file cache that was not used recently "
        "(inactive_file), which the kernel takes back before it kills anything: the working set.", numbers=_MEMORY,
        files=(*_file("memory.current", "memory/memory.usage_in_bytes"),
               *_file("memory.stat", "memory/memory.stat", "inactive_file", "total_inactive_file")),
        others=(Other("docker stats, kubectl top pod", SAME, "{used}"),
                Other("systemctl status, systemd-cgtop", "include inactive file cache")),
        notes=(_INSIDE, "Shared pages are charged to the group that used them first."),
    ),
    Explanation(
        "memory of limit", ("memory_used_percent",), "Memory as a share of the smaller of limit and high.",
        "100 × {used} / {limit}", _MEMORY, _file("memory.current", "memory/memory.usage_in_bytes"),
    ),
    Explanation(
        "memory allowed", ("memory_limit_bytes",), "At this limit, when nothing can be taken back, the kernel kills a "
        "process of the group.", files=_file("memory.max", "memory/memory.limit_in_bytes"),
        others=(Other("docker run --memory, resources.limits.memory", SAME), Other("systemd: MemoryMax", SAME)),
    ),
    Explanation(
        "slowed down from", ("memory_high_bytes",), "Above this the kernel takes memory back and slows its processes "
        "down meanwhile; nothing is killed.", files=_file("memory.high"), others=(Other("systemd: MemoryHigh", SAME),),
    ),
    Explanation(
        "swap", ("swap_bytes",), "Its memory that is swapped out.",
        files=_file("memory.swap.current", "memory/memory.stat", "total_swap"),
    ),
    Explanation(
        "OOM kills", ("oom_kills",), "Its processes that the kernel killed at a memory limit, since it was created.",
        files=_file("memory.events", "memory/memory.oom_control", "oom_kill"),
        others=(Other("kubectl: OOMKilled", "only if the container's first process was killed"),),
    ),
    Explanation(
        "read", ("read_bytes_per_second",), "Bytes that it read from block devices, per second. No permission of root "
        "is needed, other than for single processes.",
        files=_file("io.stat", "blkio/blkio.throttle.io_service_bytes_recursive", "rbytes"),
        others=(Other("docker stats: BLOCK I/O, podman stats", "the total since the start"),),
        notes=(_INSIDE, _TIME, *_DISKS),
    ),
    Explanation(
        "written", ("write_bytes_per_second",), "Bytes that it wrote to block devices, per second.",
        files=_file("io.stat", "blkio/blkio.throttle.io_service_bytes_recursive", "wbytes"),
        notes=("In cgroup v1, data that was written to the page cache first is not counted here.", _TIME, *_DISKS),
    ),
    Explanation(
        "reads", ("reads_per_second",), "Read operations per second.",
        files=_file("io.stat", "blkio/blkio.throttle.io_serviced_recursive", "rios"),
    ),
    Explanation(
        "writes", ("writes_per_second",), "Write operations per second.",
        files=_file("io.stat", "blkio/blkio.throttle.io_serviced_recursive", "wios"),
    ),
    Explanation(
        "received", ("receive_bytes_per_second",), "Bytes that it received from the network, per second. The kernel "
        "counts no bytes per control group; what is counted stands in its value \"counted\".",
        others=(Other("docker stats, podman stats: NET I/O", "the total of its interfaces since the start"),
                Other("ss -tino --cgroup", "bytes_received of each connection since it was opened")),
        notes=_SEEN,
    ),
    Explanation(
        "transmitted", ("transmit_bytes_per_second",), "Bytes that it sent to the network, per second. Of TCP "
        "connections those that the other side acknowledged.",
        others=(Other("docker stats, podman stats: NET I/O", "the total of its interfaces since the start"),
                Other("ss -tino --cgroup", "bytes_acked of each connection since it was opened")),
        notes=_SEEN,
    ),
    Explanation(
        "sent again", ("retransmits_per_second",), "TCP segments per second that were sent again because no "
        "acknowledgement came.",
        others=(Other("ss -tino: retrans", "of each connection since it was opened"),
                Other("nstat: TcpRetransSegs", "of a whole network namespace")),
        notes=_SEEN,
    ),
    Explanation(
        "counted", ("network",), "Where the three values above come from: connections, interfaces, or both if "
        "workloads of either kind are inside.", notes=_SEEN,
    ),
    Explanation(
        "network namespace", ("network_namespace",), "Its own network namespace. Workloads with the same number, as "
        "the containers of a pod, have the same interfaces and so the same rates; a sum counts them once.",
    ),
    Explanation(
        "tasks", ("tasks",), "Processes and threads.", files=_file("pids.current", "pids/pids.current"),
        others=(Other("docker stats: PIDS, systemctl status: Tasks", SAME),),
    ),
    Explanation(
        "tasks allowed", ("tasks_limit",), 'At this number fork(2) fails: "Resource temporarily unavailable".',
        files=_file("pids.max", "pids/pids.max"), others=(Other("docker run --pids-limit, systemd: TasksMax", SAME),),
    ),
    Explanation(
        "waited for a CPU", ("cpu_pressure_percent",), "Share of the last ten seconds in which at least one of its "
        "tasks waited for a CPU.", files=_file("cpu.pressure", "", "some"),
        notes=("Throttled time counts as waiting.",),
    ),
    Explanation(
        "waited for memory", ("memory_pressure_percent",), "Share of the last ten seconds in which at least one of its "
        "tasks waited for memory.", files=_file("memory.pressure", "", "some"),
    ),
    Explanation(
        "waited for I/O", ("io_pressure_percent",), "Share of the last ten seconds in which at least one of its tasks "
        "waited for I/O.", files=_file("io.pressure", "", "some"),
    ),
    Explanation(
        "name", ("name",), "Who it is: for a container or pod its name, where files on this machine have it.",
        others=(Other("docker ps, podman ps, crictl ps, machinectl", SAME),),
        notes=(
            "Pods: /var/log/containers and /var/log/pods. Docker: /var/lib/docker/containers, or its socket, asked "
            "once for each new container. containerd, CRI-O: the container's config.json below /run. Podman: the "
            "storage of root or of its user. Others: the group's path.",
            "Where the name is missing, the screen of the workload (Enter) says why.",
        ),
    ),
    Explanation("why no name", ("unnamed",), "What would give the name, if only the id is known."),
)  # fmt: skip


_COUNTS = (
    Explanation(
        "workloads", ("total",), "Containers, pods, units, sessions, slices, machines and jobs, and other groups that "
        "are not a part of one of these.", files=(_MOUNTS,),
    ),
    Explanation("control groups", ("groups",), "All control groups, those inside workloads too.", files=(_MOUNTS,)),
    Explanation(
        "containers", ("containers",), "Containers by the paths of their groups, those inside others too, and the "
        "sandbox of each pod.", files=(_MOUNTS,), others=(Other("docker ps, podman ps, crictl ps", "only their own"),),
    ),
    Explanation("pods", ("pods",), "Kubernetes pods that have a group on this machine.", files=(_MOUNTS,)),
    Explanation(
        "network problem", ("network_problem",), "Why nothing is known of TCP connections, or not of all. The "
        "interfaces of containers with a network of their own are read all the same.",
    ),
    Explanation(
        "units", ("units",), "systemd's services, scopes and other units that have a group, of users too.",
        files=(_MOUNTS,), others=(Other("systemctl list-units", "also units without processes"),),
    ),
)  # fmt: skip


_UNITS = (
    Explanation(
        "units failed",
        ("failed",),
        "systemd units that have failed.",
        others=(Other("systemctl list-units --failed", SAME),),
        notes=("Asked of systemd every 30 seconds through systemctl.", "`systemctl reset-failed` clears them."),
    ),
    Explanation(
        "units restarting",
        ("restarting",),
        "Units whose process has ended, and which systemd is about to start again (the state auto-restart).",
        others=(Other("systemctl list-units --state=auto-restart", SAME),),
    ),
    Explanation(
        "units left out",
        ("ignored",),
        "Units with a problem that match a pattern in ignore_units, so that they are not counted and not listed.",
    ),
)
_PROBLEM = (
    Explanation("exit status", ("exit_status",), "Exit code of the unit's main process, or the number of the signal "
                "that ended it.", others=(Other("systemctl show -p ExecMainStatus", SAME),)),
    Explanation("restarts", ("restarts",), "How often systemd has started the unit again by itself.",
                others=(Other("systemctl show -p NRestarts", SAME),)),
    Explanation("since", ("since",), "When the unit came into its present state.",
                others=(Other("systemctl show -p StateChangeTimestamp", SAME),)),
)  # fmt: skip


def _problems(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    problems = snapshot.units.problems if snapshot.units is not None else ()
    return [Subject(snapshot, each, f"{each.unit} {each.state}") for each in problems]


def _chosen(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    rows = snapshot.workloads.rows if snapshot.workloads is not None else ()
    return [Subject(snapshot, row, row.name) for row in rows if row.group == selected]


GROUPS = (
    Group("workloads", WorkloadMetrics, _chosen, WORKLOADS),
    Group("workloads", WorkloadSummary, part("workloads"), _COUNTS),
    Group("workloads", UnitSummary, part("units"), _UNITS),
    Group("workloads", UnitProblem, _problems, _PROBLEM),
)
