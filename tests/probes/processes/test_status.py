import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.process_details import Limit
from nodetop.probes.processes import status as parse

LIMITS = b"""Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max stack size            8388608              unlimited            bytes
Max nice priority         0                    0
Max realtime timeout      unlimited            unlimited            us
nonsense
"""
STATUS = b"""Name:\ta:b
Uid:\t1000\t0\t0\t0
VmPeak:\t    2000 kB
VmSize:\t    1000 kB
VmRSS:\t     500 kB
RssAnon:\t     300 kB
VmSwap:\t       7 kB
CapEff:\t0000000000000020
CapBnd:\t000001ffffffffff
NoNewPrivs:\t1
Seccomp:\t2
voluntary_ctxt_switches:\t12
nonvoluntary_ctxt_switches:\t3
"""


def test_limits_keep_unlimited_apart_from_numbers() -> None:
    assert parse.parse_limits(LIMITS) == (
        Limit("cpu time", None, None, "seconds"),
        Limit("stack size", 8388608, None, "bytes"),
        Limit("nice priority", 0, 0, ""),
        Limit("realtime timeout", None, None, "us"),
    )


def test_status_gives_memory_security_and_switches() -> None:
    status = parse.parse_fields(STATUS)
    memory = parse.memory_parts(status)
    assert memory is not None
    assert (memory.resident_bytes, memory.anonymous_bytes, memory.swap_bytes) == (500 * 1024, 300 * 1024, 7 * 1024)
    assert memory.file_bytes is None and memory.locked_bytes is None
    security = parse.security(status, 667, 0)
    assert (security.real_uid, security.effective_uid, security.capabilities) == (1000, 0, ("kill",))
    assert security.no_new_privileges is True and security.seccomp == "filter" and not security.all_capabilities
    assert parse.activity(status, []).voluntary_switches == 12


def test_a_kernel_thread_has_no_memory_of_its_own() -> None:
    assert parse.memory_parts(parse.parse_fields(b"Name:\tkthreadd\nKthread:\t1\n")) is None


def test_fields_of_stat_are_counted_behind_a_hostile_name() -> None:
    fields = parse.stat_fields(b"7 (a) R 1 (b) S 1 7 7 0 -1 0 11 2 33 4 5 6 0 0 20 -5 1 0 9\n")
    assert parse.nice_of(fields) == -5
    found = parse.activity({}, fields)
    assert (found.minor_faults, found.major_faults) == (11, 33)


def test_cgroup_names_trees_and_unit() -> None:
    found = parse.cgroup(b"0::/system.slice/ssh.service\n4:memory:/a:b\nnonsense\n")
    assert found.paths == (("", "/system.slice/ssh.service"), ("memory", "/a:b"))
    assert found.name == "ssh.service"


def test_only_a_newline_ends_a_line_of_the_kernel() -> None:
    """It escapes no other character of a name, so that one in a name would make up a line."""
    for odd in ("\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r"):
        assert parse.parse_fields(f"Name:\ta{odd}VmSize: 9\nUid:\t0\n".encode()).keys() == {"Name", "Uid"}
        assert parse.cgroup(f"0::/user{odd}1:x:/docker\n".encode()).paths == (("", f"/user{odd}1:x:/docker"),)


def test_this_process_is_read_as_the_kernel_writes_it() -> None:
    status = parse.parse_fields(Path("/proc/self/status").read_bytes())
    security = parse.security(status, None, None)
    assert security.effective_uid == os.geteuid()
    assert len(parse.parse_limits(Path("/proc/self/limits").read_bytes())) >= 16


@given(st.binary(max_size=600))
def test_nothing_breaks_the_parsers(raw: bytes) -> None:
    fields = parse.parse_fields(raw)
    parse.memory_parts(fields)
    parse.proportional_memory(fields)
    parse.security(fields, None, None)
    parse.io_counters(fields)
    parse.parse_limits(raw)
    parse.cgroup(raw)
    parse.activity(fields, parse.stat_fields(raw))
    parse.policy_of(parse.stat_fields(raw))


@given(st.sampled_from(["VmSize", "Uid", "CapEff", "Seccomp", "rchar"]), st.text(max_size=30))
def test_no_value_of_a_known_field_breaks_them(name: str, value: str) -> None:
    fields = {name: value}
    parse.memory_parts(fields)
    parse.security(fields, None, None)
    parse.io_counters(fields)
