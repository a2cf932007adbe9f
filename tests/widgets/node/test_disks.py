"""The disks panel as text: file systems above, block devices below."""

from nodetop.drawing.runs import plain
from nodetop.model.snapshot import DiskMetrics, FilesystemMetrics, NodeSnapshot, ProbeReport
from nodetop.widgets.base.view import View
from nodetop.widgets.node.disks import DisksPanel

GIB = 2**30


def filesystem(mount: str, percent: float | None, **fields: object) -> FilesystemMetrics:
    used = None if percent is None else int(GIB * percent)
    return FilesystemMetrics(
        device="/dev/x", mount_point=mount, fs_type="ext4", total_bytes=100 * GIB, used_bytes=used,
        available_bytes=100 * GIB - (used or 0), used_percent=percent, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def disk(name: str, rate: float | None, busy: float = 5.0, in_total: bool = True) -> DiskMetrics:
    return DiskMetrics(
        device=name, in_total=in_total, read_bytes_per_second=rate, write_bytes_per_second=rate,
        utilisation_percent=busy, reads_per_second=120.0,
        writes_per_second=3500.0, read_await_ms=0.31, write_await_ms=12.4, queue_depth=1.4,
    )  # fmt: skip


def text(
    filesystems: tuple[FilesystemMetrics, ...] | None, disks: tuple[DiskMetrics, ...] | None, width: int, height: int,
    *probes: ProbeReport,
) -> list[str]:  # fmt: skip
    snapshot = NodeSnapshot(node="n", taken_at=1.0, filesystems=filesystems, disks=disks, probes=probes)
    view = View(snapshot=snapshot)
    view.ring.add(snapshot)
    return [plain(line) for line in DisksPanel().lines(view, width, height)]


def test_everything_has_its_column() -> None:
    lines = text((filesystem("/", 71.0),), (disk("nvme0n1", 12.5 * 2**20),), 90, 9)
    assert "read 12.5M/s ─ write 12.5M/s" in lines[0]
    assert lines[1].strip("│ ").split() == ["file", "system", "use%", "used", "size", "avail", "type"]
    assert lines[2].strip("│ ").split()[-5:] == ["71%", "71.0G", "100G", "29.0G", "ext4"]
    assert lines[3].strip("│ ").split() == [
        "device",
        "read",
        "last",
        "44s",
        "write",
        "last",
        "48s",
        "r/s",
        "w/s",
        "r",
        "ms",
        "w",
        "ms",
        "queue",
        "busy",
    ]
    assert lines[4].strip("│ ").split()[-6:] == ["120", "3.5k", "0.31", "12", "1.4", "5%"]


def test_the_fullest_and_the_busiest_stay_and_the_rest_is_counted() -> None:
    filesystems = tuple(filesystem(f"/m{index}", 10.0 * index) for index in range(8))
    disks = (*(disk(f"sd{index}", 0.0, busy=index) for index in range(5)), disk("dm-0", 1e9, busy=99, in_total=False))
    lines = text(filesystems, disks, 40, 7)
    body = "\n".join(lines)
    assert "/m7" in body and "/m6" in body and "/m1" not in body
    assert "sd4" in body and "sd0" not in body and "dm-0" not in body
    assert " +9 " in lines[-1]


def test_a_wide_panel_says_what_is_not_shown() -> None:
    filesystems, disks = (
        tuple(filesystem(f"/m{index}", 10.0) for index in range(8)),
        tuple(disk(f"sd{index}", 0.0) for index in range(5)),
    )
    assert "+5 file systems, +3 disks" in text(filesystems, disks, 80, 7)[-1]


def test_full_is_marked_and_read_only_is_not_an_alarm() -> None:
    lines = text(
        (filesystem("/", 98.4), filesystem("/var", 91.0), filesystem("/snap", 100.0, read_only=True)), (), 60, 6
    )
    assert " 98%‼" in lines[1] or " 98%‼" in lines[2]
    body = "\n".join(lines)
    assert " 91%!" in body
    snap = next(line for line in lines if "/snap" in line)
    assert " ro " in snap and "100% " in snap


def test_inodes_running_out_are_told() -> None:
    lines = text((filesystem("/", 40.0, inodes_used_percent=97.0),), (), 50, 5)
    assert "i97%!" in "\n".join(lines)


def test_a_mount_that_does_not_answer_says_so_and_how_old_the_rest_is() -> None:
    stuck = filesystem("/mnt/nas", None, remote=True)
    lines = text((stuck,), (), 70, 5, ProbeReport(name="filesystems", status="stale", age_seconds=72.0))
    assert "! 1m old" in lines[0]
    assert "no answer" in "\n".join(lines)


def test_a_long_mount_point_keeps_its_end() -> None:
    line = text((filesystem("/var/lib/docker/volumes/database", 5.0),), (), 40, 5)[2]
    assert "…" in line and "database" in line


def test_the_first_sample_has_dashes_for_rates() -> None:
    assert "–      –" in " ".join(text((), (disk("sda", None),), 40, 5))


def test_devices_alone_and_file_systems_alone() -> None:
    assert "sda" in "\n".join(text(None, (disk("sda", 1.0),), 40, 5))
    assert "/home" in "\n".join(text((filesystem("/home", 5.0),), None, 40, 5))
    assert "not available" in "\n".join(text(None, None, 40, 5))


def test_without_block_devices_the_fullest_stay_and_the_rest_is_counted() -> None:
    filesystems = tuple(filesystem(f"/m{index}", 10.0 * index) for index in range(10))
    lines = text(filesystems, (), 60, 7)
    body = "\n".join(lines)
    assert "/m9" in body and "/m0" not in body
    assert "+5 file systems" in lines[-1] or "+6 file systems" in lines[-1]


def test_what_nobody_asked_is_not_called_silent() -> None:
    lines = text((filesystem("/mnt/nas", None, remote=True, asked=False),), (), 70, 5)
    assert "no answer" not in "\n".join(lines) and "–" in "\n".join(lines)


def test_rows_without_headers_are_explained_in_the_top_edge() -> None:
    one = text((filesystem("/", 5.0),), (disk("vda", 2e6),), 45, 4)
    assert "last 24s" in one[0] and "read, write" in one[0] and "⣀" in one[2], "the totals would be those of the row"
    two = text((filesystem("/", 5.0),), (disk("vda", 2e6), disk("vdb", 2e6)), 60, 4)
    assert "last " in two[0] and "read  3.8M/s" in two[0], "totals, and how far back"
    with_header = text((filesystem("/", 5.0),), (disk("vda", 2e6),), 45, 6)
    assert "last" not in with_header[0] and "1.9M/s" in with_header[0]
