"""The nodes of a hub as text: no number is ever cut."""

import pytest
from msgspec import structs

from nodetop.commands.once.cluster import print_cluster
from nodetop.model.cluster_totals import summarise
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.snapshot import NodeStatus
from nodetop.settings.options import Settings

BUSY = NodeStatus(
    node="east/worker-07.eu-central-1.example.com",
    cluster="east",
    age_seconds=2.0,
    cpu_busy_percent=100.0,
    load_1m=15.25,
    memory_used_percent=98.6,
    filesystem_used_percent=97.4,
    network_receive_bytes_per_second=123456.0,
    network_transmit_bytes_per_second=1234567.0,
    cpu_celsius=88.0,
    uptime_seconds=1_000_000.0,
    os="Debian GNU/Linux 12 (bookworm)",
)
LOST = NodeStatus(
    node="web-01", cluster="default", state="stale", age_seconds=100.0, problem="its spool\x1b[2J was full"
)
EVERYTHING = ["Node", "State", "CPU", "Load", "Mem", "Disk", "Receive/s", "Transmit/s", "Temp", "Up", "Age", "System"]


def lines(capsysbinary: pytest.CaptureFixture[bytes], width: int, *nodes: NodeStatus) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(width))
        print_cluster("hub:8082", summarise(nodes), nodes, Settings(), ascii_only=False)
    return capsysbinary.readouterr().out.decode().splitlines()


@pytest.mark.parametrize(
    ("width", "heads"),
    [
        (160, EVERYTHING),
        (100, [head for head in EVERYTHING if head not in ("System", "Temp", "Up", "Transmit/s")]),
        (80, ["Node", "State", "CPU", "Mem", "Disk", "Age"]),
        (70, ["Node", "State", "CPU", "Mem", "Age"]),
    ],
)
def test_columns_go_before_a_number_is_cut(
    capsysbinary: pytest.CaptureFixture[bytes], width: int, heads: list[str]
) -> None:
    text = lines(capsysbinary, width, BUSY, LOST)
    assert next(line for line in text if line.startswith("Node")).split() == heads
    row = next(line for line in text if line.startswith("east/"))
    assert {"!", "100.0%", "98.6%", "2s"} <= set(row.split())
    assert "…" not in row and all(len(line) <= width for line in text)


def test_what_is_wrong_is_said_below_and_clean(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    text = lines(capsysbinary, 80, BUSY, LOST)
    assert text[0] == "hub:8082 · 2 nodes: 1 up, 1 stale"
    assert "! stale" in next(line for line in text if line.startswith("web-01 "))
    assert text[-1].startswith("web-01: its spool") and "\x1b" not in text[-1]


def test_the_last_values_of_a_silent_node_have_no_mark(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    def row(state: str) -> list[str]:
        text = lines(capsysbinary, 160, structs.replace(BUSY, state=state))
        return next(line for line in text if line.startswith("east/")).split()

    assert [row(state).count("!") for state in ("up", "stale", "gone")] == [4, 1, 1]  # the state itself has one
    assert "100.0%" in row("gone")


def test_no_nodes_are_no_table(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert lines(capsysbinary, 80) == ["hub:8082 · 0 nodes"]
    assert summarise(()) == ClusterSummary()
