"""The CPU panel as text: cores of any number, offline ones, shares, gaps."""

import functools

import pytest

from nodetop.drawing.glyphs import ASCII, UNICODE
from nodetop.drawing.runs import line_width, plain
from nodetop.model.snapshot import CoreMetrics, CpuMetrics, NodeSnapshot, ProbeReport, TemperatureMetrics
from nodetop.widgets.base.view import View
from nodetop.widgets.node.cpu import CpuPanel, short_model
from nodetop.widgets.node_parts.cores import core_lines, cores_width
from tests.widgets.scenes import played, server


def text(view: View, width: int, height: int) -> list[str]:
    return [plain(line) for line in CpuPanel().lines(view, width, height)]


def cores(*busy: float | None) -> tuple[CoreMetrics, ...]:
    return tuple(
        CoreMetrics(index=index, online=percent is not None, busy_percent=percent) for index, percent in enumerate(busy)
    )


def view_of(cpu: CpuMetrics | None, **fields: object) -> View:
    return View(snapshot=NodeSnapshot(node="n", taken_at=1.0, cpu=cpu, **fields))  # type: ignore[arg-type]


def test_the_edge_says_what_it_is_and_how_busy() -> None:
    cpu = CpuMetrics(
        busy_percent=37.4, model="Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz", cores=cores(30, 44), frequency_mhz=2900
    )
    edge = text(view_of(cpu, temperature=TemperatureMetrics(cpu_celsius=62.2)), 70, 10)[0]
    assert edge.startswith("╭─ ¹cpu ─ Xeon Gold 6226R ─ 2 × 2.9 GHz ──")
    assert edge.endswith(" 37%  ─ 62°C ─╮")


def test_a_few_cores_have_meters_and_shares_stand_below() -> None:
    cpu = CpuMetrics(busy_percent=50, user_percent=40.2, system_percent=9.8, cores=cores(100, 0, None), load_1m=1.5)
    lines = text(view_of(cpu), 80, 16)
    assert "0 ⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⢸ ━━━━━━━━━━━━ 100%" in lines[1]
    assert "━━━━━━━━━━━━  off" in lines[3] and " 2 " in lines[3]
    assert any("user" in line and "40.2%" in line for line in lines)
    assert not any("iowait" in line or "steal" in line for line in lines)
    assert "load  1.50" in lines[-2]


def test_where_rows_are_few_the_shares_are_one_line() -> None:
    cpu = CpuMetrics(user_percent=40.2, system_percent=9.8, iowait_percent=0.0, load_1m=1.5, load_5m=None)
    assert "user 40.2  system  9.8  load  1.50     –" in text(view_of(cpu), 80, 5)[-2]


@pytest.mark.parametrize("count", [1, 2, 8, 64, 256, 1024])
@pytest.mark.parametrize(("width", "height"), [(24, 3), (40, 8), (70, 11), (120, 20)])
def test_every_number_of_cores_fits_its_rectangle(count: int, width: int, height: int) -> None:
    busy = cores(*(100.0 if index == count - 1 else 0.0 for index in range(count)))
    used = cores_width(busy, width, height)
    lines = core_lines(busy, used, height, UNICODE)
    assert 0 < len(lines) <= height
    assert all(line_width(line) == used <= width for line in lines)
    # The one busy core is seen however many there are.
    assert any(style == "load.10" or "100%" in run for line in lines for style, run in line)


def test_many_cores_have_numbers_and_hundreds_a_map() -> None:
    many = [plain(line) for line in core_lines(cores(*(50.0 for _ in range(64))), 60, 11, UNICODE)]
    assert many[0].startswith(" 0 ▄ 50%  11 ▄ 50%")
    mapped = [plain(line) for line in core_lines(cores(*(float(index % 101) for index in range(256))), 40, 8, ASCII)]
    assert len(mapped) == 8
    assert mapped[1].startswith(" 32 3333333444")


def test_core_temperatures_stand_beside_where_known() -> None:
    pair = (CoreMetrics(index=0, busy_percent=5, celsius=61.7), CoreMetrics(index=1, busy_percent=5))
    assert [plain(line)[-9:] for line in core_lines(pair, 30, 2, UNICODE)] == ["   5% 62°", "   5%    "]


def test_the_graph_has_a_gap_where_a_sample_is_missing() -> None:
    def make(tick: int) -> NodeSnapshot:
        return view_of(CpuMetrics(busy_percent=None if tick in (6, 7) else 60.0)).snapshot or server()

    view = View()
    for tick in range(12):
        snapshot = make(tick)
        view.ring.add(snapshot)
    view.snapshot = view.ring.latest
    row = text(view, 12, 6)[3][1:-1]
    assert row[-6:].count(" ") == 1


def test_stepping_back_shows_what_was_known_then() -> None:
    view = played(60)
    panel = CpuPanel()
    live = [plain(line) for line in panel.lines(view, 60, 10)]
    view.position, view.snapshot = 30, view.ring[30]
    back = [plain(line) for line in panel.lines(view, 60, 10)]
    fresh = [plain(line) for line in CpuPanel().lines(view, 60, 10)]
    assert back == fresh != live
    earlier = played(31)
    assert back == [plain(line) for line in CpuPanel().lines(earlier, 60, 10)]


def test_no_data_is_said_calmly_and_a_failure_by_its_reason() -> None:
    assert "waiting for data" in text(View(), 40, 5)[1]
    failed = view_of(None, probes=(ProbeReport(name="cpu", status="failed", reason="/proc/stat: \x1b[31mdenied"),))
    assert "failed: /proc/stat: ·[31mdenied" in text(failed, 60, 5)[1]
    assert "not available" in text(view_of(None), 60, 5)[1]
    lacking = view_of(None, probes=(ProbeReport(name="cpu", status="unavailable", reason="no such thing here"),))
    assert text(lacking, 60, 5)[1].startswith("│ no such thing here ")


def test_busy_beyond_the_limit_is_marked_not_only_coloured() -> None:
    assert "90%!" in text(view_of(CpuMetrics(busy_percent=90)), 40, 5)[0]
    assert "97%‼" in text(view_of(CpuMetrics(busy_percent=97)), 40, 5)[0]
    assert "97%!" not in text(view_of(CpuMetrics(busy_percent=84)), 40, 5)[0]


def test_data_that_are_not_fresh_are_dim() -> None:
    view = played(5, functools.partial(server, cores=8), problem="gone")
    runs = [run for line in CpuPanel().lines(view, 80, 12) for run in line]
    assert {style for style, _ in runs} == {"dim", "faint"}
    # What a meter is not filled of stays apart from what it is.
    assert {text.strip("━⣀") for style, text in runs if style == "faint"} == {""}


@pytest.mark.parametrize(
    ("model", "short"),
    [
        ("Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz", "Xeon Gold 6226R"),
        ("AMD Ryzen 9 5950X 16-Core Processor", "Ryzen 9 5950X"),
        ("AMD EPYC", "EPYC"),
        ("12th Gen Intel(R) Core(TM) i7-1260P", "12th Gen Core i7-1260P"),
        ("AMD Ryzen 7 7840U w/ Radeon 780M Graphics", "Ryzen 7 7840U w/ Radeon 780M Graphics"),
        ("Cortex-A72", "Cortex-A72"),
        ("CPU", "CPU"),
    ],
)
def test_a_model_is_named_as_people_do(model: str, short: str) -> None:
    assert short_model(model) == short
