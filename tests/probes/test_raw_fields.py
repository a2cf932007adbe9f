"""The kernel's own words, from trees of other machines and from this one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.raw_file import MOST_LINES, RawFile, picked
from nodetop.probes.host_files import HostFiles
from nodetop.probes.raw_fields import read_raw
from tests.probes.tree import Tree


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_the_lines_that_count_are_picked(tree: Tree) -> None:
    tree.write("/proc/meminfo", "MemTotal:  5 kB\nMemFree:\t3 kB\nHugePages: 0\n")
    tree.write("/proc/diskstats", "   8  0 sda 1 2 3\n   8  1 sda1 4 5 6\n")
    tree.write("/proc/net/dev", "Inter-| x\n  eth0:123 4\n eth01: 5 6\n")
    found = read_raw(
        tree.files,
        (
            RawFile("/proc/meminfo", ("MemTotal", "MemFree")),
            RawFile("/proc/diskstats", ("sda",), 2),
            RawFile("/proc/net/dev", ("eth0",)),
        ),
    )
    assert [each.lines for each in found] == [
        ("MemTotal:  5 kB", "MemFree: 3 kB"),
        ("   8  0 sda 1 2 3",),
        ("  eth0:123 4",),
    ]
    assert all(each.problem is None for each in found)


def test_of_two_ways_to_a_number_the_one_that_is_there_is_told(tree: Tree) -> None:
    tree.write("/sys/fs/cgroup/cpu.max", "50000 100000\n")
    both = (RawFile("/sys/fs/cgroup/cpu.max"), RawFile("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"))
    assert [each.path for each in read_raw(tree.files, both)] == ["/sys/fs/cgroup/cpu.max"]
    tree.remove("/sys/fs/cgroup/cpu.max")
    assert [each.problem for each in read_raw(tree.files, both)] == ["No such file or directory"] * 2


def test_a_file_that_says_nothing_of_it(tree: Tree) -> None:
    tree.write("/proc/diskstats", " 8 0 sda 1\n")
    (found,) = read_raw(tree.files, (RawFile("/proc/diskstats", ("sdb",), 2),))
    assert (found.lines, found.problem) == ((), "does not have this value")


def test_what_a_file_system_answers(tmp_path: Path) -> None:
    (found,) = read_raw(HostFiles(), (RawFile(f"statvfs {tmp_path}"),))
    assert {line.split()[0] for line in found.lines} >= {"f_blocks", "f_bfree", "f_bavail", "f_frsize"}
    elsewhere = HostFiles(proc=str(tmp_path), sys=str(tmp_path))
    (found,) = read_raw(elsewhere, (RawFile("statvfs /"),))
    assert found.problem == "only on the host itself"


def test_a_sensor_is_found_by_its_chip_and_label(tree: Tree) -> None:
    tree.write_all("/sys/class/hwmon/hwmon0", name="acpitz", temp1_input="27800")
    tree.write_all(
        "/sys/class/hwmon/hwmon3", name="coretemp", temp1_label="Package id 0", temp1_input="45000", temp1_max="84000",
        temp2_label="Core 0", temp2_input="44000",
    )  # fmt: skip
    (found,) = read_raw(tree.files, (RawFile("hwmon", ("coretemp", "Package id 0")),))
    assert found.lines == (
        "hwmon3/temp1_label Package id 0", "hwmon3/temp1_input 45000", "hwmon3/temp1_max 84000",
    )  # fmt: skip
    (found,) = read_raw(tree.files, (RawFile("hwmon", ("coretemp",)),))
    assert len(found.lines) == 5


def test_outside_text_is_made_safe(tree: Tree) -> None:
    tree.write("/proc/7/stat", b"7 (x\x1b]0;y\x07) R 1\xff\n")
    (found,) = read_raw(tree.files, (RawFile("/proc/7/stat"),))
    assert all(character.isprintable() for line in found.lines for character in line)


@given(st.binary(max_size=2000), st.integers(0, 5))
def test_any_bytes_are_picked_from(data: bytes, column: int) -> None:
    lines = picked(data, RawFile("x", ("cpu", ""), column)) + picked(data, RawFile("x"))
    assert len(lines) <= 2 * MOST_LINES
    assert all(character.isprintable() for line in lines for character in line)
