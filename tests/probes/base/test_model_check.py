"""An odd value costs itself, and what leaves can be sent and read again."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.model.snapshot import (
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    HostInfo,
    MemoryMetrics,
    NetworkMetrics,
    NodeSnapshot,
    ProcessMetrics,
    ProcessSummary,
    SensorReading,
    TemperatureMetrics,
    WorkloadMetrics,
    WorkloadSummary,
)
from nodetop.model.wire import decode_snapshot, encode
from nodetop.probes.base.model_check import ModelCheck
from tests.command_lines import command_line

HUGE = 2**64


def sent(name: str, metric: Any) -> Any:
    """What of it is left, after it was put into a snapshot, sent and read."""
    checked, _ = ModelCheck().check(name, metric)
    snapshot = NodeSnapshot(node="n", taken_at=1.0, **{name: checked})
    received = encode(decode_snapshot(encode(snapshot)))
    assert encode(decode_snapshot(received)) == received
    return checked


def test_what_fits_is_the_same_object_and_nothing_is_said() -> None:
    metrics = (
        ("host", HostInfo(hostname="web", uptime_seconds=1.5)), ("memory", MemoryMetrics(total_bytes=2**62)),
        ("disks", (DiskMetrics(device="sda"),)), ("processes", ProcessSummary(rows=(ProcessMetrics(pid=1),))),
        ("temperature", TemperatureMetrics(sensors=(SensorReading(chip="c", label="l", celsius=-20.0),))),
    )  # fmt: skip
    for name, metric in metrics:
        checked, odd = ModelCheck().check(name, metric)
        assert checked is metric and odd is None


@pytest.mark.parametrize(
    ("name", "metric", "field"),
    [
        ("memory", MemoryMetrics(total_bytes=5, free_bytes=-1), "free_bytes"),
        ("memory", MemoryMetrics(total_bytes=5, free_bytes=HUGE), "free_bytes"),
        ("memory", MemoryMetrics(total_bytes=5, used_percent=float("nan")), "used_percent"),
        ("memory", MemoryMetrics(total_bytes=5, used_percent=float("inf")), "used_percent"),
        ("memory", MemoryMetrics(total_bytes=5, free_bytes="many"), "free_bytes"),  # type: ignore[arg-type]
        ("cpu", CpuMetrics(load_1m=5, busy_percent=-1e-9), "busy_percent"),
    ],
)
def test_an_odd_value_costs_itself(name: str, metric: Any, field: str) -> None:
    checked, odd = ModelCheck().check(name, metric)
    assert getattr(checked, field) is None
    assert 5 in (getattr(checked, "total_bytes", None), getattr(checked, "load_1m", None))
    assert odd is not None and f"{name}.{field} " in odd
    assert sent(name, metric) == checked


def test_an_odd_value_of_a_row_costs_neither_the_row_nor_the_others() -> None:
    rows = (DiskMetrics(device="sda", size_bytes=5), DiskMetrics(device="sdb", size_bytes=-1, queue_depth=2.0))
    assert sent("disks", rows) == (rows[0], replace(rows[1], size_bytes=None))
    assert ModelCheck().check("disks", rows)[1] == "left out invalid values: disks[1].size_bytes Expected `int` >= 0"


def test_a_row_without_what_it_is_known_by_is_left_out() -> None:
    nameless: Any = DiskMetrics(device=None)  # type: ignore[arg-type]
    assert sent("disks", (DiskMetrics(device="sda"), nameless)) == (DiskMetrics(device="sda"),)


def test_a_name_of_a_megabyte_and_one_that_cannot_be_written_are_cut_and_cleaned() -> None:
    long, broken = NetworkMetrics(interface="x" * 2**20), NetworkMetrics(interface="eth\udcff")
    first, second = sent("networks", (long, broken))
    assert (len(first.interface), second.interface) == (256, "eth\ufffd")
    mounted = FilesystemMetrics(device="d", mount_point="/" + "m" * 2**20, fs_type="ext4")
    assert len(sent("filesystems", (mounted,))[0].mount_point) == 4096


def test_a_sensor_of_a_thousand_million_degrees() -> None:
    hot = SensorReading(chip="c", label="hot", celsius=1e9, high_celsius=80.0)
    found = sent("temperature", TemperatureMetrics(cpu_celsius=1e9, sensors=(hot,)))
    assert found == TemperatureMetrics(sensors=(replace(hot, celsius=None),))


def test_what_is_nothing_of_the_models_is_given_up() -> None:
    for metric in (object(), 5, "text", [1, 2], {"device": "sda"}):
        checked, _ = ModelCheck().check("host", metric)
        assert not isinstance(checked, int | str | list | dict)
        assert checked is None or isinstance(checked, HostInfo)
    assert ModelCheck().check("weather", HostInfo()) == (None, "a snapshot has no field weather")


def summary(*rows: ProcessMetrics, total: int = 2) -> ProcessSummary:
    return ProcessSummary(total=total, running=1, rows=rows)


def test_an_odd_process_costs_its_value_in_every_sample_though_its_row_stays_the_same() -> None:
    check, good = ModelCheck(), ProcessMetrics(pid=1, name="init")
    odd = ProcessMetrics(pid=2, name="odd", resident_bytes=-4096, threads=3)
    for _ in range(3):
        found, told = check.check("processes", summary(good, odd))
        assert found.rows[0] is good and found.total == 2
        assert (found.rows[1].resident_bytes, found.rows[1].threads, odd.resident_bytes) == (None, 3, -4096)
        assert told is not None
    found, told = check.check("processes", summary(good))
    assert found.rows == (good,) and told is None


def test_a_process_without_a_number_costs_its_row_and_a_count_itself() -> None:
    good = ProcessMetrics(pid=1)
    found, told = ModelCheck().check("processes", summary(good, ProcessMetrics(pid=-1), total=-5))
    assert found.rows == (good,) and found.total is None and found.running == 1
    assert told is not None and told.endswith("and 1 more")


def test_rows_that_moved_are_not_lost_and_new_ones_are_looked_at() -> None:
    check = ModelCheck()
    rows = tuple(ProcessMetrics(pid=pid) for pid in range(1, 300))
    check.check("processes", summary(*rows))
    odd = ProcessMetrics(pid=1000, cpu_seconds=-1.0)
    found, _ = check.check("processes", summary(*rows[1:], odd))
    assert found.rows[:-1] == rows[1:] and found.rows[-1].cpu_seconds is None


def test_new_rows_of_workloads_are_looked_at_and_the_others_stay_the_same_objects() -> None:
    check = ModelCheck()
    rows = tuple(WorkloadMetrics(group=f"/{number}", kind="unit") for number in range(3))
    good = WorkloadSummary(total=3, rows=rows)
    for _ in range(2):
        assert check.odd({"workloads": good}) == {}
    odd = WorkloadMetrics(group="/9", kind="unit", cpu_percent=-1.0)
    (found, told) = check.odd({"workloads": WorkloadSummary(total=4, rows=(*rows, odd))})["workloads"]
    assert told is not None and found.rows[:3] == rows and found.rows[3].cpu_percent is None
    assert check.odd({"workloads": WorkloadSummary(total=3, rows=rows[1:])}) == {}


values = st.none() | st.integers(-HUGE, HUGE) | st.floats() | st.text() | st.booleans()


@given(st.dictionaries(st.sampled_from(DiskMetrics.__struct_fields__), values))
def test_whatever_a_probe_gives_the_snapshot_can_be_sent(fields: dict[str, Any]) -> None:
    sent("disks", (DiskMetrics(**{"device": "sda", **fields}), DiskMetrics(device="sdb")))


@given(st.dictionaries(st.sampled_from(ProcessMetrics.__struct_fields__), values))
def test_whatever_a_process_tells_the_snapshot_can_be_sent(fields: dict[str, Any]) -> None:
    found = sent("processes", summary(ProcessMetrics(**{"pid": 1, **fields}), ProcessMetrics(pid=2)))
    assert msgspec.json.encode(found)
    assert [row.pid for row in found.rows][-1] == 2


def test_an_odd_row_keeps_a_command_line_that_knows_its_arguments() -> None:
    line = command_line("sh", "-c", "a b")
    rows = (ProcessMetrics(pid=1, command=line, cpu_percent=-1.0), ProcessMetrics(pid=2, command=line))
    checked, odd = ModelCheck().check("processes", ProcessSummary(rows=rows))
    assert odd is not None and "cpu_percent" in odd and "command" not in odd
    assert [row.command for row in checked.rows] == ["sh -c a b"] * 2
    assert checked.rows[0].cpu_percent is None
    assert checked.rows[1] is rows[1]
