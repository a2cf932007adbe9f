"""Zoomed panels as text: each has what its room allows, and the window scrolls through it."""

import pytest
from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.panels import Panels
from nodetop.model.snapshot import DiskMetrics, FilesystemMetrics, NodeSnapshot
from nodetop.widgets.base.panel_parts import BoxedPanel
from nodetop.widgets.base.view import View
from nodetop.widgets.node.registry import node_panels
from nodetop.widgets.zoomed.disks import is_named_like
from tests.widgets.scenes import played, server

NAMES = ("cpu", "memory", "disks", "network", "temperature")


def with_totals(tick: int) -> NodeSnapshot:
    """Traffic since boot, and two drops in each second on eth0."""
    snapshot = server(tick)
    networks = tuple(
        replace(each, receive_total_bytes=7 * 2**40, transmit_total_bytes=2**30, receive_drops=4 * tick)
        for each in snapshot.networks or ()
    )
    return replace(snapshot, networks=networks)


def zoomed(name: str, width: int, height: int, view: View | None = None) -> str:
    view = view or played(40, with_totals)
    view.layout, view.focused = Panels(zoomed=name), name
    return "\n".join(plain(line) for line in node_panels()[name].lines(view, width, height))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(80, 22), (118, 38), (160, 46), (238, 68), (40, 8), (12, 3), (24, 70)])
def test_fills_any_rectangle_exactly(name: str, size: tuple[int, int]) -> None:
    for view in (played(40), played(1), View(), View(snapshot=NodeSnapshot(node="n", taken_at=1.0))):
        view.layout = Panels(zoomed=name)
        block = node_panels()[name].lines(view, *size)
        assert [line_width(line) for line in block] == [size[0]] * size[1]


def test_disks_have_operations_waiting_queue_sizes_and_file_systems() -> None:
    text = zoomed("disks", 160, 60)
    for part in ("nvme0n1  busy", "queue 1.4", "size 1000G", "SAMSUNG MZ", " r/s", " w/s", "wait 0.31ms", "peak "):
        assert part in text
    lines = text.splitlines()
    device = next(number for number, line in enumerate(lines) if "nvme0n1 " in line)
    assert lines.index(next(line for line in lines if "/boot/efi" in line)) > device
    assert text.index("/boot/efi") < text.index("sda  busy") < text.index("/mnt/nas")


def test_interfaces_have_totals_peaks_and_problems_as_rates() -> None:
    text = zoomed("network", 80, 40)
    for part in ("receive ↓", "transmit ↑", "peak ", "total 7.0T  900 packets/s", "total 1.0G", "fe80::5054"):
        assert part in text
    assert "drops 2/s of 156" in text and "errors 0/s of 0" in text
    assert text.count("eth1") == 1 and "eth1  down" in text


def test_memory_has_each_part_over_time_and_no_second_list() -> None:
    text = zoomed("memory", 160, 46)
    for part in ("used ", "available ", "cache ", "buffers ", "free ", "swap 102M of 8.0G", "swap in", "pressure"):
        assert text.count(part) == 1, part
    assert text.count("peak") >= 9


def test_each_sensor_and_each_core_has_a_history() -> None:
    text = zoomed("temperature", 160, 46)
    for part in ("coretemp Package id 0", "amdgpu edge 88°C!", "nvme Composite 47°C /85°C", "nct6775 SYSTIN"):
        assert part in text
    text = zoomed("cpu", 80, 60)
    assert all(f"{index} " in text for index in range(16)) and "14 off" in text and "2.9GHz" in text


def test_few_items_fill_the_screen_with_graphs_that_have_axes() -> None:
    def of_one(tick: int) -> NodeSnapshot:
        snapshot = server(tick)
        return replace(snapshot, disks=(snapshot.disks or ())[:1], filesystems=(snapshot.filesystems or ())[:1])

    for width, height in ((80, 22), (160, 46)):
        view = played(40, of_one)
        lines = zoomed("disks", width, height, view).splitlines()
        axis = next(number for number, line in enumerate(lines) if line.rstrip("│ ").endswith("now"))
        assert axis > 0.8 * height and "0B/s" in lines[axis - 1], "the graph reaches down to the last lines"
        assert any(line.startswith("│") and "M/s" in line for line in lines[3:5])
        view.moment = view.snapshot.taken_at  # type: ignore[union-attr]
        assert "now" not in zoomed("disks", width, height, view)


def test_small_graphs_say_their_scale_and_time() -> None:
    text = zoomed("memory", 80, 22)
    assert "last " in text and "\n│62.8G" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_panel_that_is_not_zoomed_is_as_before(name: str) -> None:
    view = played(5)
    assert "peak" not in "\n".join(plain(line) for line in node_panels()[name].lines(view, 60, 10))


def test_the_window_stays_in_what_there_is() -> None:
    view = played(5)
    view.layout, view.focused = Panels(zoomed="disks"), "disks"
    panel = node_panels()["disks"]
    assert isinstance(panel, BoxedPanel)
    first = panel.lines(view, 80, 12)
    panel.window.end()
    last = panel.lines(view, 80, 12)
    assert first != last and "/snap/core" in plain(last[-2]) and "▲" in plain(last[-1])
    panel.window.scroll(50)
    assert panel.lines(view, 80, 12) == last


@pytest.mark.parametrize(
    ("device", "disk", "found"),
    [
        ("/dev/sda", "sda", True), ("/dev/sda1", "sda", True), ("/dev/sdaa", "sda", False),
        ("/dev/sdaa1", "sda", False),
        ("/dev/nvme0n1p2", "nvme0n1", True), ("/dev/nvme0n10", "nvme0n1", False), ("/dev/mapper/data", "dm-3", True),
        ("/dev/mapper/other", "dm-3", False), ("nas:/export", "sda", False), ("", "sda", False),
    ],
)  # fmt: skip
def test_file_systems_are_with_their_device(device: str, disk: str, found: bool) -> None:
    kind = "dm" if disk.startswith("dm-") else "disk"
    filesystem = FilesystemMetrics(device=device, mount_point="/x", fs_type="ext4")
    assert is_named_like(filesystem, DiskMetrics(device=disk, kind=kind, model="data")) is found
