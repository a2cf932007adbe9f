"""What every panel must hold at any size and for any node: exact lines, known styles, nothing a terminal would obey."""

import functools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.drawing.glyphs import ASCII, UNICODE
from nodetop.drawing.runs import line_width, plain
from nodetop.drawing.theme import SELECTED
from nodetop.drawing.themes import THEMES
from nodetop.model.cgroups import CgroupLimits
from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    HostInfo,
    MemoryMetrics,
    MonitorCost,
    NetworkMetrics,
    NodeSnapshot,
    Pressure,
    ProbeReport,
    SensorReading,
    TemperatureMetrics,
)
from nodetop.widgets.base.footer import FooterPanel
from nodetop.widgets.base.view import Panel, View
from nodetop.widgets.node.cpu import CpuPanel
from nodetop.widgets.node.disks import DisksPanel
from nodetop.widgets.node.header import HeaderPanel
from nodetop.widgets.node.memory import MemoryPanel
from nodetop.widgets.node.network import NetworkPanel
from nodetop.widgets.node.temperature import TemperaturePanel
from tests.widgets.scenes import played, server

NAMES = (
    "web",
    "[/foo]",
    "[@click=app.quit]x",
    "\x1b]52;c;aGk=\x07",
    "a\nb\tc",
    "漢字の名前です",
    "é" * 40,
    "x" * 200,
    "‮rtl",
    "👩‍👩‍👧",
)
PANELS = (CpuPanel, MemoryPanel, DisksPanel, NetworkPanel, TemperaturePanel, HeaderPanel)

maybe = st.one_of(st.none(), st.sampled_from((0.0, 0.04, 1.0, 49.6, 99.96, 100.0, 250.0, 1e6, 1e18, 1e300)))
bytes_ = st.one_of(st.none(), st.sampled_from((0, 1, 1023, 2**30, 2**40, 2**63 - 1)))
name = st.sampled_from(NAMES)


@st.composite
def snapshots(draw: st.DrawFn, at: float = 1000.0) -> NodeSnapshot:
    """A node with anything missing, absurd or badly named."""

    def optional(value: object) -> object:
        return value if draw(st.integers(0, 5)) else None

    def some(make: object, most: int = 12) -> tuple[object, ...]:
        return tuple(make(index) for index in range(draw(st.integers(0, most))))  # type: ignore[operator]

    pressure = Pressure(some_10s_percent=draw(maybe), full_10s_percent=draw(maybe))
    cpu = CpuMetrics(
        busy_percent=draw(maybe), user_percent=draw(maybe), iowait_percent=draw(maybe), load_1m=draw(maybe),
        load_5m=draw(maybe), model=draw(name), frequency_mhz=draw(maybe), pressure=optional(pressure),
        cores=some(lambda index: CoreMetrics(
            index=index, online=index % 5 != 3, busy_percent=draw(maybe) if index < 4 else 30.0,
            celsius=50.0 if index % 2 else None,
        ), draw(st.sampled_from((0, 1, 3, 8, 64, 300)))),
    )  # fmt: skip
    memory = MemoryMetrics(
        total_bytes=draw(bytes_), used_bytes=draw(bytes_), available_bytes=draw(bytes_), free_bytes=draw(bytes_),
        buffers_bytes=draw(bytes_), cached_bytes=draw(bytes_), used_percent=draw(maybe), swap_total_bytes=draw(bytes_),
        swap_used_bytes=draw(bytes_), swap_in_bytes_per_second=draw(maybe), zfs_arc_bytes=draw(bytes_),
        pressure=optional(pressure),
    )  # fmt: skip
    filesystems = some(lambda index: FilesystemMetrics(
        device=draw(name), mount_point=draw(name), fs_type=draw(name), total_bytes=draw(bytes_),
        used_bytes=draw(bytes_), used_percent=draw(maybe), inodes_used_percent=draw(maybe), read_only=index % 3 == 1,
        remote=index % 2 == 0,
    ))  # fmt: skip
    disks = some(lambda index: DiskMetrics(
        device=draw(name), in_total=index % 2 == 0, read_bytes_per_second=draw(maybe),
        write_bytes_per_second=draw(maybe), utilisation_percent=draw(maybe), read_await_ms=draw(maybe),
        write_await_ms=draw(maybe), queue_depth=draw(maybe),
    ))  # fmt: skip
    networks = some(lambda index: NetworkMetrics(
        interface=draw(name), kind=draw(st.sampled_from(("physical", "loopback", "something new"))),
        in_total=index % 2 == 0, addresses=tuple(NAMES[:index]), state=draw(name), speed_mbps=draw(bytes_),
        receive_bytes_per_second=draw(maybe), transmit_bytes_per_second=draw(maybe), receive_errors=int(at),
        transmit_drops=draw(bytes_),
    ))  # fmt: skip
    celsius = st.one_of(st.none(), st.sampled_from((-274.0, 0.0, 62.4, 99_999.0)))
    sensors = some(lambda index: SensorReading(
        chip=draw(name), label=draw(name), celsius=draw(celsius), high_celsius=draw(celsius),
        critical_celsius=draw(celsius), kind=draw(st.sampled_from(("cpu", "disk", "gpu", "other", "new"))),
    ))  # fmt: skip
    reports = (
        ProbeReport(name="filesystems", seconds=draw(maybe), status="stale", age_seconds=draw(maybe)),
        ProbeReport(name=draw(st.sampled_from(("cpu", "networks"))), status="failed", reason=draw(name)),
    )
    limits = CgroupLimits(
        cpu_limit_cores=draw(maybe), cpu_used_percent=draw(maybe), cpu_throttled_percent=draw(maybe),
        memory_limit_bytes=draw(bytes_), memory_high_bytes=draw(bytes_), memory_used_percent=draw(maybe),
        oom_kills=draw(bytes_), pids_limit=draw(bytes_), pids_used=draw(bytes_),
    )  # fmt: skip
    cost = MonitorCost(cpu_percent=draw(maybe), resident_bytes=draw(bytes_), sampling_seconds=draw(maybe))
    return NodeSnapshot(
        limits=optional(limits), monitor=optional(cost), node=draw(name), taken_at=at, interval=draw(maybe),
        host=optional(HostInfo(hostname=draw(name), os=draw(name), kernel=draw(name), uptime_seconds=draw(maybe))),
        cpu=optional(cpu), memory=optional(memory), filesystems=optional(filesystems), disks=optional(disks),
        networks=optional(networks), probes=reports,
        temperature=optional(TemperatureMetrics(cpu_celsius=draw(celsius), sensors=sensors)),
    )  # fmt: skip


@st.composite
def views(draw: st.DrawFn) -> View:
    view = View(now=draw(st.sampled_from((0.0, 1003.0, 1e9, 1e15))))
    for at in range(draw(st.integers(0, 3))):
        view.ring.add(draw(snapshots(at=1000.0 + at)))
    view.snapshot = view.ring.latest
    if len(view.ring) > 1 and draw(st.booleans()):
        view.position = 0
        view.snapshot = view.ring[0]
    view.glyphs = draw(st.sampled_from((UNICODE, ASCII)))
    view.problem = draw(st.sampled_from((None, None, "\x1b[31mhub does not answer")))
    view.network_bits, view.fahrenheit, view.paused = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    view.focused = draw(st.sampled_from((None, "cpu", "disks")))
    return view


def check(panel: Panel, view: View, width: int, height: int) -> None:
    lines = panel.lines(view, width, height)
    assert len(lines) == height
    for line in lines:
        assert line_width(line) == width, plain(line)
        assert all(style.removeprefix(SELECTED) in THEMES["dark"].styles for style, _ in line)
        assert all(unicodedata.category(character) not in ("Cc", "Cf", "Cs") for character in plain(line))
        assert not view.glyphs.ascii_only or not any("⠀" <= character <= "⣿" for character in plain(line))


@pytest.mark.parametrize("panel", PANELS)
@given(view=views(), width=st.integers(1, 130), height=st.integers(1, 40))
def test_any_node_at_any_size(panel: type[Panel], view: View, width: int, height: int) -> None:
    check(panel(), view, width, height)


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("cores", [1, 2, 8, 64, 256])
def test_a_server_at_all_small_sizes(panel: type[Panel], cores: int) -> None:
    view = played(4, functools.partial(server, cores=cores))
    drawn = panel()
    for width in (*range(1, 40), 60, 80, 159):
        for height in (1, 2, 3, 4, 5, 8, 13, 21):
            check(drawn, view, width, height)


@given(width=st.integers(1, 100), height=st.integers(1, 3))
def test_the_footer_at_any_size(width: int, height: int) -> None:
    panel = FooterPanel((("q", "Quit"), ("F6", "Sort"), ("漢", "字"), ("[ ]", "Back in time")))
    check(panel, View(), width, height)
    check(panel, View(problem="hub does not answer"), width, height)
