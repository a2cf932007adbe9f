"""Machines as their control groups show them, written after the kernel's documents: cgroup-v2.rst, cgroup-v1/*.rst."""

from pathlib import Path

from tests.probes.tree import Tree

MIB = 2**20
ID = "3f0c8d2b" * 8
NO_LIMIT_V1 = 0x7FFFFFFFFFFFF000
V2 = "30 25 0:26 {root} /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
V1 = "{n} 30 0:{n} {root} /sys/fs/cgroup/{name} rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw,{name}\n"


class CgroupHost(Tree):
    """16 GiB and 8 CPUs; seen from the outside, so that it is the first process that counts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("/proc/meminfo", "MemTotal:       16777216 kB\nMemFree:        8000000 kB\n")
        self.write("/sys/devices/system/cpu/online", "0-7\n")

    def belongs_to(self, *lines: str) -> None:
        self.write("/proc/1/cgroup", "".join(f"{line}\n" for line in lines))

    def mounted(self, *lines: str) -> None:
        self.write("/proc/1/mountinfo", "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n" + "".join(lines))

    def v2(self, path: str = "", **files: str) -> None:
        """A group of version 2; names of files with __ for a dot."""
        for name, content in files.items():
            self.write(f"/sys/fs/cgroup{path}/{name.replace('__', '.')}", f"{content}\n")

    def v1(self, controller: str, path: str = "", **files: str) -> None:
        for name, content in files.items():
            self.write(f"/sys/fs/cgroup/{controller}{path}/{name.replace('__', '.')}", f"{content}\n")


def cpu_stat(used: float, periods: int = 0, throttled: int = 0, waited: float = 0.0) -> str:
    """Version 2's cpu.stat; times in seconds."""
    return (
        f"usage_usec {used * 1e6:.0f}\nuser_usec {used * 9e5:.0f}\nsystem_usec {used * 1e5:.0f}\n"
        f"nr_periods {periods}\nnr_throttled {throttled}\nthrottled_usec {waited * 1e6:.0f}\nnr_bursts 0\nburst_usec 0"
    )


def docker_v2(folder: Path) -> CgroupHost:
    """A container with `--cpus 2 --memory 512m --pids-limit 100`, in a cgroup namespace: its own group is "/"."""
    host = CgroupHost(folder)
    host.belongs_to("0::/")
    host.mounted(V2.format(root="/"))
    host.v2(
        cgroup__controllers="cpuset cpu io memory pids", cpu__max="200000 100000", cpu__stat=cpu_stat(10.0, 100, 10, 1),
        cpuset__cpus__effective="0-7", memory__max=f"{512 * MIB}", memory__high="max",
        memory__current=f"{400 * MIB}", memory__stat=f"anon {300 * MIB}\ninactive_file {80 * MIB}\nactive_file 5",
        memory__events="low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\noom_group_kill 0", pids__max="100", pids__current="12",
    )  # fmt: skip
    return host


def docker_v1(folder: Path) -> CgroupHost:
    """The same under version 1: paths are the host's, and what is mounted begins at the container's own group."""
    host = CgroupHost(folder)
    own = f"/docker/{ID}"
    host.belongs_to(
        f"12:pids:{own}", f"11:memory:{own}", f"5:cpuset:{own}", f"4:cpu,cpuacct:{own}", f"1:name=systemd:{own}"
    )
    names = ("cpu,cpuacct", "cpuset", "memory", "pids")
    host.mounted(*(V1.format(n=40 + n, root=own, name=name) for n, name in enumerate(names)))
    host.v1(
        "cpu,cpuacct", cpu__cfs_quota_us="150000", cpu__cfs_period_us="100000", cpuacct__usage="10000000000",
        cpu__stat="nr_periods 100\nnr_throttled 10\nthrottled_time 1000000000",
    )  # fmt: skip
    host.v1("cpuset", cpuset__cpus="0-7", cpuset__effective_cpus="0-7")
    host.v1(
        "memory", memory__limit_in_bytes=f"{512 * MIB}", memory__usage_in_bytes=f"{300 * MIB}",
        memory__stat=f"inactive_file 1\ntotal_inactive_file {44 * MIB}",
        memory__oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 3",
    )  # fmt: skip
    host.v1("pids", pids__max="max", pids__current="12")
    return host


def kubernetes(folder: Path) -> CgroupHost:
    """A pod of 3 cores and 1 GiB with a container of 4 cores and 2 GiB in it: the pod's are the smaller ones."""
    host = CgroupHost(folder)
    pod = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice"
    host.belongs_to(f"0::{pod}/cri-containerd-{ID}.scope")
    host.mounted(V2.format(root="/"))
    host.v2("/kubepods.slice", cpu__max="max 100000", memory__max=f"{15 * 1024 * MIB}", pids__max="max")
    host.v2("/kubepods.slice/kubepods-burstable.slice", cpu__max="max 100000", memory__max="max", pids__max="max")
    host.v2(
        pod, cpu__max="300000 100000", cpu__stat=cpu_stat(50.0, 200, 20, 3), memory__max=f"{1024 * MIB}",
        memory__current=f"{900 * MIB}", memory__stat=f"inactive_file {100 * MIB}", memory__events="oom_kill 5",
        pids__max="max",
    )  # fmt: skip
    host.v2(
        f"{pod}/cri-containerd-{ID}.scope", cpu__max="400000 100000", cpu__stat=cpu_stat(5.0),
        memory__max=f"{2048 * MIB}", memory__high="max", memory__current=f"{10 * MIB}", pids__max="50",
        pids__current="7",
    )  # fmt: skip
    return host


def systemd_slice(folder: Path) -> CgroupHost:
    """`systemd-run -p MemoryHigh=256M -p AllowedCPUs=0-1`: slowed down from there on, and held to two CPUs."""
    host = CgroupHost(folder)
    host.belongs_to("0::/system.slice/run-u7.service")
    host.mounted(V2.format(root="/"))
    host.v2("/system.slice", cpu__max="max 100000", memory__max="max", memory__high="max")
    host.v2(
        "/system.slice/run-u7.service", cpu__max="max 100000", cpu__stat="usage_usec 4000000\nuser_usec 1",
        cpuset__cpus__effective="0-1", memory__max="max", memory__high=f"{256 * MIB}",
        memory__current=f"{200 * MIB}", memory__stat=f"inactive_file {72 * MIB}", memory__events="high 9\noom_kill 0",
    )  # fmt: skip
    return host


def hybrid(folder: Path) -> CgroupHost:
    """systemd's hybrid: version 1 with the controllers, and an empty version 2 beside it."""
    host = CgroupHost(folder)
    host.belongs_to("9:memory:/jobs", "4:cpu,cpuacct:/jobs", "1:name=systemd:/jobs", "0::/jobs")
    host.mounted(
        V2.format(root="/").replace("/sys/fs/cgroup", "/sys/fs/cgroup/unified"),
        V1.format(n=41, root="/", name="memory"),
        V1.format(n=42, root="/", name="cpu,cpuacct"),
    )
    host.write("/sys/fs/cgroup/unified/jobs/cgroup.procs")
    host.v1("memory", memory__limit_in_bytes=f"{NO_LIMIT_V1}")
    host.v1(
        "memory", "/jobs", memory__limit_in_bytes=f"{128 * MIB}", memory__usage_in_bytes=f"{64 * MIB}",
        memory__stat="total_inactive_file 0",
    )  # fmt: skip
    host.v1("cpu,cpuacct", cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000")
    host.v1("cpu,cpuacct", "/jobs", cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000", cpuacct__usage="5")
    return host


def without_limits(folder: Path) -> CgroupHost:
    """A machine of its own, under systemd: no limit, or one beyond what there is."""
    host = CgroupHost(folder)
    host.belongs_to("0::/user.slice/user-1000.slice/session-2.scope")
    host.mounted(V2.format(root="/"))
    host.v2("/user.slice", cpu__max="max 100000", memory__max="max", memory__high="max", pids__max="max")
    host.v2("/user.slice/user-1000.slice", memory__max=f"{16 * 1024 * MIB}", pids__max="max")
    host.v2("/user.slice/user-1000.slice/session-2.scope", memory__max="max", cpuset__cpus__effective="0-7")
    return host
