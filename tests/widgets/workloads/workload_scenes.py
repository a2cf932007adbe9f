"""Snapshots with workloads, made up for drawing."""

from msgspec.structs import replace

from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.model.snapshot import NodeSnapshot, ProcessSummary
from tests.widgets.scenes import server

SLICE, POD = "/kubepods.slice", "/kubepods.slice/kubepods-pod1.slice"
APP, SIDE = f"{POD}/cri-containerd-a.scope", f"{POD}/cri-containerd-b.scope"
UNIT = "/system.slice/nginx.service"


def rows(tick: int = 0) -> tuple[WorkloadMetrics, ...]:
    """A slice with a pod of two containers, and a slice with a unit."""
    return (
        WorkloadMetrics(group=SLICE, kind="slice", name="kubepods.slice", is_outer=True, cpu_percent=70.0,
                        memory_bytes=700 << 20),
        WorkloadMetrics(group=POD, kind="pod", name="shop/web-0", parent=SLICE, is_outer=True, cpu_percent=70.0,
                        memory_bytes=700 << 20),
        WorkloadMetrics(group=APP, kind="container", name="shop/web-0/app", parent=POD, container="shop/web-0/app",
                        runtime="containerd", id="0123456789ab", cpu_percent=60.0 + tick, cpu_limit_cores=1.0,
                        cpu_throttled_percent=12.0, memory_bytes=600 << 20, memory_limit_bytes=640 << 20,
                        memory_used_percent=93.75, read_bytes_per_second=1e6, write_bytes_per_second=0.0, tasks=12,
                        oom_kills=1),
        WorkloadMetrics(group=SIDE, kind="container", name="shop/web-0/bbbbbbbbbbbb", parent=POD, id="bbbbbbbbbbbb",
                        unnamed="only root may read its name", container="podaaaaaaaa/bbbbbbbbbbbb", cpu_percent=10.0,
                        memory_bytes=100 << 20, tasks=1),
        WorkloadMetrics(group="/system.slice", kind="slice", name="system.slice", is_outer=True, cpu_percent=5.0,
                        memory_bytes=50 << 20),
        WorkloadMetrics(group=UNIT, kind="unit", name="nginx.service", parent="/system.slice", cpu_percent=5.0,
                        container="nginx.service", memory_bytes=50 << 20, tasks=3),
    )  # fmt: skip


def with_workloads(tick: int = 0, snapshot: NodeSnapshot | None = None) -> NodeSnapshot:
    """The made-up server, two of whose processes are in a container and one in a unit."""
    snapshot = snapshot or server(tick)
    summary = WorkloadSummary(groups=9, total=6, containers=2, pods=1, units=1, rows=rows(tick))
    assert snapshot.processes is not None
    names = {0: "shop/web-0/app", 1: "shop/web-0/app", 2: "nginx.service"}
    processes = tuple(replace(row, container=names.get(n)) for n, row in enumerate(snapshot.processes.rows))
    return replace(snapshot, workloads=summary, processes=ProcessSummary(total=len(processes), rows=processes))
