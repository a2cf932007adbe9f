"""Workloads of a node in a real store: cAdvisor's series, nodetop's own, neither, and hostile ones."""

from collections.abc import Iterator, Mapping

import pytest

from nodetop.model.cgroups import WorkloadMetrics
from nodetop.model.snapshot import NodeSnapshot
from nodetop.sources.prometheus.exporters import CADVISOR, MOST_ROWS, WORKLOAD
from nodetop.sources.prometheus.promql import Value
from nodetop.sources.prometheus.workloads import workloads_of
from nodetop.sources.source import SourceError
from tests.probes.workloads.workload_hosts import container_id, pod_uid
from tests.sources.prometheus.made_up_nodes import BOOT, MadeUpNode, load, put, until_now
from tests.sources.prometheus.test_source import opened

STEP, MIB = 10.0, 2**20


class Group:
    """A control group as cAdvisor shows it, that uses half a CPU and reads 1000 bytes a second."""

    def __init__(self, path: str, **labels: str) -> None:
        self.labels = {"id": path, **labels}

    def lines(self, times: list[float], job: str, **more: str) -> Iterator[str]:
        for at in times:
            grown = at - BOOT
            for name, value, own in (
                ("container_cpu_usage_seconds_total", 0.2 * grown, {"cpu": "cpu00"}),
                ("container_cpu_usage_seconds_total", 0.3 * grown, {"cpu": "cpu01"}),
                ("container_memory_working_set_bytes", 64 * MIB, {}),
                ("container_spec_memory_limit_bytes", 256 * MIB, {}),
                ("container_spec_cpu_quota", 200_000, {}),
                ("container_spec_cpu_period", 100_000, {}),
                ("container_cpu_cfs_periods_total", 10 * grown, {}),
                ("container_cpu_cfs_throttled_periods_total", 1 * grown, {}),
                ("container_fs_reads_bytes_total", 600 * grown, {"device": "/dev/sda"}),
                ("container_fs_reads_bytes_total", 400 * grown, {"device": "/dev/sdb"}),
                ("container_network_receive_bytes_total", 40 * grown, {"interface": "eth0"}),
                ("container_network_receive_bytes_total", 60 * grown, {"interface": "net1"}),
                ("container_oom_events_total", 3, {}),
                ("container_threads", 7, {}),
                ("container_threads_max", 0, {}),
            ):
                yield series(name, {**self.labels, **own, "job": job, **more}, value, at)


def series(name: str, labels: Mapping[str, str], value: float | str, at: float) -> str:
    inside = ",".join(f'{key}="{escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value} {at * 1000:.0f}"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def node(job: str, instance: str, nodename: str = "") -> MadeUpNode:
    return MadeUpNode(instance, labels=f'job="{job}"', nodename=nodename or instance)


def by_name(snapshot: NodeSnapshot) -> dict[str, WorkloadMetrics]:
    assert snapshot.workloads is not None
    return {row.name: row for row in snapshot.workloads.rows}


def kubernetes_groups() -> list[Group]:
    uid = pod_uid("web-1").replace("-", "_")
    pod = f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{uid}.slice"
    of_pod = {"namespace": "shop", "pod": "web-1"}
    ids = {name: container_id(name) for name in ("app", "sandbox")}
    return [
        Group("/"),
        Group("/kubepods.slice"),
        Group("/system.slice"),
        Group("/system.slice/kubelet.service"),
        Group(pod, **of_pod),
        Group(f"{pod}/cri-containerd-{ids['app']}.scope", container="app", name=ids["app"], image="x", **of_pod),
        Group(f"{pod}/cri-containerd-{ids['sandbox']}.scope", container="POD", name=ids["sandbox"], **of_pod),
    ]


async def test_the_pods_of_a_kubelet_that_has_the_name_of_the_node(victoria: str) -> None:
    times = until_now(300, STEP)
    load(victoria, [node("kube", "10.7.0.5:9100", "worker-1"), node("kube", "10.7.0.6:9100", "worker-10")], times)
    groups = kubernetes_groups()
    put(victoria, (line for each in groups for line in each.lines(times, "kubelet", instance="10.9.9.9:10250",
                                                                  node="worker-1")))  # fmt: skip
    put(victoria, (line for each in groups for line in each.lines(times, "kubelet-2", node="worker-1")))  # twice
    async with opened(victoria, 'job="kube"') as source:
        found = by_name(await source.snapshot("10.7.0.5:9100"))
        other = await source.snapshot("10.7.0.6:9100")
        asked = source.http.traffic.queries
        await source.snapshot("10.7.0.5:9100")
        assert source.http.traffic.queries == asked + 2
        past = await source.samples("10.7.0.5:9100", 120)
    assert other.workloads is None
    assert found.keys() == {
        "kubepods.slice", "system.slice", "kubelet.service", "shop/web-1", "shop/web-1/app", "shop/web-1/(sandbox)",
    }  # fmt: skip
    row, pod = found["shop/web-1/app"], found["shop/web-1"]
    assert (row.kind, row.runtime, row.id, row.parent) == (
        "container",
        "containerd",
        container_id("app")[:12],
        pod.group,
    )
    assert (pod.kind, pod.is_outer, row.is_outer) == ("pod", True, False)
    assert row.cpu_percent == pytest.approx(50, rel=0.02)
    assert (row.cpu_limit_cores, row.cpu_limit_percent) == (2, pytest.approx(25, rel=0.02))
    assert row.cpu_throttled_percent == pytest.approx(10, rel=0.02)
    assert (row.memory_bytes, row.memory_used_percent, row.memory_high_bytes) == (64 * MIB, 25, None)
    assert row.read_bytes_per_second == pytest.approx(1000, rel=0.02)
    assert (row.oom_kills, row.tasks, row.tasks_limit) == (3, 7, None)
    assert row.receive_bytes_per_second == pytest.approx(100, rel=0.02)
    assert (row.network, row.transmit_bytes_per_second) == ("interfaces", None)
    assert (found["kubelet.service"].kind, found["kubelet.service"].parent) == ("unit", "/system.slice")
    assert past[-1].workloads is not None and past[-1].workloads.pods == 1


async def test_docker_beside_a_node_with_the_same_address(victoria: str) -> None:
    times = until_now(300, STEP)
    load(victoria, [node("dock", "dock.example:9100"), node("dock", "dockx.example:9100")], times)
    web = Group(f"/system.slice/docker-{container_id('web')}.scope", name="web", image="nginx")
    put(victoria, web.lines(times, "cadvisor", instance="dock.example:8080"))
    async with opened(victoria, 'job="dock"') as source:
        found = by_name(await source.snapshot("dock.example:9100"))
        assert (await source.snapshot("dockx.example:9100")).workloads is None
    assert list(found) == ["web"]
    assert (found["web"].kind, found["web"].runtime) == ("container", "docker")


async def test_nodetops_own_series(victoria: str) -> None:
    times = until_now(120, STEP)
    labels = {"group": "/system.slice/db.service", "kind": "unit", "workload": "db.service", "instance": "own"}
    gauges = {
        "cpu_ratio": 1.5,
        "memory_working_set_bytes": 8 * MIB,
        "memory_high_bytes": 16 * MIB,
        "oom_kills_total": 2,
    }
    load(victoria, [node("own", "own")], times)
    lines: list[str] = []
    for at in times:
        lines += (
            series(f"nodetop_workload_{name}", {**labels, "job": "own"}, value, at) for name, value in gauges.items()
        )
        network = {**labels, "job": "own", "network": "connections"}
        lines.append(series("nodetop_workload_network_transmit_bytes_per_second", network, 77, at))
        grown = 500 * (at - BOOT)
        lines.append(series("nodetop_workload_written_bytes_total", {**labels, "job": "own"}, grown, at))
    put(victoria, lines)
    async with opened(victoria, 'job="own"') as source:
        found = by_name(await source.snapshot("own"))
    row = found["db.service"]
    assert (row.group, row.kind, row.runtime) == ("/system.slice/db.service", "unit", "systemd")
    assert (row.cpu_percent, row.memory_bytes, row.memory_used_percent, row.oom_kills) == (150, 8 * MIB, 50, 2)
    assert row.write_bytes_per_second == pytest.approx(500, rel=0.02)
    assert (row.transmit_bytes_per_second, row.network) == (77, "connections")


async def test_the_workloads_of_all_nodes(victoria: str) -> None:
    times = until_now(60, STEP)
    load(victoria, [node("all", f"n{number}") for number in (1, 2)], times)
    lines = []
    for number in (1, 2):
        for unit, ratio in (("db.service", 0.1 * number), ("web.service", 2.0 * number)):
            labels = {"group": f"/s/{unit}", "kind": "unit", "workload": unit, "instance": f"n{number}", "job": "all"}
            for at in times:
                lines.append(series("nodetop_workload_cpu_ratio", labels, ratio, at))
                lines.append(series("nodetop_workload_memory_working_set_bytes", labels, MIB * number, at))
    put(victoria, lines)
    async with opened(victoria, 'job="all"') as source:
        found = await source.cluster.workloads("", "cpu", 3)
        matching = await source.cluster.workloads("DB", "memory", 5)
    assert (found.matched, found.total) == (4, 4)
    assert [(row.node, row.name, row.cpu_percent) for row in found.rows] == [
        ("n2", "web.service", 400), ("n1", "web.service", 200), ("n2", "db.service", 20),
    ]  # fmt: skip
    assert [(row.node, row.memory_bytes) for row in matching.rows] == [("n2", 2 * MIB), ("n1", MIB)]
    async with opened(victoria, 'job="bare"') as source:
        with pytest.raises(SourceError, match="no nodetop_workload series"):
            await source.cluster.workloads("", "cpu", 3)


async def test_a_store_without_them_says_so(victoria: str) -> None:
    load(victoria, [node("bare", "bare.example:9100", "localhost")], until_now(100, STEP))
    put(victoria, Group("/x").lines(until_now(100, STEP), "cadvisor", instance="localhost:8080"))
    async with opened(victoria, 'job="bare"') as source:
        found = await source.snapshot("bare.example:9100")
    (report,) = [each for each in found.probes if each.name == "workloads"]
    assert (found.workloads, report.status) == (None, "unavailable")
    assert report.reason == "the store has no series of cAdvisor's or nodetop's about this node"


async def test_hostile_groups_and_more_than_are_asked_for(victoria: str) -> None:
    times = until_now(40, STEP)
    load(victoria, [node("evil", "evil.example:9100")], times)
    many = {f"/g{number}": str(number) for number in range(MOST_ROWS + 100)}
    paths = ("/\x1b[2J[bold]x", "/" + "a/" * 2000, "no slash", '/\n"}\\', "/../..", "/negative", "/nan", "/infinite")
    hostile = dict(zip(paths, ("1e9", "1e300", "1e9", "1e9", "1e9", "-5", "NaN", "+Inf"), strict=True))
    put(
        victoria,
        (
            series("container_memory_working_set_bytes", {"id": path, "instance": "evil.example:8080"}, value, at)
            for at in times
            for path, value in {**many, **hostile}.items()
        ),
    )
    async with opened(victoria, 'job="evil"') as source:
        found = await source.snapshot("evil.example:9100")
        past = await source.samples("evil.example:9100", 60)
    assert past and past[-1].workloads is None  # too many for each of the past samples
    summary = found.workloads
    assert summary is not None and summary.total is not None
    assert 0 < len(summary.rows) <= MOST_ROWS < summary.total
    assert summary.pods is None
    assert {row.memory_bytes for row in summary.rows if row.name.startswith(("·", "↵", ".."))} == {10**9}
    assert all(row.name.isprintable() and row.group.isprintable() for row in summary.rows)


def test_a_label_of_a_megabyte_and_ten_thousand_groups_take_no_time_and_are_cut() -> None:
    megabyte = "/" + "a-pod/" * 166_666
    groups = [megabyte, "x" * 1_000_000, *(f"/kubepods/g{number}" for number in range(10_000))]
    values = [Value({"id": group, "name": group, "pod": group}, 1.0) for group in groups]
    summary = workloads_of({WORKLOAD + "memory_bytes": values}, CADVISOR, len(groups))
    assert summary is not None and summary.total == len(groups)
    assert max(len(row.group) for row in summary.rows) <= 4096
    assert max(len(row.name) for row in summary.rows) <= 256
