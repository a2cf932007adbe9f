import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.process_details import Connection
from nodetop.probes.processes.sockets import TABLES, address, connections

TCP = b"""  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F92 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1161 1 0 100 0 0 10 0
   1: 0100007F:1F92 0200000A:C350 01 00000000:00000000 00:00000000 00000000     0        0 1162 1 0 100 0 0 10 0
   2: 0100007F:1F92 0200000A:C351 06 00000000:00000000 00:00000000 00000000     0        0 0 1 0 100 0 0 10 0
   3: broken line
"""
TCP6 = b"""  sl  local_address                         remote_address                        st
   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 77 1 0
   1: 0000000000000000FFFF00000100007F:0016 0000000000000000FFFF00000200007F:9C40 08 0:0 00:0 0 0 0 78 1 0
"""
UDP = b"""   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
  9: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 99 2 0 0
"""
UNIX = b"""Num       RefCount Protocol Flags    Type St Inode Path
000000004187b2b3: 00000002 00000000 00010000 0001 01  500 /run/a b.sock
000000009e4d668b: 00000003 00000000 00000000 0002 03 501 @abstract
000000009e4d668c: 00000003 00000000 00000000 0005 01 502
"""

pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="the tables above are a little-endian machine's")


def test_each_socket_is_found_by_its_inode() -> None:
    sockets = {1161: 3, 1162: 4, 77: 5, 78: 6, 99: 7, 500: 8, 501: 9, 502: 10, 4242: 11}
    tables = [("tcp", TCP), ("tcp6", TCP6), ("udp", UDP), ("unix", UNIX)]
    assert connections(sockets, tables) == (
        Connection(descriptor=3, protocol="tcp", local="127.0.0.1:8082", state="listen"),
        Connection(descriptor=4, protocol="tcp", local="127.0.0.1:8082", remote="10.0.0.2:50000", state="established"),
        Connection(descriptor=5, protocol="tcp6", local="[::1]:22", state="listen"),
        Connection(descriptor=6, protocol="tcp6", local="127.0.0.1:22", remote="127.0.0.2:40000", state="close wait"),
        Connection(descriptor=7, protocol="udp", local="0.0.0.0:53", state="open"),
        Connection(descriptor=8, protocol="unix", local="/run/a b.sock", state="stream, listen"),
        Connection(descriptor=9, protocol="unix", local="@abstract", state="datagram, connected"),
        Connection(descriptor=10, protocol="unix", state="packet, unconnected"),
        Connection(descriptor=11, protocol="other"),
    )


def test_an_address_is_read_in_words_of_the_machine() -> None:
    assert address(b"0100007F:0050") == "127.0.0.1:80"
    assert address(b"00000000:0000") == "0.0.0.0:*"
    assert address(b"B80D0120000000000000000001000000:01BB") == "[2001:db8::1]:443"


@given(st.sampled_from(TABLES), st.binary(max_size=400))
def test_no_table_breaks_the_parser(name: str, raw: bytes) -> None:
    found = connections({1: 3, 2: 4}, [(name, b"header\n" + raw)])
    assert [connection.descriptor for connection in found] == [3, 4]


@given(
    st.sampled_from(TABLES),
    st.lists(st.sampled_from([b"1", b"0", b"0A", b"0100007F:0050", b"FFFFFFFFFF", b"x:y", b"7", b":"]), max_size=14),
)
def test_no_line_of_likely_words_breaks_it(name: str, words: list[bytes]) -> None:
    assert len(connections({1: 3, 7: 4}, [(name, b"header\n" + b" ".join(words))])) == 2
