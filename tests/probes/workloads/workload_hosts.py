"""Machines with workloads as their control groups and state files show them, written after the documents of the kernel,
systemd and the container runtimes."""

import json
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from tests.probes.cgroups.cgroup_hosts import MIB, NO_LIMIT_V1, V1, V2, CgroupHost, cpu_stat


def container_id(name: str) -> str:
    """64 hexadecimal digits, the same for the same name."""
    return sha256(name.encode()).hexdigest()


def pod_uid(name: str) -> str:
    return str(UUID(container_id(name)[:32]))


class WorkloadHost(CgroupHost):
    """A machine with control groups of version 2; `used` is CPU seconds, sizes are in MiB."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.mounted(V2.format(root="/"))
        self.v2(cgroup__controllers="cpuset cpu io memory pids")

    def group(
        self, path: str, used: float = 1.0, memory: int = 10, *, cache: int = 0, io: tuple[int, int] = (0, 0),
        tasks: int = 3, **files: str,
    ) -> None:  # fmt: skip
        """A group, with all files of the usual controllers."""
        self.v2(
            path, cpu__stat=cpu_stat(used), cpu__max="max 100000", memory__current=str((memory + cache) * MIB),
            memory__stat=f"anon {memory * MIB}\nfile {cache * MIB}\ninactive_anon 4096\ninactive_file {cache * MIB}\n"
            "active_file 0", memory__max="max", memory__high="max", memory__swap__current="0",
            memory__events="low 0\nhigh 0\nmax 0\noom 0\noom_kill 0", pids__max="max", pids__current=str(tasks),
            io__stat=f"8:0 rbytes={io[0]} wbytes={io[1]} rios={io[0] // 4096} wios={io[1] // 4096} dbytes=0 dios=0",
        )  # fmt: skip
        for name in ("cpu", "memory", "io"):
            self.v2(path, **{f"{name}__pressure": "some avg10=1.50 avg60=0.10 avg300=0.00 total=9"})
        self.v2(path, **files)


def kubernetes_node(folder: Path, pods: int = 110) -> WorkloadHost:
    """A node of containerd with the systemd driver: pods of three classes, each with its sandbox and one container."""
    host = WorkloadHost(folder)
    host.group("/kubepods.slice", 900, 4000)
    host.group("/system.slice", 50, 500)
    host.group("/system.slice/kubelet.service", 20, 90)
    host.group("/system.slice/containerd.service", 20, 60)
    for number in range(pods):
        name, namespace = f"web-{number:03}", "kube-system" if number % 10 == 0 else "shop"
        uid = pod_uid(name)
        qos = ("", "-burstable", "-besteffort")[number % 3]
        above = "/kubepods.slice" + (f"/kubepods{qos}.slice" if qos else "")
        pod = f"{above}/kubepods{qos}-pod{uid.replace('-', '_')}.slice"
        if qos:
            host.group(above, 300, 1000)
        host.group(pod, 10 + number, 20 + number)
        host.group(
            f"{pod}/cri-containerd-{container_id(name)}.scope", 10 + number, 19 + number,
            cpu__max="50000 100000", memory__max=str(256 * MIB),
        )  # fmt: skip
        host.group(f"{pod}/cri-containerd-{container_id(name + ' sandbox')}.scope", 0, 1, tasks=1)
        log = f"/var/log/pods/{namespace}_{name}_{uid}/app/0.log"
        host.write(log)
        host.link(f"/var/log/containers/{name}_{namespace}_app-{container_id(name)}.log", log)
    return host


def docker_host_v1(folder: Path) -> CgroupHost:
    """Docker with the cgroupfs driver on version 1: a group in each controller's own tree."""
    host = CgroupHost(folder)
    names = ("cpu,cpuacct", "memory", "blkio", "pids", "name=systemd")
    host.mounted(
        *(
            V1.format(n=40 + n, root="/", name=name).replace("/sys/fs/cgroup/name=systemd", "/sys/fs/cgroup/systemd")
            for n, name in enumerate(names)
        )
    )
    for name in ("web", "db"):
        path = f"/docker/{container_id(name)}"
        docker_group_v1(host, path, used=5.0)
        state = {"ID": container_id(name), "Name": f"/{name}", "Config": {"Labels": {}, "Hostname": "x"}}
        host.write(f"/var/lib/docker/containers/{container_id(name)}/config.v2.json", json.dumps(state))
    docker_group_v1(host, "/docker", used=10.0)
    for controller in ("cpu,cpuacct", "memory", "blkio", "pids", "systemd"):
        host.v1(controller, "/system.slice/docker.service", notify_on_release="0")
    return host


def docker_group_v1(host: CgroupHost, path: str, used: float, read: int = 8192) -> None:
    host.v1(
        "cpu,cpuacct", path, cpuacct__usage=f"{used * 1e9:.0f}", cpu__cfs_quota_us="200000",
        cpu__cfs_period_us="100000", cpu__stat="nr_periods 100\nnr_throttled 25\nthrottled_time 1000000000",
    )  # fmt: skip
    host.v1(
        "memory", path, memory__usage_in_bytes=str(300 * MIB), memory__limit_in_bytes=str(NO_LIMIT_V1),
        memory__stat=f"cache 1\ninactive_file 1\ntotal_swap 4096\ntotal_inactive_file {44 * MIB}",
        memory__oom_control="oom_kill_disable 0\nunder_oom 0\noom_kill 3",
    )  # fmt: skip
    host.v1(
        "blkio", path,
        blkio__throttle__io_service_bytes_recursive=f"8:0 Read {read}\n8:0 Write 0\n8:0 Sync 0\n8:16 Read 1\nTotal 9",
        blkio__throttle__io_serviced_recursive="8:0 Read 2\n8:0 Write 0\n8:0 Total 2\nTotal 2",
    )  # fmt: skip
    host.v1("pids", path, pids__current="7", pids__max="max")
    host.v1("systemd", path, cgroup__procs="900")


def lxc_host(folder: Path) -> WorkloadHost:
    """LXC and Incus: a container's payload has units of its own inside; beside it is its monitor."""
    host = WorkloadHost(folder)
    for name in ("c1", "staging_db"):
        host.group(f"/lxc.monitor.{name}", 0, 3)
        host.group(f"/lxc.payload.{name}", 40, 200)
        host.group(f"/lxc.payload.{name}/system.slice", 30, 100)
        host.group(f"/lxc.payload.{name}/system.slice/ssh.service", 1, 5)
    inside = container_id("docker in lxc")
    host.group(f"/lxc.payload.c1/system.slice/docker-{inside}.scope", 5, 30)
    host.group("/machine.slice", 9, 900)
    host.group("/machine.slice/machine-qemu\\x2d3\\x2dwin11.scope", 80, 800)
    host.group("/machine.slice/systemd-nspawn@deb\\x2dtest.service", 8, 80)
    return host


def slurm_node(folder: Path) -> WorkloadHost:
    """Slurm's cgroup/v2 plugin: jobs below slurmstepd.scope, their steps and tasks inside."""
    host = WorkloadHost(folder)
    scope = "/system.slice/slurmstepd.scope"
    host.group("/system.slice", 99, 99)
    host.group(scope, 99, 99)
    for job in (4711, 4712):
        host.group(f"{scope}/job_{job}", 60, 600, memory__max=str(1024 * MIB))
        for step in ("step_batch", "step_0"):
            host.group(f"{scope}/job_{job}/{step}", 30, 300)
            host.group(f"{scope}/job_{job}/{step}/user/task_0", 30, 300)
    return host


def rootless_podman(folder: Path) -> WorkloadHost:
    """A user's containers, named in the storage below that user's home."""
    host = WorkloadHost(folder)
    host.write("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\nana:x:1000:1000::/home/ana:/bin/bash\n")
    manager = "/user.slice/user-1000.slice/user@1000.service"
    for path in ("/user.slice", "/user.slice/user-1000.slice", manager, f"{manager}/user.slice"):
        host.group(path, 20, 120)
    one = container_id("web")
    host.group(f"{manager}/user.slice/libpod-{one}.scope", 10, 100)
    host.group(f"{manager}/user.slice/libpod-{one}.scope/container", 10, 100)
    host.group(f"{manager}/user.slice/libpod-conmon-{one}.scope", 0, 1)
    store = [{"id": one, "names": ["web-rootless"], "image": "x", "layer": "y"}]
    host.write("/home/ana/.local/share/containers/storage/overlay-containers/containers.json", json.dumps(store))
    return host


def desktop(folder: Path) -> WorkloadHost:
    """A desktop's session: system units, a user's manager with applications in slices of their own."""
    host = WorkloadHost(folder)
    manager = "/user.slice/user-1000.slice/user@1000.service"
    for path in (
        "/init.scope", "/system.slice", "/system.slice/dbus.service", "/system.slice/system-getty.slice",
        "/system.slice/system-getty.slice/getty@tty1.service", "/user.slice", "/user.slice/user-1000.slice",
        "/user.slice/user-1000.slice/session-2.scope", manager, f"{manager}/init.scope", f"{manager}/app.slice",
        f"{manager}/app.slice/app-gnome-firefox-4242.scope", f"{manager}/session.slice",
        f"{manager}/session.slice/pipewire.service", "/dev-hugepages.mount",
    ):  # fmt: skip
        host.group(path)
    return host


def many_units(folder: Path) -> WorkloadHost:
    """Version 2 with 70 services."""
    host = WorkloadHost(folder)
    for number in range(70):
        host.group(f"/system.slice/worker-{number}.service", 10, 50)
    return host
