"""Each parser of outside text: whatever it is given, it answers, or refuses in the way that it says."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from nodetop.base import units
from nodetop.base.hub_address import BadAddress, parse_hub_url
from nodetop.base.join_code import BadCode, JoinCode, parse_code
from nodetop.base.terms import TermError
from nodetop.base.text import clean, cut, to_ascii, width
from nodetop.base.trust.pins import BadPin, parse_pins, public_key_info
from nodetop.base.when import parse_when
from nodetop.history import day_file
from nodetop.history.day_file import Damaged
from nodetop.history.hub import envelope
from nodetop.keys.names import KeyNameError, parse_keys
from nodetop.model import condition, wire
from nodetop.model.hub_api import PushBatch, StreamEvent
from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.base.meminfo import parse_meminfo
from nodetop.probes.base.pressure import parse_pressure
from nodetop.probes.cgroups.block_io import parse_blkio, parse_io_stat
from nodetop.probes.cgroups.limits import parse_counts
from nodetop.probes.cgroups.tree import parse_cgroup_mounts, parse_groups
from nodetop.probes.cpu.cpu_list import parse_cpu_list
from nodetop.probes.cpu.model import parse_cpuinfo
from nodetop.probes.cpu.probe import parse_load
from nodetop.probes.cpu.times import parse_stat as parse_cpu_times
from nodetop.probes.disks import parse_diskstats
from nodetop.probes.host import parse_uptime
from nodetop.probes.memory import parse_arcstats, parse_vmstat
from nodetop.probes.mounts import parse_mounts
from nodetop.probes.network.addresses import parse_connected, parse_if_inet6, parse_local
from nodetop.probes.network.probe import parse_net_dev
from nodetop.probes.processes.passwd import parse_passwd
from nodetop.probes.processes.stat import parse_io, parse_stat, parse_statm
from nodetop.probes.processes.status import parse_fields, parse_limits
from nodetop.probes.units import parse_list, parse_show
from nodetop.probes.workloads.kinds import kind_of
from nodetop.probes.workloads.kubernetes import parse_log_name, parse_pod_folder
from nodetop.probes.workloads.state_files import parse_docker
from nodetop.recording.redact import redact
from nodetop.server.api import strict_json
from nodetop.server.api.push_body import read_push
from nodetop.server.base.errors import Refusal
from nodetop.server.base.startup import StartError
from nodetop.server.http.listening import parse_listen
from nodetop.sources.hub.sse import BadStream, EventParser
from nodetop.widgets.cluster.filter import parse_filter as parse_node_filter
from nodetop.widgets.processes.filter import parse_filter as parse_process_filter
from nodetop.widgets.workloads.filter import parse_filter as parse_workload_filter
from tests.fuzz.mutation import anything, as_text, tries
from tests.probes.processes.process_tree import stat_line
from tests.widgets.scenes import server

SNAPSHOT = wire.encode(server(2))
PUSH = b'{"sent_at":1,"samples":[' + SNAPSHOT + b"]}"
EVENT = b'{"cluster":"a","whole":true,"summary":{},"nodes":[{"node":"b","cluster":"a","load_1m":1.0}]}'
STAT = b"cpu  10 2 3 400 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\nbtime 1700000000\n"
DISK = b" 8 0 sda 1000 10 80000 500 2000 20 160000 900 0 1200 1400 0 0 0 0 0 0\n"
NET = b"Inter-|   Receive\n face |bytes\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
MOUNT = b"30 29 8:1 / /data\\040x rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
CGROUP = b"30 29 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
FILTERS = (b"web !db cpu>50 mem>=3G state=late", b'~^a.*b$ "quoted text" user:root io>1M/s', b"!~(a|b)+ pid=1,2-9")

BYTES: dict[Callable[[bytes], Any], tuple[bytes, ...]] = {
    parse_stat: (stat_line(),),
    parse_statm: (b"2000 250 100 1 0 90 0\n",),
    parse_io: (b"rchar: 1\nwchar: 2\nread_bytes: 3\nwrite_bytes: 4\ncancelled_write_bytes: 0\n",),
    parse_fields: (b"Name:\tx\nUid:\t0\t0\t0\t0\n",),
    parse_limits: (b"Limit Soft Hard Units\nMax open files            1024      unlimited     files     \n",),
    parse_passwd: (b"root:x:0:0:root:/root:/bin/sh\n",),
    parse_mounts: (MOUNT,),
    parse_meminfo: (b"MemTotal:       1000000 kB\nHugePages_Total: 3\n",),
    parse_pressure: (b"some avg10=1.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0 total=0\n",),
    parse_counts: (b"usage_usec 1\nnr_periods 4\n",),
    parse_io_stat: (b"8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6\n",),
    parse_blkio: (b"8:0 Read 4096\n8:0 Write 0\nTotal 4096\n",),
    parse_docker: (b'{"Name":"/web","Config":{"Labels":{"io.kubernetes.pod.name":"a"}}}',),
    parse_groups: (b"4:cpu,cpuacct:/a\n0::/b\n",),
    parse_cgroup_mounts: (CGROUP,),
    parse_cpu_times: (STAT,),
    parse_vmstat: (b"pswpin 3\noom_kill 2\n",),
    parse_arcstats: (b"name type data\nsize 4 1000\n",),
    clean: (b"name\x1b[2J",),
    lambda data: EventParser().feed(data): (b"event: nodes\ndata: {}\n\n: alive\n",),
    lambda data: day_file.header(data): (b'{"about":{"1":{"crc32":"00000000"',),
    envelope.decode: (b"x\x9c",),
    lambda data: wire.decode_fitting(data, NodeSnapshot): (SNAPSHOT,),
    lambda data: wire.decode_fitting(data, StreamEvent): (EVENT,),
    lambda data: wire.decode(data, PushBatch): (PUSH,),
    public_key_info: (b"\x30\x20\x30\x1e" + b"\xa0\x03\x02\x01\x02" + b"\x30\x03\x02\x01\x02" * 5,),
    strict_json.parse: (PUSH, SNAPSHOT),
    read_push: (PUSH, SNAPSHOT),
}  # fmt: skip
TEXTS: dict[Callable[[str], Any], tuple[bytes, ...]] = {
    parse_hub_url: (b"https://hub.example:8082/x", b"http://[::1]:1", b"http://a@b?c#d"),
    parse_code: (JoinCode(b"s" * 13, b"p" * 16).text.encode(),),
    parse_pins: (b"sha256:" + b"ab" * 32, b"sha256:" + b"ab" * 32 + b",SHA256:" + b"CD:" * 31 + b"EF"),
    parse_listen: (b"0.0.0.0:8082", b"[::]:1"),
    lambda text: parse_when(text, 1.7e9): (b"2026-11-24 14:03:20.5+01:00", b"-1h30m", b"14:03"),
    lambda text: units.number(text, "bytes"): (b"1.5G", b"3e9"),
    condition.parse: (b"cpu<90", b"disk:sda.read<100M", b"!process:nginx", b"filesystem:/ < 90"),
    parse_node_filter: FILTERS,
    parse_process_filter: FILTERS,
    parse_keys: (b"ctrl+a F10 q",),
    redact: (b"mysql -u root -pSECRET --password x y http://u:p@h/ token=a_b_c", b"token_" * 680, b"a_" * 700),
    lambda text: cut(clean(text), 9): (b"\xe6\x97\xa5\xe6\x9c\xac",),
    lambda text: to_ascii(text): (b"\xe2\x96\x88",),
    lambda text: width(clean(text)): (b"e\xcc\x81",),
    parse_diskstats: (DISK,),
    parse_net_dev: (NET,),
    parse_cpuinfo: (b"processor\t: 0\nmodel name\t: Xeon\n\nprocessor\t: 1\n",),
    parse_cpu_list: (b"0-3,7,9-11",),
    parse_load: (b"3.25 2.50 1.75 4/321 9999",),
    kind_of: (b"/kubepods/podd0a7c1f4-5d2e-4b8e-9d3f-0123456789ab/" + b"3f" * 32, b"/machine.slice/machine-a.scope"),
    parse_log_name: (b"web-0_shop_app-" + b"3f" * 32 + b".log",),
    parse_pod_folder: (b"shop_web-0_d0a7c1f4",),
    parse_list: (b"a.service loaded failed failed x\n",),
    parse_show: (b"Id=a.service\nNRestarts=3\n\nId=b\n",),
    parse_workload_filter: FILTERS,
    parse_uptime: (b"86400.00 1000.00",),
    lambda text: parse_local(text.split("\n")): (b"  +-- 0.0.0.0/0 3\n     |-- 10.0.0.1\n        /32 host LOCAL\n",),
    lambda text: parse_connected(text.split("\n")): (b"eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n",),
    lambda text: parse_if_inet6(text.split("\n")): (b"fe80000000000000505400fffe123456 02 40 20 80 eth0\n",),
}  # fmt: skip
SAID = (BadAddress, BadCode, BadPin, TermError, Damaged, wire.BadMessage, Refusal, BadStream, StartError, KeyNameError)
"""How parsers refuse, in one plain line."""
ALLOWED: dict[Callable[..., Any], tuple[type[Exception], ...]] = {
    envelope.decode: (ValueError,),
    public_key_info: (ValueError,),
}


def tried(parser: Callable[[Any], Any], value: Any) -> None:
    try:
        parser(value)
    except (*SAID, *ALLOWED.get(parser, ())) as error:
        assert "\x1b" not in str(error) and "\n" not in str(error), ascii(str(error))


def named(parsers: dict[Callable[..., Any], tuple[bytes, ...]]) -> list[Any]:
    names = [f"{number}-{getattr(parser, '__name__', 'x').strip('<>')}" for number, parser in enumerate(parsers)]
    return [pytest.param(parser, good, id=name) for name, (parser, good) in zip(names, parsers.items(), strict=True)]


@pytest.mark.parametrize(("parser", "good"), named(BYTES))
def test_bytes(parser: Callable[[bytes], Any], good: tuple[bytes, ...], seconds: float) -> None:
    tries(seconds, anything(*good), lambda data: tried(parser, data))


@pytest.mark.parametrize(("parser", "good"), named(TEXTS))
def test_texts(parser: Callable[[str], Any], good: tuple[bytes, ...], seconds: float) -> None:
    tries(seconds, anything(*good).map(as_text), lambda text: tried(parser, text))


def test_what_is_taken_says_the_same_when_it_is_read_again(seconds: float) -> None:
    """A push that passes is one meaning: what the hub passes on is taken by everybody who reads it."""

    def check(body: bytes) -> None:
        try:
            batch = read_push(body)
        except Refusal:
            return
        for sample in batch.samples:
            again = wire.decode_snapshot(wire.encode(sample))
            assert wire.encode(again) == wire.encode(sample)
            assert all(text.isprintable() for text in _texts(json.loads(wire.encode(sample))))

    tries(seconds, anything(PUSH, SNAPSHOT), check)


def _texts(tree: Any) -> list[str]:
    if isinstance(tree, str):
        return [tree]
    items = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return [text for item in items for text in _texts(item)]
