"""Running counters of the workloads in a sample, on machines with both versions of control groups."""

from pathlib import Path

from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.model.raw_counters import WorkloadCounters
from nodetop.probes.counters.reader import read_counters
from nodetop.probes.workloads.probe import WorkloadsProbe
from nodetop.probes.workloads.raw import read_workloads
from tests.probes.cgroups.cgroup_hosts import cpu_stat
from tests.probes.workloads.workload_hosts import WorkloadHost, container_id, docker_host_v1


def test_counters_of_version_2_by_the_group_of_the_row(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    path = "/system.slice/db.service"
    host.group(path, io=(4096, 8192), cpu__stat=cpu_stat(12.5, 100, 10, 1))
    host.group("/system.slice")
    probe = WorkloadsProbe(host.files)
    rows = probe.derive(None, probe.read(), None)
    expected = WorkloadCounters(
        cpu_microseconds=12_500_000, cpu_periods=100, cpu_throttled_periods=10, read_bytes=4096, written_bytes=8192,
        reads=1, writes=2,
    )  # fmt: skip
    assert read_counters(host.files, rows).workloads == {path: expected}
    ended = WorkloadSummary(rows=(WorkloadMetrics(group="/system.slice/ended.service", kind="unit"),))
    assert read_counters(host.files, ended).workloads == {}


def test_counters_of_version_1(tmp_path: Path) -> None:
    path = f"/docker/{container_id('web')}"
    found = read_workloads(docker_host_v1(tmp_path).files, [path])[path]
    assert (found.cpu_microseconds, found.cpu_throttled_periods, found.read_bytes) == (5_000_000, 25, 8193)


def test_a_name_that_became_a_way_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    host.group("/system.slice/db.service")
    host.group("/../outside")
    assert read_workloads(host.files, ["/../outside", "/system.slice/../../outside", "outside", ""]) == {}
    assert read_workloads(host.files, ["/system.slice/db.service"])
