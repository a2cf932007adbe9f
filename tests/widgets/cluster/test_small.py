"""A small cluster fills the screen: graphs below the list, large tiles on the map; names keep what differs."""

import pytest
from msgspec.structs import replace

from nodetop.drawing.runs import line_width, plain
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.view import View
from nodetop.widgets.cluster.map import LEAST_LARGE, LEAST_TILE, ClusterMapPanel, tile_size
from nodetop.widgets.cluster.state import ClusterState
from nodetop.widgets.cluster.table import ClusterTablePanel


def state_of(count: int, name: str = "web-") -> ClusterState:
    state = ClusterState()
    state.nodes = [
        NodeStatus(
            node=f"{name}{number:03}", state="up", cpu_busy_percent=26.0, uptime_seconds=8_990_000.0,
            network_receive_bytes_per_second=12e6, network_transmit_bytes_per_second=1e6,
        )
        for number in range(count)
    ]  # fmt: skip
    state.trends = {row.node: [10.0 * (tick % 10) for tick in range(60)] for row in state.nodes}
    return state


@pytest.mark.parametrize("count", [1, 2, 4, 5, 12, 40, 400])
@pytest.mark.parametrize("size", [(80, 12), (118, 28), (238, 58), (24, 20)])
def test_list_and_map_fill_their_rectangle(count: int, size: tuple[int, int]) -> None:
    for panel in (ClusterTablePanel(state_of(count)), ClusterMapPanel(state_of(count))):
        assert [line_width(line) for line in panel.lines(View(), *size)] == [size[0]] * size[1]


def test_each_of_a_few_nodes_has_a_graph_below_the_list() -> None:
    panel = ClusterTablePanel(state_of(4))
    lines = [plain(line) for line in panel.lines(View(), 160, 38)]
    assert all(sum(f"web-00{number} " in line for line in lines) == 2 for number in range(4))
    graphs = lines[7:-1]
    assert sum(any("⠀" <= character <= "⣿" for character in line) for line in graphs) > len(graphs) // 2
    assert panel.row_at(5, 3) == 1 and panel.row_at(5, 20) is None
    many = [plain(line) for line in ClusterTablePanel(state_of(30)).lines(View(), 160, 38)]
    assert not any("⠀" <= character <= "⣿" for line in many for character in line)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("size", [(80, 22), (120, 30), (240, 60)])
def test_a_few_nodes_leave_no_empty_lines(count: int, size: tuple[int, int]) -> None:
    for panel in (ClusterTablePanel(state_of(count)), ClusterMapPanel(state_of(count))):
        body = [plain(line)[1:-1] for line in panel.lines(View(), *size)[1:-1]]
        rows = -(-count // 2)
        below = len(body) - max(number for number, line in enumerate(body) if line.strip()) - 1
        right = min(len(line) - len(line.rstrip()) for line in body)
        assert below <= rows + 1 and right <= 8, (type(panel).__name__, below, right)
        assert any("⠀" <= character <= "⣿" for line in body for character in line)


def test_tiles_grow_to_fill_the_screen_and_are_small_for_many() -> None:
    cells, tall = tile_size(4, 238, 64)
    assert tall >= LEAST_LARGE and (238 // cells) * tall * -(-4 // (238 // cells)) <= 64 * (238 // cells)
    assert 4 * cells * tall > 238 * 64 / 4
    assert tile_size(2000, 118, 30)[0] == LEAST_TILE
    for count in (1, 3, 7, 30, 90, 400):
        cells, tall = tile_size(count, 158, 44)
        assert (158 // cells) * (44 // tall) >= count


def test_a_selected_tile_is_no_fuller_than_others() -> None:
    state = state_of(2)
    state.index, state.selected = 0, "web-000"
    text = "\n".join(plain(line) for line in ClusterMapPanel(state).lines(View(), 100, 30))
    first, second = _meters(text)
    assert first < second, "the empty part of the selected meter is blank"


def _meters(text: str) -> tuple[int, int]:
    """Cells of the lines in the two halves of the meters' row."""
    row = next(line for line in text.splitlines() if "26%" in line)
    return row[:50].count("━"), row[50:].count("━")


def test_long_names_keep_their_end_in_list_map_and_graphs() -> None:
    state = state_of(3, "edge-very-long-datacentre-and-rack-name-of-node-number-")
    for panel in (ClusterTablePanel(state), ClusterMapPanel(state)):
        text = "\n".join(plain(line) for line in panel.lines(View(), 100, 30))
        assert all("…" in text and f"{number:03}" in text for number in range(3))
    low = "\n".join(plain(line) for line in ClusterTablePanel(state_of(8, "edge-long-")).lines(View(), 80, 22))
    assert "● edge…ong-000 26%" in low


def test_columns_have_one_vocabulary_and_never_touch() -> None:
    state = state_of(4)
    state.sort = "cpu"
    head, row, *_ = [plain(line) for line in ClusterTablePanel(state).lines(View(), 238, 30)[1:]]
    for title in ("CPU%▼ LAST HOUR", "RECEIVE", "TRANSMIT", "MEMORY"):
        assert title in head
    assert not {"RECV", "SENT", "TOTAL"} & set(head.split())
    assert "104d 1h" in row


def test_old_values_are_dim_in_graphs_and_tiles_too_and_their_meters_no_fuller() -> None:
    for panel_of, title in ((ClusterTablePanel, "cpu 26%"), (ClusterMapPanel, "web-001")):
        state = state_of(2)
        state.nodes[1] = replace(state.nodes[1], state="stale")
        lines = panel_of(state).lines(View(), 100, 30)
        graph = next(line for line in reversed(lines) if any("⠀" <= each <= "⣿" for each in plain(line)))
        styles = [style for style, text in graph if any("⠀" <= each <= "⣿" for each in text)]
        assert "load." in styles[0] and styles[-1] == "dim" and title in "\n".join(map(plain, lines))
        away = panel_of(state).lines(View(problem="nothing answers"), 100, 30)
        used = {style for line in away for style, text in line if text.strip()}
        assert not any(style.startswith("load.") for style in used)
        assert "faint" in used or panel_of is ClusterTablePanel


def test_full_values_do_not_touch_what_is_beside_them() -> None:
    state = state_of(2)
    state.nodes = [replace(row, cpu_busy_percent=100.0, memory_used_percent=100.0) for row in state.nodes]
    text = "\n".join(map(plain, ClusterTablePanel(state).lines(View(), 160, 38)))
    assert "cpu 100%" in text and "━‼100%" not in text and " ‼100%" in text
