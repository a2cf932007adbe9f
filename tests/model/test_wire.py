"""The model as JSON: what goes out comes back, what is hostile is refused with a reason."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    HistoryPoint,
    HostInfo,
    MemoryMetrics,
    NodeSnapshot,
    NodeStatus,
    ProcessMetrics,
    ProcessSummary,
    Stat,
)
from nodetop.model.wire import BadMessage, decode, decode_snapshot, encode
from tests.command_lines import command_line

SNAPSHOT = NodeSnapshot(
    node="web-01",
    taken_at=1_700_000_000.25,
    interval=2.0,
    boot_id="ab",
    seq=7,
    host=HostInfo(hostname="web-01", uptime_seconds=12.5),
    cpu=CpuMetrics(
        busy_percent=12.5, cores=(CoreMetrics(index=0, busy_percent=25.0), CoreMetrics(index=3, online=False))
    ),
    memory=MemoryMetrics(total_bytes=2**40, used_bytes=1),
    processes=ProcessSummary(total=1, rows=(ProcessMetrics(pid=1, name="a) R 1 (b", nice=-20),)),
)


def test_a_snapshot_comes_back_as_it_went() -> None:
    assert encode(decode_snapshot(encode(SNAPSHOT))) == encode(SNAPSHOT)


def test_the_json_has_the_promised_names() -> None:
    written = json.loads(encode(SNAPSHOT))
    promised = (
        "schema node taken_at interval boot_id seq host cpu memory filesystems disks networks temperature processes"
    )
    assert list(written) == [
        *promised.split(),
        "balance",
        "limits",
        "workloads",
        "units",
        "probes",
        "monitor",
        "counters",
    ]
    assert written["disks"] is None
    promised = (
        "pid ppid name command user state cpu_percent memory_percent resident_bytes virtual_bytes threads nice "
        "priority started_at cpu_seconds read_bytes_per_second write_bytes_per_second container thread_of"
        " shared_bytes io_wait_percent"
    )
    assert list(written["processes"]["rows"][0]) == promised.split()


def test_unknown_keys_are_ignored_and_not_kept() -> None:
    text = encode(SNAPSHOT).replace(b'{"schema"', b'{"new_metric":{"x":[1,2]},"schema"', 1)
    assert encode(decode_snapshot(text)) == encode(SNAPSHOT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seq":7', b'"seq":-1'),
        (b'"seq":7', b'"seq":true'),
        (b'"seq":7', b'"seq":"7"'),
        (b'"seq":7', b'"seq":7.5'),
        (b'"seq":7', b'"seq":9223372036854775808'),
        (b'"seq":7', b'"seq":' + b"9" * 5000),
        (b'"busy_percent":12.5', b'"busy_percent":1e999'),
        (b'"busy_percent":12.5', b'"busy_percent":NaN'),
        (b'"busy_percent":12.5', b'"busy_percent":-0.5'),
        (b'"busy_percent":12.5', b'"busy_percent":[]'),
        (b'"node":"web-01"', b'"node":"\\ud800"'),
        (b'"node":"web-01"', b'"node":"' + b"x" * 300 + b'"'),
        (b'"node":"web-01",', b""),
        (b'"schema":1', b'"schema":0'),
        (b'"rows":[', b'"rows":[null,'),
    ],
)
def test_hostile_values_are_refused_with_a_reason(old: bytes, new: bytes) -> None:
    text = encode(SNAPSHOT)
    assert old in text
    with pytest.raises(BadMessage) as refused:
        decode_snapshot(text.replace(old, new, 1))
    assert str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b'"x"', b"1", b"{", b"\xff\xfe{\x00}\x00", b"[" * 100_000])
def test_what_is_no_snapshot_is_refused(text: bytes) -> None:
    with pytest.raises(BadMessage):
        decode_snapshot(text)


def test_deep_nesting_below_an_unknown_key_is_refused() -> None:
    deep = b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    with pytest.raises(BadMessage):
        decode_snapshot(deep)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_quietly(text: bytes) -> None:
    with pytest.raises(BadMessage):
        decode_snapshot(text)


def test_numbers_that_json_lacks_become_null() -> None:
    assert json.loads(encode(Stat(mean=float("nan"), max=float("inf")))) == {"mean": None, "max": None}


def test_charted_values_are_numbers_in_rows_and_means_in_points() -> None:
    point = decode(b'{"at":300,"samples":2,"cpu_celsius":{"mean":-3,"max":4}}', HistoryPoint)
    assert point.cpu_celsius == Stat(mean=-3, max=4)
    with pytest.raises(BadMessage):
        decode(b'{"at":300,"samples":2,"load_1m":3}', HistoryPoint)
    assert decode(b'{"node":"a","load_1m":3}', NodeStatus).load_1m == 3
    with pytest.raises(BadMessage):
        decode(b'{"node":"a","load_1m":{"mean":1,"max":1}}', NodeStatus)


def test_every_field_of_the_model_may_be_left_out_but_names_and_times() -> None:
    required = {field.name for field in msgspec.structs.fields(NodeSnapshot) if field.required}
    assert required == {"node", "taken_at"}


@pytest.mark.parametrize("at", [-1, 250e9 + 1, 1e18, 1e300])
def test_a_time_that_no_calendar_has_is_refused(at: float) -> None:
    with pytest.raises(BadMessage, match="taken_at"):
        decode_snapshot(f'{{"node":"a","taken_at":{at}}}')
    with pytest.raises(BadMessage, match="boot_time"):
        decode_snapshot(f'{{"node":"a","taken_at":1,"host":{{"boot_time":{at}}}}}')


def test_a_command_line_that_knows_its_arguments_goes_out_as_text() -> None:
    line = command_line("sh", "-c", "a b", "")
    row = ProcessMetrics(pid=1, command=line)
    plain = ProcessMetrics(pid=1, command="sh -c a b ")
    assert encode(row) == encode(plain)
    assert line.raw == "sh\0-c\0a b\0"
    with pytest.raises(TypeError):
        encode(object())
