"""What a machine is, and in what kind of container."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.container import container
from nodetop.probes.host import HostProbe, parse_uptime, pretty_name
from nodetop.probes.host_files import HostFiles
from tests.probes.tree import Tree

STAT = "cpu  1 1 1 1\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 1\nbtime 1700000000\n"


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    tree = Tree(tmp_path)
    tree.write("/proc/stat", STAT)
    return tree


def test_the_facts(tree: Tree) -> None:
    tree.write("/proc/uptime", "3600.25 100.00\n")
    tree.write("/proc/sys/kernel/hostname", "reader\n")
    tree.write("/etc/hostname", "web-01\n")
    tree.write("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
    tree.write("/proc/sys/kernel/arch", "x86_64\n")
    tree.write("/etc/os-release", 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    probe = HostProbe(tree.files)
    found = probe.derive(None, probe.read(), None)
    assert (found.hostname, found.os, found.kernel) == ("web-01", "Debian GNU/Linux 12 (bookworm)", "6.1.0-18-amd64")
    assert (found.architecture, found.cpu_count, found.container) == ("x86_64", 2, None)
    assert (found.boot_time, found.uptime_seconds) == (1_700_000_000, 3600.25)


def test_a_tree_without_a_root_says_nothing_of_the_reader(tree: Tree) -> None:
    found = HostProbe(HostFiles(proc=f"{tree.folder}/proc", sys=f"{tree.folder}/sys")).read()
    assert (found.os, found.hostname) == (None, None)


def test_uptime_is_read_each_time_and_facts_once_a_minute(tree: Tree) -> None:
    tree.write("/proc/uptime", "10.00 1.00\n")
    tree.write("/etc/hostname", "one\n")
    probe = HostProbe(tree.files)
    probe.read()
    tree.write("/proc/uptime", "12.00 1.00\n")
    tree.write("/etc/hostname", "two\n")
    found = probe.read()
    assert (found.uptime_seconds, found.hostname) == (12, "one")


def test_names_are_made_safe(tree: Tree) -> None:
    tree.write("/etc/hostname", "a\x1b]0;x\x07b\n")
    tree.write("/etc/os-release", "PRETTY_NAME='\x1b[2J[red]'\n")
    found = HostProbe(tree.files).read()
    assert not any(character < " " for character in f"{found.hostname}{found.os}")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('PRETTY_NAME="A B"\n', "A B"), ("PRETTY_NAME=Plain\n", "Plain"), ("PRETTY_NAME='x \"y\"'\n", 'x "y"'),
        ("NAME=Only\n", "Only"), ("# PRETTY_NAME=no\nNAME=yes\n", "yes"), ('PRETTY_NAME="open\nNAME=n\n', "n"),
        ("PRETTY_NAME=\n", None), ("", None), ('PRETTY_NAME="a\\"b"\n', 'a"b'),
    ],
)  # fmt: skip
def test_os_release_is_shell(text: str, name: str | None) -> None:
    assert pretty_name(text) == name


@pytest.mark.parametrize(("line", "seconds"), [("1.5 2", 1.5), (None, None), ("", None), ("x", None), ("-1 0", None)])
def test_uptime(line: str | None, seconds: float | None) -> None:
    assert parse_uptime(line) == seconds


@given(st.text(max_size=200))
def test_noise_is_never_an_error(text: str) -> None:
    pretty_name(text)
    parse_uptime(text)


@pytest.mark.parametrize(
    ("path", "content", "kind"),
    [
        ("/run/systemd/container", "systemd-nspawn\n", "systemd-nspawn"),
        ("/.dockerenv", "", "docker"),
        ("/run/.containerenv", "", "podman"),
        ("/proc/1/environ", "PATH=/bin\0container=lxc\0", "lxc"),
        ("/proc/1/cgroup", "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-2.scope\n", "kubernetes"),
        ("/proc/1/cgroup", "12:cpu:/docker/abc\n", "docker"),
        ("/proc/1/cgroup", "0::/machine.slice/libpod-1.scope\n", "podman"),
        ("/proc/1/cgroup", "0::/init.scope\n", None),
        ("/proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n", "wsl"),
    ],
)
def test_kinds_of_container(tree: Tree, path: str, content: str, kind: str | None) -> None:
    tree.write(path, content)
    assert container(tree.files) == kind


def test_the_disk_of_a_virtual_machine_that_was_an_image_is_none(tree: Tree) -> None:
    tree.write("/.dockerenv")
    tree.link("/proc/self/ns/pid", "pid:[4026531836]")
    assert container(tree.files) is None


def test_files_of_any_size_come_whole(tree: Tree) -> None:
    for size in (0, 1, 4095, 4096, 65536, 200_000):
        tree.write("/proc/x", os.urandom(size))
        assert tree.files.read("/proc/x") == (tree.folder / "proc/x").read_bytes()


def test_what_cannot_be_read_is_none(tree: Tree) -> None:
    tree.write("/sys/empty", " \n")
    tree.write("/sys/word", "abc\n")
    files = tree.files
    assert files.line("/sys/empty") is files.line("/sys/none") is files.number("/sys/word") is None
    assert files.celsius("/sys/none") is files.link("/sys/word") is None
    assert (files.names("/sys/none"), files.inodes("/sys/none")) == ([], {})
    with pytest.raises(IsADirectoryError):
        files.read("/sys/../sys")


def test_paths_lead_below_their_roots(tree: Tree) -> None:
    files = HostFiles(proc="/p/", sys="/s", root="/r/")
    assert [files.path(path) for path in ("/proc/stat", "/sys/block", "/etc/passwd")] == [
        "/p/stat",
        "/s/block",
        "/r/etc/passwd",
    ]
    assert HostFiles().path("/etc/passwd") == "/etc/passwd"
    assert (HostFiles().has_root, HostFiles(proc="/p").has_root, files.has_root) == (True, False, True)


def test_without_proc_stat_all_else_is_told(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write("/proc/uptime", "5000.25 1.00\n")
    tree.write("/proc/sys/kernel/osrelease", "6.8.0\n")
    tree.write("/sys/devices/system/cpu/online", "0-7\n")
    found = HostProbe(tree.files).read()
    assert (found.kernel, found.uptime_seconds, found.cpu_count, found.boot_time) == ("6.8.0", 5000.25, 8, None)


ACCOUNT = "2 1 0:30 / /run/secrets/kubernetes.io/serviceaccount ro - tmpfs tmpfs rw\n"
OVERLAY = "1 0 0:99 / / rw,relatime - overlay overlay rw\n"


@pytest.mark.parametrize(
    ("environ", "mounts", "namespace", "kind"),
    [
        ("PATH=/bin\0KUBERNETES_SERVICE_HOST=10.0.0.1\0", "", "", "kubernetes"),
        ("", OVERLAY + ACCOUNT, "", "kubernetes"),
        ("", OVERLAY, "pid:[4026532001]", "container"),
        ("", OVERLAY, "pid:[4026531836]", None),
        ("", OVERLAY, "", None),
        ("", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\nnoise\n", "pid:[4026532001]", None),
    ],
)
def test_a_pod_that_sees_no_group_above_its_own(
    tree: Tree, environ: str, mounts: str, namespace: str, kind: str | None
) -> None:
    tree.write("/proc/1/cgroup", "0::/\n")
    tree.write("/proc/1/environ", environ)
    tree.write("/proc/1/mountinfo", mounts)
    if namespace:
        tree.link("/proc/1/ns/pid", namespace)
    assert container(tree.files) == kind
