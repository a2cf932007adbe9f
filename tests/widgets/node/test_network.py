"""The network panel as text."""

from nodetop.drawing.runs import plain
from nodetop.model.snapshot import NetworkMetrics, NodeSnapshot
from nodetop.widgets.base.view import View
from nodetop.widgets.node.network import NetworkPanel


def interface(name: str, kind: str = "physical", rate: float | None = 1048576.0, **fields: object) -> NetworkMetrics:
    settings: dict[str, object] = {"state": "up", "addresses": ("192.168.10.24",), "speed_mbps": 1000}
    return NetworkMetrics(
        interface=name, kind=kind, in_total=kind == "physical", receive_bytes_per_second=rate,
        transmit_bytes_per_second=rate, **(settings | fields),  # type: ignore[arg-type]
    )  # fmt: skip


def view_of(*samples: tuple[NetworkMetrics, ...], **fields: object) -> View:
    view = View()
    for index, networks in enumerate(samples):
        view.ring.add(NodeSnapshot(node="n", taken_at=float(index), networks=networks))
    view.snapshot = view.ring.latest
    for name, value in fields.items():
        setattr(view, name, value)
    return view


def text(view: View, width: int, height: int) -> list[str]:
    return [plain(line) for line in NetworkPanel().lines(view, width, height)]


def test_an_interface_has_its_rates_speed_and_address() -> None:
    lines = text(view_of((interface("eth0"),)), 90, 5)
    assert lines[0].endswith("↓ 1.0M/s ─ ↑ 1.0M/s ─╮")
    assert "eth0" in lines[2] and "↓ 1.0M/s" in lines[2] and "↑ 1.0M/s" in lines[2]
    assert "1G" in lines[2] and "192.168.10.24" in lines[2]


def test_only_what_counts_is_in_the_total() -> None:
    view = view_of((interface("br0", "bridge"), interface("eth0"), interface("eth1")))
    assert "↓ 2.0M/s" in text(view, 70, 8)[0]


def test_physical_ones_come_first_and_loopback_goes_first() -> None:
    networks = (interface("lo", "loopback"), interface("docker0", "bridge"), interface("eth0"), interface("wlan0"))
    lines = text(view_of(networks), 60, 5)
    names = [line[1:8].strip() for line in lines[1:4]]
    assert names == ["eth0", "wlan0", "docker0"]
    assert " +1 " in lines[-1]


def test_rates_can_be_bits() -> None:
    lines = text(view_of((interface("eth0", rate=12_500_000.0),), network_bits=True), 60, 5)
    assert "↓ 100Mb/s" in lines[0]


def test_errors_are_told_while_they_grow() -> None:
    quiet = interface("eth0", receive_errors=7, receive_drops=3)
    assert "!" not in "\n".join(text(view_of((quiet,), (quiet,)), 70, 5))
    worse = interface("eth0", receive_errors=7, receive_drops=15)
    assert "!12 drop" in "\n".join(text(view_of((quiet,), (worse,)), 70, 5))
    worst = interface("eth0", receive_errors=8, receive_drops=15)
    assert "!1 err" in "\n".join(text(view_of((quiet,), (worse,), (worst,)), 70, 5))


def test_a_first_sample_has_dashes() -> None:
    lines = text(view_of((interface("eth0", rate=None),)), 60, 5)
    assert "↓      –" in lines[0] and "↑      –" in lines[2]


def test_with_room_both_ways_are_drawn_to_named_scales() -> None:
    view = view_of(*((interface("eth0", rate=3e6 * index),) for index in range(10)))
    lines = text(view, 60, 14)
    assert any(line.startswith("│50.0M/s") for line in lines)
    assert lines[-2].startswith("│50.0M/s")


def test_an_interface_that_appeared_has_no_past() -> None:
    view = view_of((interface("eth0"),), (interface("eth0"), interface("usb0")))
    row = next(line for line in text(view, 70, 6) if "usb0" in line)
    assert sum("⠀" <= character <= "⣿" and character != "⣀" for character in row) == 2
    assert "⣀⢸" in row, "a faint base line shows where the graph begins"


def test_a_machine_without_interfaces_says_so() -> None:
    assert "no interfaces" in text(view_of(()), 60, 8)[1]


def test_one_with_problems_stays_in_view() -> None:
    quiet = tuple(interface(f"veth{index}", "virtual", receive_drops=1) for index in range(9))
    lost = interface("veth9", "virtual", receive_drops=1)
    worse = interface("veth9", "virtual", receive_drops=500)
    lines = text(view_of((*quiet, lost), (*quiet, worse)), 90, 6)
    assert any("veth9" in line and "drop" in line for line in lines)
    assert " +6 " in lines[-1]


def test_without_a_header_the_top_edge_says_how_far_back_graphs_reach() -> None:
    view = view_of(tuple(interface(f"eth{index}") for index in range(3)))
    bare, headed = text(view, 90, 5), text(view, 90, 6)
    assert "last " in bare[0] and "last " not in headed[0] and headed[1].count("last ") == 2
    assert "last " not in text(view, 34, 5)[0], "no graphs"
