"""Which mounts are worth a line, from lines of mountinfo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.mounts import Mount, chosen, parse_mounts


def line(path: str, number: str, device: str, fs_type: str, *, root: str = "/", options: str = "rw,relatime") -> str:
    return f"36 35 {number} {root} {path} {options} shared:1 - {fs_type} {device} rw\n"


def paths(text: str, *, everything: bool = False) -> list[str]:
    return [mount.path.decode() for mount in chosen(parse_mounts(text.encode()), everything=everything)]


SERVER = (
    line("/proc", "0:21", "proc", "proc")
    + line("/sys", "0:22", "sysfs", "sysfs")
    + line("/dev", "0:6", "udev", "devtmpfs")
    + line("/dev/shm", "0:25", "tmpfs", "tmpfs")
    + line("/run", "0:26", "tmpfs", "tmpfs")
    + line("/", "259:2", "/dev/nvme0n1p2", "ext4")
    + line("/boot/efi", "259:1", "/dev/nvme0n1p1", "vfat")
    + line("/sys/firmware/efi/efivars", "0:30", "efivarfs", "efivarfs")
    + line("/srv/data", "9:0", "/dev/md0", "xfs")
    + line("/srv/public", "9:0", "/dev/md0", "xfs", root="/public")
    + line("/mnt/nas", "0:50", "nas:/export", "nfs4")
    + line("/net", "0:51", "/etc/auto.net", "autofs")
    + line("/snap/core22/1", "7:1", "/dev/loop1", "squashfs")
    + line("/var/lib/docker/overlay2/abc/merged", "0:60", "overlay", "overlay")
    + line("/home/me/.cache/x.mount", "0:70", "x.AppImage", "fuse.x.AppImage")
)


def test_a_server() -> None:
    assert paths(SERVER) == ["/", "/boot/efi", "/mnt/nas", "/srv/data"]


def test_all_of_them_has_those_in_memory_too() -> None:
    assert paths(SERVER, everything=True) == [
        "/", "/boot/efi", "/dev", "/dev/shm", "/home/me/.cache/x.mount", "/mnt/nas", "/run", "/snap/core22/1",
        "/srv/data", "/var/lib/docker/overlay2/abc/merged",
    ]  # fmt: skip


def test_the_overlay_of_a_container_is_its_root() -> None:
    text = (
        line("/", "0:100", "overlay", "overlay")
        + line("/etc/hosts", "8:1", "/dev/sda1", "ext4", root="/var/lib/docker/containers/1/hosts")
        + line("/etc/resolv.conf", "8:1", "/dev/sda1", "ext4", root="/var/lib/docker/containers/1/resolv.conf")
        + line("/data", "8:1", "/dev/sda1", "ext4", root="/volumes/data")
    )
    assert paths(text) == ["/", "/data"]


def test_of_the_places_of_one_file_system_the_whole_one_nearest_to_the_root_is_shown() -> None:
    text = (
        line("/a", "8:1", "/dev/sda1", "ext4", root="/inner")
        + line("/long/way/there", "8:1", "/dev/sda1", "ext4")
        + line("/way/there", "8:1", "/dev/sda1", "ext4")
    )
    assert paths(text) == ["/way/there"]


def test_subvolumes_of_btrfs_are_one() -> None:
    text = (
        line("/home", "0:33", "/dev/sda2", "btrfs", root="/@home")
        + line("/", "0:33", "/dev/sda2", "btrfs", root="/@")
        + line("/var/log", "0:33", "/dev/sda2", "btrfs", root="/@log")
    )
    assert paths(text) == ["/"]


def test_a_mount_over_another_hides_it() -> None:
    text = line("/mnt", "8:1", "/dev/sda1", "ext4") + line("/mnt", "8:17", "/dev/sdb1", "xfs")
    assert [mount.device for mount in chosen(parse_mounts(text.encode()))] == ["/dev/sdb1"]


def test_datasets_of_zfs_are_all_given_and_no_snapshots() -> None:
    text = (
        line("/tank", "0:40", "tank", "zfs")
        + line("/tank/home", "0:41", "tank/home", "zfs")
        + line("/tank/home/.zfs/snapshot/monday", "0:42", "tank/home@monday", "zfs")
    )
    assert paths(text) == ["/tank", "/tank/home"]
    assert {mount.pool for mount in chosen(parse_mounts(text.encode()))} == {"tank"}


@pytest.mark.parametrize(
    ("device", "fs_type"),
    [("fuse-overlayfs", "fuse.fuse-overlayfs"), ("none", "aufs"), ("nfsd", "nfsd"), ("resctrl", "resctrl"),
     ("adb", "functionfs"), ("binder", "binder"), ("/dev/mtdblock2", "cramfs")],
)  # fmt: skip
def test_what_holds_no_files_of_its_own_or_is_an_image_has_no_line(device: str, fs_type: str) -> None:
    assert paths(line("/x", "0:9", device, fs_type)) == []


@pytest.mark.parametrize(
    ("device", "fs_type", "is_remote"),
    [
        ("nas:/export", "nfs4", True),
        ("//nas/share", "cifs", True),
        ("me@host:/home/me", "fuse.sshfs", True),
        ("bucket:path", "fuse.rclone", True),
        ("/mnt/a:/mnt/b", "fuse.mergerfs", False),
        ("ntfs", "fuseblk", False),
        ("/dev/sda1", "ext4", False),
    ],
)
def test_what_a_server_holds(device: str, fs_type: str, is_remote: bool) -> None:
    (mount,) = parse_mounts(line("/x", "0:9", device, fs_type).encode())
    assert mount.is_remote == is_remote


@pytest.mark.parametrize(
    ("text", "is_read_only"),
    [
        (line("/x", "8:1", "/dev/sda1", "ext4", options="ro,relatime"), True),
        (line("/x", "8:1", "/dev/sda1", "ext4").replace("rw\n", "ro,errors=remount-ro\n"), True),
        (line("/x", "8:1", "/dev/sda1", "ext4").replace("rw\n", "rw,emergency_ro\n"), True),
        (line("/x", "8:1", "/dev/sda1", "ext4").replace("rw\n", "rw,errors=remount-ro\n"), False),
    ],
)
def test_whether_it_can_be_written(text: str, is_read_only: bool) -> None:
    assert parse_mounts(text.encode())[0].read_only == is_read_only


def test_a_service_that_may_write_nowhere_does_not_tell_every_disk_is_read_only() -> None:
    failed = line("/srv/failed", "8:2", "/dev/sdb", "ext4", options="ro").replace("rw\n", "ro\n")
    bound = line("/srv/data", "9:0", "/dev/md0", "xfs", options="ro")
    sealed = line("/", "8:1", "/dev/sda1", "ext4", options="ro,relatime") + bound + failed
    assert [mount.read_only for mount in parse_mounts(sealed.encode())] == [False, False, True]
    usual = line("/", "8:1", "/dev/sda1", "ext4") + bound + failed
    assert [mount.read_only for mount in parse_mounts(usual.encode())] == [False, True, True]
    image = line("/", "8:1", "/dev/sda1", "ext4", options="ro").replace("rw\n", "ro\n") + bound
    assert [mount.read_only for mount in parse_mounts(image.encode())] == [True, True]


def test_white_space_and_backslashes_in_names_are_escaped_in_the_file() -> None:
    (mount,) = parse_mounts(line("/mnt/my\\040disk\\134x\\012y", "8:1", "/dev/sd\\040a", "ext4").encode())
    assert (mount.path, mount.device) == (b"/mnt/my disk\\x\ny", "/dev/sd a")


def test_fields_between_may_be_any_number() -> None:
    text = "36 35 98:0 / /mnt rw,noatime - ext3 /dev/root rw,errors=continue\n"
    more = "36 35 98:0 / /mnt rw,noatime master:1 propagate_from:2 unbindable - ext3 /dev/root rw,errors=continue\n"
    assert parse_mounts(text.encode()) == parse_mounts(more.encode())


def test_names_that_are_no_utf8_keep_their_bytes_for_the_system_call() -> None:
    (mount,) = parse_mounts(b"36 35 8:1 / /mnt/\xff\xfe rw - ext4 /dev/\xff rw\n")
    assert mount.path == b"/mnt/\xff\xfe"
    assert mount.device == "/dev/\ufffd"


@given(st.binary(max_size=300))
def test_noise_never_hides_the_line_after_it(noise: bytes) -> None:
    found = chosen(parse_mounts(noise + b"\n" + SERVER.encode()))
    assert isinstance(found[0], Mount)
    assert {b"/", b"/srv/data"} <= {mount.path for mount in found}


def test_where_the_whole_is_only_to_be_read_a_folder_that_can_be_written_stands_for_it() -> None:
    ostree = (
        line("/", "252:4", "/dev/vda4", "xfs", root="/ostree/deploy/os/deploy/a.0")
        + line("/sysroot", "252:4", "/dev/vda4", "xfs", options="ro,relatime")
        + line("/var", "252:4", "/dev/vda4", "xfs", root="/ostree/deploy/os/var")
    )
    image = line("/", "0:29", "composefs", "overlay", options="ro").replace("rw\n", "ro\n")
    composefs = image + ostree.partition("\n")[2]
    (found,) = chosen(parse_mounts(ostree.encode()))
    assert (found.path, found.read_only, found.others) == (b"/", False, (b"/var", b"/sysroot"))
    assert [(each.path, each.device) for each in chosen(parse_mounts(composefs.encode()))] == [
        (b"/", "composefs"), (b"/var", "/dev/vda4"),
    ]  # fmt: skip


@pytest.mark.parametrize("folder", ["/srv/data", "/a"])
def test_it_is_read_only_where_all_its_mounts_are(folder: str) -> None:
    view = line("/ro", "8:17", "/dev/sdb1", "ext4", options="ro,relatime")
    (both,) = chosen(parse_mounts((view + line(folder, "8:17", "/dev/sdb1", "ext4")).encode()))
    assert (both.path.decode(), both.read_only, both.others) == (folder, False, (b"/ro",))
    (alone,) = chosen(parse_mounts((view + line(folder, "8:17", "/dev/sdb1", "ext4", options="ro")).encode()))
    assert alone.read_only


def test_a_disk_for_containers_is_shown_and_what_they_mount_on_it_is_not() -> None:
    for place in ("/var/lib/docker", "/var/lib/containers/storage", "/var/lib/containerd"):
        text = (
            line("/", "8:1", "/dev/sda1", "ext4")
            + line(place, "8:17", "/dev/sdb1", "ext4")
            + line(f"{place}/overlay2/abc/merged", "0:44", "overlay", "overlay")
            + line(f"{place}/volumes/one", "8:33", "/dev/sdc1", "ext4")
        )
        assert paths(text) == ["/", place]


def test_a_file_of_the_initial_ram_disk_and_a_view_of_drivers_are_no_file_systems() -> None:
    text = (
        line("/", "8:48", "/dev/sdd", "ext4")
        + line("/init", "0:2", "rootfs", "rootfs", root="/init", options="ro")
        + line("/usr/lib/wsl/drivers", "0:48", "drivers", "9p", options="ro")
        + line("/mnt/c", "0:70", "C:\\134", "9p")
    )
    assert paths(text) == ["/", "/mnt/c"]


def test_androids_parts_are_images_of_the_system() -> None:
    text = (
        line("/", "254:8", "/dev/block/dm-8", "ext4", options="ro")
        + line("/apex/com.android.art@3", "7:8", "/dev/block/loop1", "ext4", options="ro")
        + line("/data", "254:40", "/dev/block/dm-40", "f2fs")
    )
    assert paths(text) == ["/", "/data"]
    assert "/apex/com.android.art@3" in paths(text, everything=True)


def test_the_kernels_own_are_in_no_list() -> None:
    text = line("/proc", "0:1", "proc", "proc") + line("/sys/fs/cgroup", "0:2", "tmpfs", "tmpfs")
    assert paths(text, everything=True) == []
