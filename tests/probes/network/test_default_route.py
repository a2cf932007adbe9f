"""The interface that the default route goes through."""

from pathlib import Path

from nodetop.probes.network.default_route import default_interface
from tests.probes.tree import Tree

ROUTES = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth1\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
"""
SIX = f"""{"0" * 32} 00 {"0" * 32} 00 {"0" * 32} ffffffff 00000001 00000000 00200200       lo
{"0" * 32} 00 {"0" * 32} 00 {"0" * 32} 00000400 00000001 00000000 00000003     eth6
"""


def test_the_route_of_ipv4_goes_before_that_of_ipv6(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    assert default_interface(tree.files, "/proc/net") is None
    tree.write("/proc/net/ipv6_route", SIX)
    assert default_interface(tree.files, "/proc/net") == "eth6"
    tree.write("/proc/net/route", ROUTES)
    assert default_interface(tree.files, "/proc/net") == "eth0"
