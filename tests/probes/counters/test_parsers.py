"""The parsers of raw counters, on lines as the kernel documents them, and on anything else."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.counters import parsers


def test_stat() -> None:
    cpus, single = parsers.parse_stat(
        "cpu  11 2 3 4 5 6 7 8 9 10\ncpu0 10 2 3 4 5 6 7 8 9 10\ncpu1 1 0 0 0\nintr 123 4 5 6\nctxt 99\nbtime 1\n"
        "processes 7\nprocs_running 2\nprocs_blocked 1\nsoftirq 1 2\ncpuX 1 2 3 4\n"
    )
    assert cpus == {"0": (10, 2, 3, 4, 5, 6, 7, 8, 9, 10), "1": (1, 0, 0, 0)}
    assert single == {"intr": 123, "ctxt": 99, "processes": 7, "procs_running": 2, "procs_blocked": 1}


def test_memory() -> None:
    text = "MemTotal:       1000 kB\nActive(anon):      2 kB\nHugePages_Total:   3\nbad name: 4 kB\nNone: x kB\n"
    assert parsers.parse_memory(text) == {"MemTotal_bytes": 1_024_000, "Active_anon_bytes": 2048, "HugePages_Total": 3}


def test_network_statistics() -> None:
    text = "Ip: Forwarding DefaultTTL\nIp: 2 64\nTcp: MaxConn InSegs\nTcp: -1 7\nTcpExt: TW ListenDrops\nTcpExt: 3 5\n"
    assert parsers.parse_netstat(text) == {"Ip_Forwarding": 2, "Tcp_InSegs": 7, "TcpExt_ListenDrops": 5}
    assert parsers.parse_snmp6("Ip6InOctets 12\nUdp6NoPorts 1\nIp6InDelivers 9\n") == {
        "Ip6_InOctets": 12,
        "Udp6_NoPorts": 1,
    }
    assert parsers.parse_sockstat("sockets: used 9\nTCP: inuse 4 mem 2\n", 4096) == {
        "sockets_used": 9,
        "TCP_inuse": 4,
        "TCP_mem": 2,
        "TCP_mem_bytes": 8192,
    }


def test_disks_are_whole_ones() -> None:
    line = " {} 0 {} 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n"
    devices = ("sda", "sda1", "nvme0n1", "nvme0n1p2", "dm-0", "loop3", "ram0", "md127")
    found = parsers.parse_disks("".join(line.format(8, device) for device in devices))
    assert list(found) == ["sda", "nvme0n1", "dm-0", "md127"]
    assert found["sda"] == tuple(range(1, 18))


def test_interfaces() -> None:
    text = "Inter-| x\n face |y\n  eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n lo: 1 2\n"
    assert parsers.parse_networks(text) == {"eth0": tuple(range(1, 17))}


def test_packets_by_cpu() -> None:
    text = "009073f1 00000002 00000005 00000000 0000000a\n0000000f 00000000 00000000 0\nxx 1 2 3\n"
    assert parsers.parse_softnet(text) == {"0": (0x9073F1, 2, 5), "1": (15, 0, 0)}


def test_arp_entries_by_interface() -> None:
    line = "192.0.2.{} 0x1 0x2 02:fc:00:00:00:05 * {}\n"
    text = "IP address HW type Flags HW address Mask Device\n"
    text += line.format(1, "eth0") + line.format(2, "eth0") + line.format(3, "br0\x1b") + "short line\n"
    assert parsers.parse_arp(text) == {"eth0": 2, "br0·": 1}


def test_pressure() -> None:
    data = b"some avg10=0.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3\n"
    assert parsers.parse_pressure(data, "io") == {"io_some": 12, "io_full": 3}


def test_what_is_larger_than_the_model_allows_is_cut() -> None:
    assert parsers.number(str(2**64 - 1)) == 2**63 - 1
    assert parsers.number("-1") is parsers.number("1" * 30) is parsers.number("٣") is None


@given(st.text() | st.lists(st.sampled_from(["cpu0", ":", " ", "\n", "Tcp", "9", "kB", "-", "x"])).map("".join))
def test_no_text_makes_a_parser_fail(text: str) -> None:
    for parse in (
        parsers.parse_stat,
        parsers.parse_memory,
        parsers.parse_vmstat,
        parsers.parse_netstat,
        parsers.parse_snmp6,
        parsers.parse_disks,
        parsers.parse_networks,
        parsers.parse_softnet,
        parsers.parse_arp,
    ):
        parse(text)
    parsers.parse_sockstat(text, 4096)
    parsers.parse_pressure(text.encode(), "cpu")
