"""I/O of a group on stacked devices, on machines with many disks, and where the kernel does not count it."""

from pathlib import Path

import pytest

from nodetop.probes.cgroups.block_io import Stacks, parse_blkio, parse_io_stat
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.counters import Counters, reader_for
from nodetop.probes.workloads.tree import find_trees
from tests.probes.cgroups.cgroup_hosts import CgroupHost
from tests.probes.workloads.workload_hosts import WorkloadHost, docker_group_v1, docker_host_v1

UNIT = "/system.slice/db.service"


def device(host: CgroupHost, name: str, number: str, *below: str, disk: str = "") -> None:
    """A block device as sysfs has it; `disk` is that of a partition."""
    where = f"devices/pci0/block/{disk + '/' if disk else ''}{name}"
    host.write(f"/sys/{where}/dev", f"{number}\n")
    if disk:
        host.write(f"/sys/{where}/partition", "2\n")
    for each in below:
        host.write(f"/sys/{where}/slaves/{each}/size")
    host.link(f"/sys/class/block/{name}", f"../../{where}")
    host.link(f"/sys/dev/block/{number}", f"../../{where}")


def counters(files: HostFiles, path: str = UNIT) -> Counters:
    found = reader_for(files, find_trees(files)).counters(path)
    assert found is not None
    return found


def moved(host: CgroupHost, *lines: str) -> tuple[int | None, ...]:
    assert isinstance(host, WorkloadHost)
    host.group(UNIT, io__stat="\n".join(lines))
    found = counters(host.files)
    return found.read_bytes, found.written_bytes, found.reads, found.writes


def stat(number: str, read: int, written: int) -> str:
    return f"{number} rbytes={read} wbytes={written} rios={read // 4} wios={written // 4} dbytes=0 dios=0"


def test_a_volume_and_its_disk_count_once(tmp_path: Path) -> None:
    """The kernel counts for dm-0 and again for sda; sda also has a file system of its own."""
    host = WorkloadHost(tmp_path)
    device(host, "sda", "8:0")
    device(host, "sda2", "8:2", disk="sda")
    device(host, "dm-1", "253:1", "sda2")
    device(host, "dm-0", "253:0", "dm-1")  # LVM on LUKS
    device(host, "nvme0n1", "259:0")
    lines = (stat("253:0", 400, 40), stat("253:1", 400, 40), stat("8:0", 500, 48), stat("259:0", 8, 4))
    assert moved(host, *lines) == (508, 52, 127, 13)


def test_both_halves_of_a_mirror_count_as_they_are_written(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    device(host, "sda", "8:0")
    device(host, "sdb", "8:16")
    device(host, "md0", "9:0", "sda", "sdb")
    assert moved(host, stat("8:0", 0, 400), stat("8:16", 400, 400), stat("9:0", 400, 400))[:2] == (400, 800)


def test_a_stripe_whose_disks_have_no_bytes_counts_itself(tmp_path: Path) -> None:
    """The kernel hands the same request on to the disk, and has counted its bytes already."""
    host = WorkloadHost(tmp_path)
    device(host, "sda", "8:0")
    device(host, "sdb", "8:16")
    device(host, "md0", "9:0", "sda", "sdb")
    disks = ("8:0 rbytes=0 wbytes=0 rios=60 wios=0", "8:16 rbytes=0 wbytes=0 rios=41 wios=0")
    assert moved(host, stat("9:0", 400, 80), *disks) == (400, 80, 101, 20)


def test_loop_and_memory_disks_do_not_count(tmp_path: Path) -> None:
    """What a snap reads from its image is counted for the disk with the image."""
    host = WorkloadHost(tmp_path)
    device(host, "loop7", "7:7")
    device(host, "zram0", "252:0")
    device(host, "sda", "8:0")
    assert moved(host, stat("7:7", 800, 0), stat("8:0", 400, 0), stat("252:0", 0, 80))[:2] == (400, 0)
    assert moved(host, stat("7:7", 800, 0))[:2] == (0, 0)


def test_devices_that_sysfs_does_not_have_count(tmp_path: Path) -> None:
    assert moved(WorkloadHost(tmp_path), stat("8:0", 400, 0), stat("8:16", 40, 4))[:2] == (440, 4)


def test_a_machine_with_200_disks(tmp_path: Path) -> None:
    """Their counts are longer than a page of the kernel, which is what one read returns."""
    lines = [stat(f"{65 + number // 16}:{16 * (number % 16)}", 4, 8) for number in range(200)]
    assert len("".join(lines)) > 8192
    assert moved(WorkloadHost(tmp_path), *lines)[:2] == (800, 1600)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"7:7 7:6 8:0 rbytes=1 wbytes=2 rios=3 wios=4", {"8:0": [1, 2, 3, 4]}),
        (b"8:0 rbytes=9 wbytes=-1 rios=x wios= cost.usage=5 =7", {"8:0": [9, 0, 0, 0]}),
        (b"rbytes=5", {}),
        (b"8:0 \n8:16 rbytes=3", {"8:16": [3, 0, 0, 0]}),
        (b"\xff\xfe rbytes=3", {"\ufffd\ufffd": [3, 0, 0, 0]}),
        (b"8:0 rbytes=" + b"9" * 40, {}),
    ],
)
def test_odd_lines_of_io_stat(line: bytes, found: dict[str, list[int]]) -> None:
    assert parse_io_stat(line) == found


def test_an_odd_name_of_a_device_is_looked_up_in_sysfs_only(tmp_path: Path) -> None:
    host = WorkloadHost(tmp_path)
    assert Stacks(host.files).sums({"../../../etc": [3]}, 1) == [3]


def test_version_1_counts_once_as_well(tmp_path: Path) -> None:
    host = docker_host_v1(tmp_path)
    device(host, "sda", "8:0")
    device(host, "dm-0", "253:0", "sda")
    docker_group_v1(host, "/docker/x", 1.0)
    lines = "8:0 Read 400\n8:0 Write 8\n8:0 Total 408\n253:0 Read 400\n253:0 Write 8\n253:0 Total 408\nTotal 816"
    host.v1("blkio", "/docker/x", blkio__throttle__io_service_bytes_recursive=lines)
    found = counters(host.files, "/docker/x")
    assert (found.read_bytes, found.written_bytes) == (400, 8)


def test_version_1_where_the_kernel_counts_no_io(tmp_path: Path) -> None:
    """Since Linux 6.10 blk-throttle counts only for devices with a limit: "Total 0" then does not mean zero."""
    host = docker_host_v1(tmp_path)
    docker_group_v1(host, "/docker/x", 1.0)
    host.v1("blkio", "/docker/x", blkio__throttle__io_service_bytes_recursive="Total 0",
            blkio__throttle__io_serviced_recursive="Total 0")  # fmt: skip
    host.v1("blkio", blkio__throttle__io_service_bytes_recursive="Total 0")
    host.v1("blkio", blkio__bfq__io_service_bytes_recursive="Total 0")
    found = counters(host.files, "/docker/x")
    assert (found.read_bytes, found.written_bytes, found.reads, found.writes) == (None, None, None, None)
    assert parse_blkio(b"Total 0") == {}


def test_version_1_where_only_bfq_counts(tmp_path: Path) -> None:
    host = docker_host_v1(tmp_path)
    docker_group_v1(host, "/docker/x", 1.0)
    host.v1("blkio", blkio__throttle__io_service_bytes_recursive="Total 0",
            blkio__bfq__io_service_bytes_recursive="8:0 Read 9\n8:0 Write 9\nTotal 18")  # fmt: skip
    host.v1("blkio", "/docker/x", blkio__throttle__io_service_bytes_recursive="Total 0",
            blkio__bfq__io_service_bytes_recursive="8:0 Read 4\n8:0 Write 5\nTotal 9")  # fmt: skip
    found = counters(host.files, "/docker/x")
    assert (found.read_bytes, found.written_bytes) == (4, 5)


def test_version_1_counts_as_soon_as_a_device_has_a_limit(tmp_path: Path) -> None:
    host = docker_host_v1(tmp_path)
    docker_group_v1(host, "/docker/x", 1.0)
    host.v1("blkio", blkio__throttle__io_service_bytes_recursive="Total 0")
    host.v1("blkio", blkio__bfq__io_service_bytes_recursive="Total 0")
    reader = reader_for(host.files, find_trees(host.files))
    before = reader.counters("/docker/x")
    host.v1("blkio", blkio__throttle__io_service_bytes_recursive="8:0 Read 8192\nTotal 8192")
    reader.look_again()
    after = reader.counters("/docker/x")
    assert before is not None and before.read_bytes is None
    assert after is not None and after.read_bytes == 8193
