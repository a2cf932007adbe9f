"""Space as df counts it, pools folded, and mounts that hang."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.model import wire
from nodetop.model.snapshot import FilesystemMetrics
from nodetop.probes.base.space import Space
from nodetop.probes.filesystems import FilesystemsProbe
from nodetop.probes.host_files import HostFiles
from nodetop.probes.mounts import Mount, MountSpace
from tests.dead_fuse import dead_fuse
from tests.probes.tree import Tree

GIB = 2**30


def mount(path: str = "/data", device: str = "/dev/sda1", fs_type: str = "ext4", number: str = "8:1") -> Mount:
    return Mount(number=number, root="/", path=path.encode(), device=device, fs_type=fs_type, read_only=False)


def derived(*reading: tuple[Mount, Space | None]) -> list[FilesystemMetrics]:
    return list(FilesystemsProbe(HostFiles()).derive(None, tuple(MountSpace(*each) for each in reading), None))


def test_share_is_that_of_what_others_than_root_may_use() -> None:
    (found,) = derived(
        (mount(), Space(total=100 * GIB, free=30 * GIB, available=25 * GIB, inodes=1000, inodes_free=900))
    )
    assert (found.total_bytes, found.used_bytes, found.available_bytes) == (100 * GIB, 70 * GIB, 25 * GIB)
    assert found.used_percent == pytest.approx(100 * 70 / 95)
    assert (found.inodes_total, found.inodes_used_percent) == (1000, pytest.approx(10))


def test_without_inodes_nothing_is_said_of_them() -> None:
    (found,) = derived((mount(fs_type="btrfs"), Space(total=GIB, free=GIB, available=GIB)))
    assert (found.inodes_total, found.inodes_used_percent) == (None, None)


def test_one_that_does_not_answer_keeps_its_line() -> None:
    (found,) = derived((mount("/mnt/nas", "nas:/x", "nfs4"), None))
    assert (found.mount_point, found.remote, found.total_bytes, found.used_percent) == ("/mnt/nas", True, None, None)


def test_one_without_blocks_is_none() -> None:
    assert derived((mount(), Space(total=0, free=0, available=0))) == []


def test_a_full_file_system() -> None:
    (found,) = derived((mount(), Space(total=GIB, free=0, available=0)))
    assert found.used_percent == 100


def test_the_datasets_of_a_pool_are_one_line() -> None:
    free = 50 * GIB
    found = derived(
        (mount("/", "tank/root", "zfs", "0:40"), Space(total=60 * GIB, free=free, available=free)),
        (mount("/boot", "/dev/sda1", "ext4"), Space(total=GIB, free=GIB, available=GIB)),
        (mount("/home", "tank/home", "zfs", "0:41"), Space(total=80 * GIB, free=free, available=free)),
        (mount("/tank", "tank", "zfs", "0:42"), Space(total=free, free=free, available=free)),
        (mount("/old", "other", "zfs", "0:43"), None),
    )
    assert [(each.mount_point, each.device) for each in found] == [
        ("/", "tank/root"),
        ("/boot", "/dev/sda1"),
        ("/old", "other"),
    ]
    assert (found[0].used_bytes, found[0].available_bytes, found[0].used_percent) == (
        40 * GIB,
        free,
        pytest.approx(400 / 9),
    )


@given(*[st.integers(0, 2**62)] * 5)
def test_whatever_is_told_can_be_sent(total: int, free: int, available: int, inodes: int, inodes_free: int) -> None:
    space = Space(total=total, free=free, available=available, inodes=inodes, inodes_free=inodes_free)
    for found in derived((mount(), space)):
        assert wire.encode(found)
        assert found.used_percent is None or 0 <= found.used_percent <= 100


def test_a_recorded_machine_has_its_mounts_without_sizes(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write("/proc/1/mountinfo", "36 35 8:1 / / rw - ext4 /dev/sda1 rw\n37 35 8:2 / /home rw - xfs /dev/sda2 rw\n")
    probe = FilesystemsProbe(HostFiles(proc=str(tmp_path / "proc"), sys=str(tmp_path / "sys")))
    found = probe.derive(None, probe.read(), None)
    assert [(each.mount_point, each.total_bytes, each.asked) for each in found] == [
        ("/", None, False), ("/home", None, False),
    ]  # fmt: skip


@pytest.fixture
def host(tmp_path: Path) -> Tree:
    """A host below a folder: what its mountinfo says is there has the number of this disk."""
    tree = Tree(tmp_path)
    device = os.stat(tmp_path).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    (tmp_path / "data").mkdir()
    tree.write(
        "/proc/1/mountinfo",
        f"36 35 {number} / /data rw - ext4 /dev/sda1 rw\n"
        "37 35 0:1234 / /hung rw - nfs4 nas:/x rw\n"
        "38 35 0:1235 / /gone rw - nfs4 nas:/y rw\n",
    )
    return tree


def test_below_another_root_only_what_is_seen_from_here_has_a_line(host: Tree) -> None:
    (host.folder / "hung").mkdir()  # another mount of that host, which we do not see: this is our disk
    probe = FilesystemsProbe(host.files)
    (found,) = probe.derive(None, probe.read(), None)
    df = os.statvfs(host.folder)
    assert (found.mount_point, found.total_bytes) == ("/data", df.f_blocks * df.f_frsize)


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """stat() of what ends in hung waits until the test is over; the paths asked, in order."""
    go_on, asked, real = threading.Event(), list[bytes](), os.stat

    def stat(path: bytes, *rest: object, **more: object) -> os.stat_result:
        if isinstance(path, bytes):
            asked.append(path)
            if path.endswith(b"/hung"):
                go_on.wait(60)
                raise TimeoutError
        return real(path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "stat", stat)
    monkeypatch.setattr("nodetop.probes.filesystems._DEADLINE_SECONDS", 0.3)
    yield asked
    go_on.set()


def test_one_that_hangs_is_told_and_asked_once(host: Tree, hanging: list[bytes]) -> None:
    probe = FilesystemsProbe(host.files)
    for _ in range(3):
        found = {each.mount_point: each.total_bytes for each in probe.derive(None, probe.read(), None)}
        assert found.keys() == {"/data", "/hung"}
        assert found["/hung"] is None
        assert found["/data"]
    assert len([path for path in hanging if path.endswith(b"/hung")]) == 1
    assert len([path for path in hanging if path.endswith(b"/data")]) == 3


def test_an_answer_that_comes_late_is_shown_the_next_time(host: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, real = threading.Event(), os.statvfs

    def statvfs(path: bytes) -> os.statvfs_result:
        answer.wait(60)
        return real(path)

    monkeypatch.setattr(os, "statvfs", statvfs)
    monkeypatch.setattr("nodetop.probes.filesystems._DEADLINE_SECONDS", 0.05)
    probe = FilesystemsProbe(host.files)
    assert [each.space for each in probe.read()] == [None]
    answer.set()
    probe._open[b"/data"].wait(30)
    assert [each.space is not None for each in probe.read()] == [True]


def test_a_fuse_program_that_never_answers(
    tmp_path: Path, nodetop: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    with dead_fuse(tmp_path / "dead") as place:
        done = nodetop("--json")
    assert done.returncode == 0, done.stderr
    lines = {each.mount_point: each for each in wire.decode_snapshot(done.stdout).filesystems or ()}
    assert lines[str(place)].total_bytes is None
    assert lines["/"].total_bytes


def test_where_the_best_place_is_not_seen_another_one_is_asked_and_a_file_is_none(host: Tree) -> None:
    number = f"{os.major(os.stat(host.folder).st_dev)}:{os.minor(os.stat(host.folder).st_dev)}"
    host.write("/one/file", "bound over a container's own")
    host.write(
        "/proc/1/mountinfo",
        f"36 35 {number} / /gone rw - ext4 /dev/sda1 rw\n"
        f"37 35 {number} /f /one/file rw - ext4 /dev/sda1 rw\n"
        f"38 35 {number} /deep/in/it /data rw - ext4 /dev/sda1 rw\n"
        f"39 35 {number} /deep/in/it/too /one rw - ext4 /dev/sda1 rw\n",
    )
    probe = FilesystemsProbe(host.files)
    (found,) = probe.derive(None, probe.read(), None)
    assert (found.mount_point, found.asked) == ("/data", True)
    assert found.total_bytes and set(found.other_mount_points) == {"/one/file", "/one"}


def test_without_a_thread_local_disks_are_asked_and_servers_are_not(
    host: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    (host.folder / "hung").mkdir()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    probe = FilesystemsProbe(host.files)
    found = {each.mount_point: each.total_bytes for each in probe.derive(None, probe.read(), None)}
    assert found["/data"] and found["/hung"] is None
    monkeypatch.undo()
    probe = FilesystemsProbe(host.files)
    assert [each.mount_point for each in probe.derive(None, probe.read(), None)] == ["/data"]


def test_a_pool_is_known_as_the_root_and_read_only_where_all_of_it_is() -> None:
    free = 50 * GIB
    space = Space(total=60 * GIB, free=free, available=free)
    root, top = mount("/", "rpool/ROOT/pve-1", "zfs", "0:28"), mount("/rpool", "rpool", "zfs", "0:50")
    (found,) = derived((root, space), (top, space), (mount("/rpool/data", "rpool/data", "zfs", "0:51"), space))
    assert (found.mount_point, found.other_mount_points) == ("/", ("/rpool", "/rpool/data"))
    sealed = [replace(each, read_only=True) for each in (root, top)]
    (half,) = derived((sealed[0], space), (top, space))
    (whole,) = derived((sealed[0], space), (sealed[1], space))
    assert (half.read_only, whole.read_only) == (False, True)
