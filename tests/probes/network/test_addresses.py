"""Addresses: this machine's asked, another's worked out from its files."""

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.host_files import HostFiles
from nodetop.probes.network.addresses import addresses, parse_connected, parse_if_inet6, parse_local
from tests.probes.tree import Tree

TRIE = """Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.0.2.0/24 2 0 2
        |-- 192.0.2.0
           /24 link UNICAST
        |-- 192.0.2.2
           /32 host LOCAL
        |-- 192.0.2.9
           /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
     |-- 10.8.0.5
        /32 host LOCAL
     |-- 203.0.113.7
        /32 host LOCAL
     |-- 127.0.0.1
        /32 host LOCAL
Local:
  +-- 192.0.2.0/24 2 0 2
        |-- 192.0.2.2
           /32 host LOCAL
"""
ROUTES = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
wg0\t0000080A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
wide\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0
"""
SIX = """00000000000000000000000000000001 01 80 10 80       lo
fe8000000000000000fc00fffe000001 04 40 20 80     eth0
fd000000000000000000000000000002 04 40 00 82     eth0
"""


@pytest.fixture
def other(tmp_path: Path) -> HostFiles:
    tree = Tree(tmp_path)
    tree.write("/proc/net/fib_trie", TRIE)
    tree.write("/proc/net/route", ROUTES)
    tree.write("/proc/net/if_inet6", SIX)
    return tree.files


def test_another_machines_addresses_go_to_the_narrowest_network_around_them(other: HostFiles) -> None:
    assert addresses(other, "/proc/net") == {
        "eth0": ["192.0.2.2", "192.0.2.9", "fd00::2", "fe80::fc:ff:fe00:1"],
        "wg0": ["10.8.0.5"],
        "lo": ["127.0.0.1", "::1"],
    }


def test_nothing_there_is_no_addresses(tmp_path: Path) -> None:
    files = Tree(tmp_path).files
    assert addresses(files, "/proc/net") == {}


def test_this_machines_loopback() -> None:
    assert "127.0.0.1" in addresses(HostFiles(), "/proc/net")["lo"]


@given(st.text(max_size=300))
def test_noise_gives_addresses_or_nothing(text: str) -> None:
    lines = text.split("\n")
    for address in parse_local(lines):
        socket.inet_aton(address)
    for network, mask, _ in parse_connected(lines):
        assert 0 < mask < 2**32
        assert network & mask == network
    for _, found in parse_if_inet6(lines):
        socket.inet_pton(socket.AF_INET6, found)
