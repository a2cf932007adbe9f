"""What is kept of control groups between readings, and when it is read again."""

from pathlib import Path

from nodetop.probes.workloads.probe import UNWATCHED_WALK_SECONDS
from tests.probes.cgroups.cgroup_hosts import MIB
from tests.probes.workloads.test_probe import Watch, by_name
from tests.probes.workloads.workload_hosts import WorkloadHost, container_id, docker_group_v1, docker_host_v1

CONTROLLERS = ("cpu,cpuacct", "memory", "blkio", "pids", "systemd")


def test_a_new_group_of_version_1_is_found_although_one_tree_is_listed_at_a_time(tmp_path: Path) -> None:
    host = docker_host_v1(tmp_path)
    watch = Watch(host)
    new = f"/docker/{container_id('new')}"
    summary = watch.after(UNWATCHED_WALK_SECONDS, lambda: docker_group_v1(host, new, used=1.0))
    assert summary.containers == 3
    assert container_id("new")[:12] in by_name(summary)


def test_a_group_of_version_1_that_is_removed_from_all_trees_is_gone_at_once(tmp_path: Path) -> None:
    host = docker_host_v1(tmp_path)
    watch = Watch(host)
    assert watch.first().containers == 2

    def removed() -> None:
        for controller in CONTROLLERS:
            host.remove(f"/sys/fs/cgroup/{controller}/docker/{container_id('db')}")

    summary = watch.after(UNWATCHED_WALK_SECONDS, removed)
    assert summary.containers == 1
    assert by_name(summary).keys() & {"web", "db"} == {"web"}


def test_a_group_that_is_in_a_tree_other_than_the_next_one_is_found_when_that_has_its_turn(tmp_path: Path) -> None:
    host = docker_host_v1(tmp_path)
    watch = Watch(host)
    host.v1("pids", "/system.slice/late.service", pids__current="1", notify_on_release="0")
    turns = [watch.after(UNWATCHED_WALK_SECONDS) for _ in CONTROLLERS]
    assert "late.service" in by_name(turns[-1])


def test_the_limits_of_a_group_that_was_made_again_are_read_again(tmp_path: Path) -> None:
    host, path = WorkloadHost(tmp_path), "/system.slice/a.service"
    host.group(path, 50, memory__max=str(64 * MIB))
    watch = Watch(host)
    assert by_name(watch.after(1))["a.service"].memory_limit_bytes == 64 * MIB
    host.remove(f"/sys/fs/cgroup{path}")
    again = by_name(watch.after(1, lambda: host.group(path, 1, memory__max=str(32 * MIB))))["a.service"]
    assert (again.memory_limit_bytes, again.cpu_percent) == (32 * MIB, None)
