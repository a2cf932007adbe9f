"""What bounds the observed system, on the machines of cgroup_hosts.py."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.cgroups import CgroupLimits
from nodetop.probes.cgroups.bounds import CpuBound
from nodetop.probes.cgroups.limits import (
    LOOK_AGAIN_SECONDS,
    Bounds,
    CgroupLimitsProbe,
    LimitsReading,
    derive,
    find_bounds,
    parse_counts,
)
from nodetop.probes.cgroups.tree import Group, mounts, parse_cgroup_mounts, parse_groups
from nodetop.probes.host_files import HostFiles
from tests.probes.cgroups.cgroup_hosts import (
    ID,
    MIB,
    NO_LIMIT_V1,
    V1,
    V2,
    CgroupHost,
    cpu_stat,
    docker_v1,
    docker_v2,
    hybrid,
    kubernetes,
    systemd_slice,
    without_limits,
)


def told(host: CgroupHost, later: Callable[[], None] = lambda: None) -> CgroupLimits | None:
    """What is said after two readings, two seconds apart."""
    probe = CgroupLimitsProbe(host.files)
    first = probe.read()
    later()
    return probe.derive(first, probe.read(), 2.0)


def test_a_container_of_version_2_in_a_namespace(tmp_path: Path) -> None:
    host = docker_v2(tmp_path)
    found = told(host, lambda: host.v2(cpu__stat=cpu_stat(13.0, 120, 15, 1.5)))
    assert found == CgroupLimits(
        group="/", cpu_limit_cores=2.0, cpu_used_cores=1.5, cpu_used_percent=75.0, cpu_throttled_percent=25.0,
        cpu_throttled_seconds_per_second=0.25, memory_limit_bytes=512 * MIB, memory_used_bytes=320 * MIB,
        memory_used_percent=62.5, oom_kills=1, pids_limit=100, pids_used=12,
    )  # fmt: skip


def test_a_container_of_version_1_without_a_namespace(tmp_path: Path) -> None:
    host = docker_v1(tmp_path)

    def later() -> None:
        host.v1(
            "cpu,cpuacct",
            cpuacct__usage="11500000000",
            cpu__stat="nr_periods 120\nnr_throttled 25\nthrottled_time 1400000000",
        )

    found = told(host, later)
    assert found is not None
    assert (found.cpu_limit_cores, found.cpu_used_cores, found.cpu_used_percent) == (1.5, 0.75, 50.0)
    assert (found.cpu_throttled_percent, found.cpu_throttled_seconds_per_second) == (75.0, 0.2)
    assert (found.memory_limit_bytes, found.memory_used_bytes, found.memory_used_percent) == (
        512 * MIB,
        256 * MIB,
        50.0,
    )
    assert (found.oom_kills, found.pids_limit) == (3, None)


def test_the_smallest_limit_on_the_way_up_counts_with_the_use_of_the_group_that_has_it(tmp_path: Path) -> None:
    host = kubernetes(tmp_path)
    pod = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice"
    found = told(host, lambda: host.v2(pod, cpu__stat=cpu_stat(53.0, 220, 20, 3)))
    assert found is not None
    assert found.group == f"{pod}/cri-containerd-{ID}.scope"
    assert (found.cpu_limit_cores, found.cpu_used_percent, found.cpu_throttled_percent) == (3.0, 50.0, 0.0)
    assert (found.memory_limit_bytes, found.memory_used_bytes) == (1024 * MIB, 800 * MIB)
    assert (found.oom_kills, found.pids_limit, found.pids_used) == (5, 50, 7)


def test_memory_high_and_allowed_cpus_of_a_service(tmp_path: Path) -> None:
    host = systemd_slice(tmp_path)
    later = "usage_usec 6000000\nuser_usec 1"
    found = told(host, lambda: host.v2("/system.slice/run-u7.service", cpu__stat=later))
    assert found is not None
    assert (found.memory_limit_bytes, found.memory_high_bytes) == (None, 256 * MIB)
    assert (found.memory_used_bytes, found.memory_used_percent) == (128 * MIB, 50.0)
    assert (found.cpu_limit_cores, found.cpuset_cpus, found.cpu_used_percent) == (2.0, 2, 50.0)
    assert found.cpu_throttled_percent is None


def test_version_1_beside_an_empty_version_2(tmp_path: Path) -> None:
    found = told(hybrid(tmp_path))
    assert found is not None
    assert (found.memory_limit_bytes, found.memory_used_percent, found.oom_kills) == (128 * MIB, 50.0, None)
    assert (found.cpu_limit_cores, found.cpu_used_percent) == (None, None)


def test_no_limit_is_said_by_nothing(tmp_path: Path) -> None:
    assert told(without_limits(tmp_path)) is None


@pytest.mark.parametrize(
    "sentinel", ["max", "-1", f"{NO_LIMIT_V1}", f"{2**63 - 1}", f"{2**64 - 1}", f"{2**34}", "x", ""]
)
def test_what_is_no_limit_on_memory(tmp_path: Path, sentinel: str) -> None:
    host = docker_v1(tmp_path)
    host.v1("memory", memory__limit_in_bytes=sentinel)
    found = told(host)
    assert found is not None and (found.memory_limit_bytes, found.memory_used_percent) == (None, None)


@pytest.mark.parametrize("quota", ["max 100000", "max", "", "0 100000", "100000 0", "-1 100000", "a b"])
def test_what_is_no_limit_on_cpus(tmp_path: Path, quota: str) -> None:
    host = docker_v2(tmp_path)
    host.v2(cpu__max=quota)
    found = told(host)
    assert found is not None and (found.cpu_limit_cores, found.cpu_used_percent) == (None, None)


def test_controllers_that_are_missing_limit_nothing(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.belongs_to("0::/app")
    host.mounted(V2.format(root="/"))
    host.v2("/app", cgroup__controllers="memory", memory__max=f"{64 * MIB}")
    found = told(host)
    assert found == CgroupLimits(group="/app", memory_limit_bytes=64 * MIB)


def test_a_machine_without_control_groups(tmp_path: Path) -> None:
    assert told(CgroupHost(tmp_path)) is None
    assert CgroupLimitsProbe(HostFiles(str(tmp_path / "none"), str(tmp_path / "none"), str(tmp_path))).read() is None


def test_mounts_that_may_not_be_read_are_where_they_always_are(tmp_path: Path) -> None:
    host = docker_v2(tmp_path)
    host.remove("/proc/1/mountinfo")
    found = told(host)
    assert found is not None and found.cpu_limit_cores == 2.0


def test_the_first_process_counts_and_not_the_reader_where_another_system_is_looked_at(tmp_path: Path) -> None:
    host = without_limits(tmp_path)
    host.write("/proc/self/cgroup", "0::/docker/nodetop\n")
    host.v2("/docker/nodetop", memory__max=f"{64 * MIB}")
    assert told(host) is None


def test_a_path_above_the_readers_namespace_is_found_from_the_root(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.belongs_to("0::/../../../app")
    host.mounted(V2.format(root="/"))
    host.v2("/app", memory__max=f"{64 * MIB}")
    assert told(host) is not None


def test_a_mount_that_begins_in_the_middle_of_the_tree(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.belongs_to("3:memory:/docker/outer/inner")
    host.mounted(V1.format(n=40, root="/docker/outer", name="memory"))
    host.v1("memory", memory__limit_in_bytes=f"{256 * MIB}", memory__usage_in_bytes=f"{64 * MIB}")
    host.v1("memory", "/inner", memory__limit_in_bytes=f"{128 * MIB}", memory__usage_in_bytes=f"{64 * MIB}")
    found = told(host)
    assert found is not None and (found.group, found.memory_limit_bytes) == ("/inner", 128 * MIB)


def test_cpu_time_of_another_group_is_not_ours(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.belongs_to("2:cpuacct:/", "1:cpu:/app")
    host.mounted(V1.format(n=40, root="/", name="cpu"), V1.format(n=41, root="/", name="cpuacct"))
    host.v1("cpu", "/app", cpu__cfs_quota_us="50000", cpu__cfs_period_us="100000")
    host.v1("cpuacct", cpuacct__usage="5000000000")
    found = told(host)
    assert found is not None and (found.cpu_limit_cores, found.cpu_used_cores) == (0.5, None)


def test_a_limit_that_changes_is_seen_and_a_machine_without_limits_is_hardly_asked(tmp_path: Path) -> None:
    host = without_limits(tmp_path)
    now = 100.0
    probe = CgroupLimitsProbe(host.files, monotonic=lambda: now)
    assert probe.read() is None
    host.v2("/user.slice", memory__max=f"{64 * MIB}", memory__current="0")
    assert probe.read() is None
    now += LOOK_AGAIN_SECONDS
    first = probe.read()
    assert first is not None and first.bounds.memory is not None
    host.v2("/user.slice", memory__max="max")
    now += LOOK_AGAIN_SECONDS
    assert derive(first, probe.read(), 2.0) is None


def test_new_limits_begin_a_new_interval() -> None:
    before = LimitsReading(bounds=Bounds(cpu=CpuBound(cores=1.0)), used_microseconds=0, periods=0, throttled_periods=0)
    after = LimitsReading(
        bounds=Bounds(cpu=CpuBound(cores=2.0)), used_microseconds=10**6, periods=20, throttled_periods=9
    )
    found = derive(before, after, 1.0)
    assert found is not None
    assert (found.cpu_used_percent, found.cpu_throttled_percent) == (None, None)


def test_nothing_ran_so_nothing_was_throttled() -> None:
    reading = LimitsReading(bounds=Bounds(cpu=CpuBound(cores=1.0)), periods=5, throttled_periods=5)
    found = derive(reading, reading, 1.0)
    assert found is not None and found.cpu_throttled_percent == 0.0


def test_the_name_of_a_group_is_made_safe(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.belongs_to("0::/a\x1b]0;pwned\x07")
    host.mounted(V2.format(root="/"))
    host.v2(memory__max=f"{64 * MIB}")
    host.v2("/a\x1b]0;pwned\x07", memory__max="max")
    bounds = find_bounds(host.files, mounts(host.files, "1"))
    assert bounds is not None and "\x1b" not in bounds.group


counts = st.none() | st.integers(0, 2**63)


@given(st.lists(counts, min_size=12, max_size=12), st.none() | st.floats(1e-3, 1e6))
def test_any_counters_make_a_valid_message(numbers: list[int | None], elapsed: float | None) -> None:
    def reading(part: list[int | None]) -> LimitsReading:
        bounds = Bounds(cpu=CpuBound(cores=0.5))
        used, periods, throttled, waited, memory, kills = part
        return LimitsReading(
            bounds=bounds, used_microseconds=used, periods=periods, throttled_periods=throttled,
            throttled_microseconds=waited, memory_bytes=memory and memory // 2, oom_kills=kills and kills // 2,
        )  # fmt: skip

    found = derive(reading(numbers[:6]), reading(numbers[6:]), elapsed)
    assert wire.encode(found) is not None
    assert found is not None
    throttled = found.cpu_throttled_percent
    assert throttled is None or 0 <= throttled <= 100


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed(data: bytes) -> None:
    parse_counts(data)
    parse_cgroup_mounts(data)
    assert all(path.startswith("/") for path in parse_groups(data).values())


def test_the_way_up_ends_at_the_mount() -> None:
    assert Group("/sys/fs/cgroup", "/a/b", True).way_up() == [
        "/sys/fs/cgroup/a/b",
        "/sys/fs/cgroup/a",
        "/sys/fs/cgroup",
    ]
    assert Group("/sys/fs/cgroup", "", True).way_up() == ["/sys/fs/cgroup"]
