"""Interfaces: what each is, which of them make the total, and their rates."""

from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.snapshot import NetworkMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.probes.network.probe import NetworkProbe, parse_net_dev
from nodetop.probes.sampler import Sampler
from tests.probes.tree import Tree

HEAD = (
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
    "compressed\n"
)
ROUTES = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
RATES = [
    f"{way}_{what}_per_second" for way in ("receive", "transmit") for what in ("bytes", "packets")
]  # fmt: skip


class Machine(Tree):
    """One with interfaces."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lines: dict[str, str] = {}
        self.write("/proc/net/dev", HEAD)

    def interface(self, name: str, *counts: int, **files: str) -> None:
        self.count(name, *counts)
        number = str(len(self.lines))
        defaults = {"type": "1", "ifindex": number, "iflink": number, "operstate": "up", "uevent": f"INTERFACE={name}"}
        self.write_all(f"/sys/class/net/{name}", **defaults | files)

    def card(self, name: str, **files: str) -> None:
        self.interface(name, **{"device__vendor": "0x8086"} | files)

    def count(self, name: str, *counts: int) -> None:
        received, sent = (*counts[:4], *(0,) * 4)[:4], (*counts[4:8], *(0,) * 4)[:4]
        columns = [*received, 0, 0, 0, 0, *sent, 0, 0, 0, 0]
        self.lines[name] = f"{name:>6}: {' '.join(map(str, columns))}\n"
        self.write("/proc/net/dev", HEAD + "".join(self.lines.values()))

    def shown(self) -> dict[str, NetworkMetrics]:
        probe = NetworkProbe(self.files)
        return {each.interface: each for each in probe.derive(None, probe.read(), None)}

    def counted(self) -> list[str]:
        return [name for name, each in self.shown().items() if each.in_total]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def rates(each: NetworkMetrics) -> list[float | None]:
    return [getattr(each, name) for name in RATES]


def test_rates_and_counts(machine: Machine) -> None:
    machine.card("eth0")
    probe = NetworkProbe(machine.files)
    machine.count("eth0", 1000, 10, 1, 2, 5000, 20, 3, 4)
    before = probe.read()
    machine.count("eth0", 3000, 14, 1, 3, 9000, 50, 3, 6)
    (eth0,) = probe.derive(before, probe.read(), 2.0)
    assert rates(eth0) == [1000, 2, 2000, 15]
    assert (eth0.receive_errors, eth0.receive_drops, eth0.transmit_errors, eth0.transmit_drops) == (1, 3, 3, 6)


def test_the_first_sample_has_facts_and_no_rates(machine: Machine) -> None:
    machine.card("eth0", speed="1000", address="52:54:00:12:34:56")
    eth0 = machine.shown()["eth0"]
    assert (eth0.mac, eth0.state, eth0.speed_mbps, eth0.kind) == ("52:54:00:12:34:56", "up", 1000, "physical")
    assert rates(eth0) == [None] * 4


def test_counts_that_fall_make_no_rate(machine: Machine) -> None:
    """A driver that was reset, or 32 bits that wrapped: either way what passed is not known."""
    machine.card("eth0")
    machine.count("eth0", 4_294_967_000, 10, 0, 0, 500, 5)
    probe = NetworkProbe(machine.files)
    before = probe.read()
    machine.count("eth0", 700, 12, 0, 0, 1500, 6)
    (eth0,) = probe.derive(before, probe.read(), 1.0)
    assert rates(eth0) == [None, 2, 1000, 1]


def test_an_interface_that_comes_and_one_that_goes(machine: Machine) -> None:
    machine.card("eth0")
    machine.card("eth1")
    probe = NetworkProbe(machine.files)
    before = probe.read()
    del machine.lines["eth1"]
    machine.interface("wg0", 5_000_000, 10, type="65534")
    found = {each.interface: each for each in probe.derive(before, probe.read(), 1.0)}
    assert list(found) == ["eth0", "wg0"]
    assert (rates(found["eth0"]), rates(found["wg0"])) == ([0, 0, 0, 0], [None] * 4)


def test_one_made_anew_under_the_old_name_is_another(machine: Machine) -> None:
    machine.interface("tun0", 100, 1, type="65534")
    probe = NetworkProbe(machine.files)
    before = probe.read()
    (machine.folder / "sys/class/net/tun0").rename(machine.folder / "old")
    machine.interface("tun0", 900, 9, type="65534")
    (tun0,) = probe.derive(before, probe.read(), 1.0)
    assert rates(tun0) == [None] * 4


def test_a_cable_pulled_out_shows_at_once_and_costs_no_rate(machine: Machine) -> None:
    machine.card("eth0", speed="1000")
    probe = NetworkProbe(machine.files)
    before = probe.read()
    machine.write_all("/sys/class/net/eth0", operstate="down", speed="-1")
    (eth0,) = probe.derive(before, probe.read(), 1.0)
    assert (eth0.state, eth0.speed_mbps, eth0.receive_bytes_per_second) == ("down", None, 0)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({"type": "772"}, "loopback"),
        ({"bridge__stp_state": "0", "uevent": "DEVTYPE=bridge"}, "bridge"),
        ({"bonding__mode": "active-backup 1"}, "bond"),
        ({"lower_eth0": "", "lower_eth1": ""}, "bond"),  # a team: it says no more of itself
        ({"uevent": "DEVTYPE=vlan\nINTERFACE=x", "lower_eth0": "", "iflink": "1"}, "vlan"),
        ({"uevent": "DEVTYPE=macvlan", "lower_eth0": "", "iflink": "1"}, "virtual"),
        ({"uevent": "DEVTYPE=vxlan"}, "tunnel"),
        ({"uevent": "DEVTYPE=wireguard", "type": "65534"}, "tunnel"),
        ({"tun_flags": "0x1001", "type": "65534"}, "tunnel"),
        ({"tun_flags": "0x1002", "type": "1"}, "tunnel"),
        ({"type": "776"}, "tunnel"),
        ({"type": "512"}, "tunnel"),
        ({"iflink": "99"}, "virtual"),  # veth, dummy, ifb: nothing tells them apart
    ],
)
def test_what_is_no_link_of_its_own_is_not_in_the_total(machine: Machine, files: dict[str, str], kind: str) -> None:
    machine.card("eth0")
    machine.interface("x", **files)
    found = machine.shown()["x"]
    assert (found.kind, found.in_total) == (kind, False)


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, "physical"),
        ({"type": "32"}, "physical"),  # InfiniBand
        ({"uevent": "DEVTYPE=wlan", "phy80211__name": "phy0"}, "wireless"),
        ({"wireless": ""}, "wireless"),
        ({"uevent": "DEVTYPE=wwan", "type": "65534"}, "physical"),
    ],
)
def test_interfaces_that_leave_the_machine_are_in_the_total(machine: Machine, files: dict[str, str], kind: str) -> None:
    machine.card("x", **files)
    found = machine.shown()["x"]
    assert (found.kind, found.in_total) == (kind, True)


def test_members_are_counted_and_what_stands_on_them_is_not(machine: Machine) -> None:
    machine.card("eth0")
    machine.card("eth1")
    machine.interface("bond0", bonding__mode="802.3ad 4", lower_eth0="", lower_eth1="")
    machine.interface("bond0.7", uevent="DEVTYPE=vlan", lower_bond0="", iflink="3")
    machine.interface("br0", bridge__stp_state="0")
    machine.interface("veth1", iflink="9")
    for name in ("eth0", "eth1"):
        machine.link(f"/sys/class/net/{name}/master", "../bond0")
    assert machine.counted() == ["eth0", "eth1"]


def test_a_fast_path_below_a_virtual_card_is_counted_once(machine: Machine) -> None:
    """On Azure the synthetic card counts what the virtual function below it carries."""
    machine.card("eth0")
    machine.card("enP1s1")
    machine.link("/sys/class/net/enP1s1/master", "../eth0")
    assert machine.counted() == ["eth0"]


def test_ports_of_a_switch_and_inner_ends_of_a_card_are_not_counted(machine: Machine) -> None:
    machine.card("eth0", dsa__tagging="dsa")
    machine.card("lan1", uevent="DEVTYPE=dsa\nINTERFACE=lan1")
    machine.card("ens1f0np0", phys_port_name="p0")
    machine.card("ens1f0r0", phys_port_name="pf0vf0")
    machine.card("mon0", uevent="DEVTYPE=wlan", type="803")
    assert machine.counted() == ["eth0", "ens1f0np0"]


def test_in_a_container_the_way_out_is_the_total(machine: Machine) -> None:
    machine.interface("lo", type="772")
    machine.interface("eth0", iflink="12")
    machine.interface("eth1", iflink="14")
    assert machine.counted() == []
    machine.write("/proc/net/route", ROUTES + "eth1\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n")
    assert machine.counted() == ["eth1"]


def test_a_container_with_a_default_route_of_ipv6_only(machine: Machine) -> None:
    machine.interface("lo", type="772")
    machine.interface("eth0", iflink="12")
    gateway, nothing = "fe80" + "0" * 27 + "1", "0" * 32
    machine.write("/proc/net/route", ROUTES)
    machine.write(
        "/proc/net/ipv6_route",
        f"{nothing} 00 {nothing} 00 {nothing} ffffffff 00000001 00000000 00200200       lo\n"
        f"{nothing} 00 {nothing} 00 {gateway} 00000400 00000001 00000000 00000003     eth0\n",
    )
    assert machine.counted() == ["eth0"]


def test_the_hosts_namespace_is_looked_at_from_within_a_container(machine: Machine) -> None:
    machine.interface("eth0@mine")
    machine.write("/proc/1/net/dev", HEAD + "  eno1: 5 1 0 0 0 0 0 0 6 1 0 0 0 0 0 0\n")
    assert list(machine.shown()) == ["eno1"]


def test_hostile_names_are_harmless(machine: Machine) -> None:
    machine.count("[red]\x1b]52;c;x\x07eth")
    machine.count("..")
    names = list(machine.shown())
    assert not any(character < " " for name in names for character in name)
    assert len(names) == 2


def test_a_missing_file_is_told(machine: Machine) -> None:
    machine.remove("/proc/net/dev")
    with pytest.raises(FileNotFoundError):
        machine.shown()


def test_old_kernels_put_no_space_after_the_colon() -> None:
    assert parse_net_dev(HEAD + "  eth0:123 4 0 0 0 0 0 0 567 8 0 0 0 0 0 0\n") == {
        "eth0": (123, 4, 0, 0, 567, 8, 0, 0)
    }


@given(st.text(max_size=300), st.lists(st.integers(0, 2**70), min_size=16, max_size=16))
def test_noise_around_a_line_does_not_hide_it_and_makes_no_count(noise: str, columns: list[int]) -> None:
    found = parse_net_dev(f"{noise}\neth0: {' '.join(map(str, columns))}\n")
    assert ("eth0" in found) == all(value < 10**20 for value in columns[:12])
    assert all(0 <= count < 10**20 for counts in found.values() for count in counts)


def test_counts_too_large_for_the_wire_are_cut(machine: Machine) -> None:
    machine.count("eth0", 1, 1, 2**64 - 1, 0)
    assert machine.shown()["eth0"].receive_errors == 2**63 - 1


def test_it_says_what_psutil_says_of_this_machine() -> None:
    probe = NetworkProbe(HostFiles())
    found = {each.interface: each for each in probe.derive(None, probe.read(), None)}
    assert found.keys() == psutil.net_io_counters(pernic=True).keys()
    for name, told in psutil.net_if_addrs().items():
        known = {each.address.partition("%")[0] for each in told if each.family in (2, 10)}
        assert set(found[name].addresses) == known
    assert wire.encode(tuple(found.values()))


@pytest.mark.parametrize("bus", ["xen-backend", "netdevsim"])
def test_this_end_of_a_cable_inside_the_machine_leaves_it_through_another(machine: Machine, bus: str) -> None:
    machine.card("eth0")
    machine.card("vif1.0", device__nodename="backend/vif/1/0")
    machine.link("/sys/class/net/vif1.0/device/subsystem", f"../../bus/{bus}")
    machine.link("/sys/class/net/eth0/device/subsystem", "../../bus/pci")
    assert machine.counted() == ["eth0"]
    assert machine.shown()["vif1.0"].kind == "virtual"


def test_the_first_frame_does_without_addresses_and_the_next_sample_has_them() -> None:
    sampler = Sampler(HostFiles(), [NetworkProbe(HostFiles())], node="x")
    for shown, addresses in ((True, ()), (False, ("127.0.0.1",))):
        networks = sampler.sample(for_first_frame=shown).networks
        assert networks is not None
        assert next(each.addresses for each in networks if each.interface == "lo")[:1] == addresses
