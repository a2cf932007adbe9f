"""Workloads of recorded machines, and the limits on what is read of large or hostile ones."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nodetop.model import wire
from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.probes.base.probe import Unavailable
from nodetop.probes.workloads import tree
from nodetop.probes.workloads.probe import (
    MOST_READ,
    UNWATCHED_SECONDS,
    UNWATCHED_WALK_SECONDS,
    WALK_SECONDS,
    WorkloadsProbe,
)
from tests.probes.cgroups.cgroup_hosts import MIB, CgroupHost, cpu_stat
from tests.probes.workloads.workload_hosts import (
    WorkloadHost,
    container_id,
    desktop,
    docker_group_v1,
    docker_host_v1,
    kubernetes_node,
    lxc_host,
    pod_uid,
    rootless_podman,
    slurm_node,
)


class Watch:
    """A clock that stands still, and the probe that looks at it."""

    def __init__(self, host: CgroupHost) -> None:
        self.now = 1000.0
        self.probe = WorkloadsProbe(host.files, monotonic=lambda: self.now)
        self.before = self.probe.read()

    def first(self) -> WorkloadSummary:
        return self.probe.derive(None, self.before, None)

    def after(self, seconds: float, change: Callable[[], object] = lambda: None) -> WorkloadSummary:
        change()
        self.now += seconds
        current = self.probe.read()
        summary = self.probe.derive(self.before, current, seconds)
        self.before = current
        return summary


def by_name(summary: WorkloadSummary) -> dict[str, WorkloadMetrics]:
    assert wire.decode(wire.encode(summary), WorkloadSummary).rows == summary.rows
    return {row.name: row for row in summary.rows}


def test_a_kubernetes_node_with_110_pods(tmp_path: Path) -> None:
    watch = Watch(kubernetes_node(tmp_path))
    first = watch.first()
    assert (first.pods, first.containers, first.units) == (110, 220, 2)
    assert all(row.cpu_percent is None for row in first.rows)
    found = by_name(watch.after(10))  # those that did not fit into the first reading
    row = found["kube-system/web-010/app"]
    assert row.parent.endswith(f"-pod{pod_uid('web-010').replace('-', '_')}.slice")
    assert (row.runtime, row.id, row.unnamed, row.is_inner) == ("containerd", container_id("web-010")[:12], None, True)
    assert (row.memory_bytes, row.memory_limit_bytes) == (29 * MIB, 256 * MIB)
    assert row.cpu_limit_cores == 0.5
    pod = found["shop/web-001"]
    assert (pod.kind, pod.is_inner) == ("pod", False)
    sandbox = next(row for row in found.values() if row.id == container_id("web-001 sandbox")[:12])
    assert sandbox.name == f"shop/web-001/{sandbox.id}"
    assert sandbox.unnamed


def test_rates_and_shares_of_version_2(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    path = "/system.slice/db.service"
    host.group(path, 10, 50, cache=30, io=(4096, 8192), memory__high=str(100 * MIB), memory__max=str(200 * MIB))
    host.v2(path, cpu__max="150000 100000", cpu__stat=cpu_stat(10, 100, 10, 1))
    watch = Watch(host)
    first = by_name(watch.first())["db.service"]
    assert first.memory_bytes == 50 * MIB and first.read_bytes_per_second is None

    def later() -> None:
        host.group(path, io=(4096 + 40960, 8192 + 4096), memory=60, memory__high=str(100 * MIB))
        host.v2(path, cpu__max="150000 100000", cpu__stat=cpu_stat(13, 120, 15, 2))

    row = by_name(watch.after(2, later))["db.service"]
    assert (row.cpu_percent, row.cpu_limit_percent, row.cpu_throttled_percent) == (150.0, 100.0, 25.0)
    assert (row.memory_bytes, row.memory_used_percent) == (60 * MIB, 60.0)
    assert (row.read_bytes_per_second, row.write_bytes_per_second, row.reads_per_second) == (20480, 2048, 5)
    assert (row.tasks, row.cpu_pressure_percent, row.swap_bytes) == (3, 1.5, 0)


def test_docker_on_version_1(tmp_path: Path) -> None:
    host = docker_host_v1(tmp_path)
    watch = Watch(host)
    path = f"/docker/{container_id('web')}"
    row = by_name(watch.after(2, lambda: docker_group_v1(host, path, used=6.0, read=28192)))["web"]
    assert (row.kind, row.runtime, row.parent) == ("container", "docker", "/docker")
    assert (row.cpu_percent, row.cpu_limit_percent) == (50.0, 25.0)
    assert (row.memory_bytes, row.memory_limit_bytes, row.swap_bytes) == (256 * MIB, None, 4096)
    assert (row.read_bytes_per_second, row.write_bytes_per_second, row.oom_kills) == (10000, 0, 3)
    assert (row.tasks, row.tasks_limit) == (7, None)


def test_a_group_without_counters_has_none(tmp_path: Path) -> None:
    row = by_name(Watch(docker_host_v1(tmp_path)).after(2))["docker.service"]
    assert (row.cpu_percent, row.memory_bytes, row.tasks) == (None, None, None)


def test_an_lxc_host(tmp_path: Path) -> None:
    found = by_name(Watch(lxc_host(tmp_path)).first())
    assert {name for name, row in found.items() if row.runtime == "lxc"} == {"c1", "staging_db"}
    assert found["win11"].kind == "machine"
    assert found["deb-test"].runtime == "nspawn"
    inside = found[container_id("docker in lxc")[:12]]
    assert inside.parent == "/lxc.payload.c1" and not found["c1"].is_inner
    assert not any("ssh" in name or "monitor" in name for name in found)


def test_a_slurm_node(tmp_path: Path) -> None:
    found = by_name(Watch(slurm_node(tmp_path)).first())
    assert found.keys() == {"system.slice", "slurmstepd.scope", "job 4711", "job 4712"}
    assert found["job 4711"].memory_bytes == 600 * MIB


def test_rootless_podman(tmp_path: Path) -> None:
    found = by_name(Watch(rootless_podman(tmp_path)).first())
    row = found["web-rootless"]
    assert (row.kind, row.runtime, row.is_inner) == ("container", "podman", True)
    assert not any("conmon" in name for name in found)


def test_the_limits_that_crun_sets_on_a_group_inside(tmp_path: Path) -> None:
    host = rootless_podman(tmp_path)
    scope = f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{container_id('web')}.scope"
    host.v2(scope, pids__max="1000")
    host.v2(
        f"{scope}/container", cpu__max="30000 100000", memory__max=str(64 * MIB), pids__max="20",
        cpu__stat=cpu_stat(10, 100, 10, 1),
    )  # fmt: skip
    watch = Watch(host)
    inside = f"{scope}/container"
    row = by_name(watch.after(2, lambda: host.v2(inside, cpu__stat=cpu_stat(10, 120, 15, 2))))["web-rootless"]
    assert (row.cpu_limit_cores, row.memory_limit_bytes, row.tasks_limit) == (0.3, 64 * MIB, 20)
    assert row.cpu_throttled_percent == 25.0 and row.memory_used_percent == 100 * 100 / 64


def test_a_desktop(tmp_path: Path) -> None:
    summary = Watch(desktop(tmp_path)).first()
    found = by_name(summary)
    kinds = {name: row.kind for name, row in found.items()}
    assert kinds["dbus.service"] == "unit" and kinds["pipewire.service"] == "user_unit"
    assert kinds["app-gnome-firefox-4242.scope"] == "user_unit" and kinds["session-2.scope"] == "session"
    assert kinds["system-getty.slice"] == "slice"
    assert found["getty@tty1.service"].parent == "/system.slice/system-getty.slice"
    assert summary.units == 8


def test_totals_add_up_over_inner_groups(tmp_path: Path) -> None:
    rows = Watch(slurm_node(tmp_path)).first().rows
    assert sum(row.memory_bytes or 0 for row in rows if row.is_inner) == 1200 * MIB


def test_counters_that_run_backwards_give_no_rate(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    host.group("/system.slice/a.service", 10)
    row = by_name(Watch(host).after(2, lambda: host.group("/system.slice/a.service", 1)))["a.service"]
    assert row.cpu_percent is None and row.read_bytes_per_second == 0


def test_a_group_comes_and_goes(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    host.group("/system.slice/a.service")
    watch = Watch(host)
    watch.after(WALK_SECONDS, lambda: host.group("/system.slice/b.service"))
    assert "b.service" not in by_name(watch.after(UNWATCHED_WALK_SECONDS - WALK_SECONDS - 1)), "nobody looks"
    watch.probe.watch_groups(frozenset())
    found = by_name(watch.after(0))
    assert {"a.service", "b.service"} <= found.keys()
    gone = watch.after(1, lambda: host.remove("/sys/fs/cgroup/system.slice/b.service"))
    assert "b.service" not in by_name(gone)


def test_the_longest_file_is_read_again_only_if_the_group_ran(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    path = "/system.slice/a.service"

    def group(usage: int, current: int, inactive: int) -> None:
        host.v2(path, cpu__stat=cpu_stat(usage), memory__current=str(current), memory__stat=f"inactive_file {inactive}")

    group(10, 9000, 1000)
    watch = Watch(host)
    for usage, current, inactive, shown in ((10, 9000, 500, 8000), (11, 9000, 600, 8400), (11, 9999, 700, 9299)):
        row = by_name(watch.after(2, lambda: group(usage, current, inactive)))["a.service"]  # noqa: B023
        assert row.memory_bytes == shown


def test_a_reading_reads_a_limited_number_of_groups_and_all_have_their_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = WorkloadHost(tmp_path)
    host.group("/system.slice")
    for number in range(3 * MOST_READ):
        host.v2(f"/system.slice/s{number}.service", cpu__stat=cpu_stat(1), memory__current="4096")
    watch = Watch(host)
    assert watch.first().total == 3 * MOST_READ + 1
    assert len(watch.first().rows) == MOST_READ
    reader = watch.probe._reader
    assert reader is not None
    read: list[str] = []
    counters = reader.counters
    monkeypatch.setattr(reader, "counters", lambda path: read.append(path) or counters(path), raising=False)
    watch.probe.watch_groups(frozenset({"/system.slice/s599.service"}))
    for _ in range(4):
        rows = watch.after(1).rows
    assert len(rows) == 3 * MOST_READ + 1
    assert len(read) <= 4 * MOST_READ
    assert read.count("/system.slice/s599.service") == 4


def test_it_is_read_more_often_while_someone_looks(tmp_path: Path) -> None:
    probe = WorkloadsProbe(WorkloadHost(tmp_path).files)
    assert probe.slow_seconds == UNWATCHED_SECONDS
    probe.watch_groups(frozenset())
    assert 0 < probe.slow_seconds < 0.25
    probe.watch_groups(None)
    assert probe.slow_seconds == UNWATCHED_SECONDS


def test_hostile_names_and_depths_are_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = WorkloadHost(tmp_path)
    root = os.fsencode(tmp_path / "sys/fs/cgroup")
    for name in (b"bad\n\x1b[31m", b"bad\n\x1b[32m", b"\xff\xfe", "‮".encode()):
        os.mkdir(root + b"/" + name)
        (tmp_path / "sys/fs/cgroup" / os.fsdecode(name) / "memory.current").write_text("9" * 40)
        (tmp_path / "sys/fs/cgroup" / os.fsdecode(name) / "cpu.stat").write_bytes(b"usage_usec \xff\nusage_usec 5 5\n")
        (tmp_path / "sys/fs/cgroup" / os.fsdecode(name) / "cgroup.events").write_text("populated 1\n")
    deep = "/deep" + "/d" * 100
    host.group(deep)
    monkeypatch.setattr(tree, "MOST_GROUPS", 50)
    summary = Watch(host).first()
    rows = by_name(summary)
    assert all(row.group.isprintable() and row.name.isprintable() for row in rows.values())
    assert len({row.group for row in summary.rows}) == len(summary.rows)
    assert max(row.group.count("/") for row in rows.values()) < 40


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    host.group("/a")
    host.link("/sys/fs/cgroup/a/loop", "..")
    assert [row.group for row in Watch(host).first().rows] == ["/a"]


def test_without_control_groups_there_is_nothing(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.mounted()
    with pytest.raises(Unavailable, match="no control groups are mounted"):
        WorkloadsProbe(host.files).read()


def test_while_nobody_looks_busy_groups_are_read_each_time_and_the_others_in_turn(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    groups = [f"/system.slice/s{number}.service" for number in range(90)]
    host.group("/system.slice")

    def use(seconds: int) -> None:
        for number, path in enumerate(groups):
            host.v2(path, cpu__stat=cpu_stat(seconds if number < 3 else 0), memory__current="4096")

    use(0)
    watch = Watch(host)
    watch.probe.watch_groups(frozenset())
    assert len(watch.after(15, lambda: use(5)).rows) == 91
    watch.probe.watch_groups(None)
    reader = watch.probe._reader
    assert reader is not None
    read: list[str] = []
    counters = reader.counters
    reader.counters = lambda path: read.append(path) or counters(path)  # type: ignore[method-assign,func-returns-value]
    for reading in range(1, 5):
        watch.after(15, lambda: use(5 + 5 * reading))  # noqa: B023
        assert len(read) == 22 * reading and read.count(groups[0]) == reading
    watch.after(15)
    assert set(read) >= set(groups)
    watch.probe.watch_groups(frozenset())
    read.clear()
    watch.after(15)
    assert len(read) == 91
