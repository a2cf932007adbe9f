"""Every value that is shown is explained, and formulas give the numbers that stand beside them."""

import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

import pytest
from msgspec import Struct
from msgspec.structs import fields, replace

from nodetop.explanations.explanation import Explanation, Group, Subject
from nodetop.explanations.formula import names
from nodetop.explanations.registry import GROUPS, PANELS, explained
from nodetop.model.panels import PANELS as SCREEN_PANELS
from nodetop.model.quantity import unit_of
from nodetop.model.raw_counters import WorkloadCounters
from nodetop.model.snapshot import CHARTED, NodeSnapshot
from tests.widgets.scenes import limited, server
from tests.widgets.workloads.workload_scenes import with_workloads

NOT_VALUES = {
    "NodeSnapshot.schema", "NodeSnapshot.taken_at", "NodeSnapshot.seq", "CoreMetrics.index", "ProcessMetrics.pid",
    "ProcessMetrics.ppid", "ProcessMetrics.thread_of", "RawCounters.ticks_per_second",
}  # fmt: skip
"""Numbers that identify something, and measure nothing."""
NOT_SHOWN = {WorkloadCounters}
"""Counters for Prometheus: the screens show the rates that are computed from them."""
CASES = [(group, entry) for group in GROUPS for entry in group.entries]


def structs(kind: Any, seen: set[type]) -> Iterator[type[Struct]]:
    """A struct and all that its fields are made of."""
    if isinstance(kind, type) and issubclass(kind, Struct) and kind not in seen:
        seen.add(kind)
        yield kind
        for each in fields(kind):
            yield from structs(each.type, seen)
    for part in get_args(kind):
        yield from structs(part, seen)


def is_number(kind: Any) -> bool:
    if get_origin(kind) in (Union, types.UnionType):
        return any(is_number(part) for part in get_args(kind))
    origin = get_args(kind)[0] if hasattr(kind, "__metadata__") else kind
    return origin in (int, float)


def test_every_number_of_the_model_is_explained() -> None:
    shown = {
        f"{struct.__name__}.{each.name}"
        for struct in set(structs(NodeSnapshot, set())) - NOT_SHOWN
        for each in fields(struct)
        if is_number(each.type)
    }
    covered = {f"{group.model.__name__}.{name}" for group, entry in CASES for name in entry.fields}
    missing = shown - covered - NOT_VALUES
    assert not missing, f"nothing in nodetop/explanations explains {sorted(missing)}"
    assert "ProcessMetrics.state" in covered
    assert shown >= NOT_VALUES


def test_every_charted_value_is_explained() -> None:
    told = {name for group, entry in CASES for name in entry.fields}
    for name in CHARTED:
        kind, _, value = name.partition("_")
        assert {name, value} & told or (kind, value) == ("swap", "used_percent"), name


def test_every_panel_has_a_headline() -> None:
    assert set(PANELS) == {*SCREEN_PANELS, "workloads", "header"}
    headlines = {}
    for each in explained(with_workloads(5, limited(5))):
        headlines.setdefault(each.panel, each.entry.name)
    assert headlines == {
        "cpu": "busy", "memory": "used", "disks": "used %", "network": "receive", "temperature": "CPU",
        "processes": "CPU %", "workloads": "workloads", "header": "up",
    }  # fmt: skip


@pytest.mark.parametrize(("group", "entry"), CASES, ids=lambda each: getattr(each, "name", getattr(each, "panel", "")))
def test_an_entry_is_whole(group: Group, entry: Explanation) -> None:
    own = {each.name for each in fields(group.model)}
    assert set(entry.fields) <= own
    assert {source for source in entry.numbers.values() if isinstance(source, str)} <= own
    for formula in (entry.formula, *(other.formula for other in entry.others)):
        assert set(names(formula)) <= set(entry.numbers), formula
    assert entry.means.endswith(".") and entry.name == entry.name.strip()
    assert all(other.tools and other.why for other in entry.others)


def test_an_empty_snapshot_has_little_to_explain() -> None:
    assert [each.entry.name for each in explained(NodeSnapshot(node="n", taken_at=1.0))] == ["interval"]


def test_the_process_under_the_bar_is_the_one() -> None:
    snapshot = server(3)
    assert snapshot.processes is not None
    row = snapshot.processes.rows[11]
    found = [each.subject.name for each in explained(snapshot, row.pid) if each.panel == "processes"]
    assert found[0] == f"{row.pid} {row.name}"


def test_names_of_things_are_put_into_paths_and_never_read_as_formats() -> None:
    entry = next(entry for group, entry in CASES if group.panel == "network" and entry.name == "speed")
    item = server(1).networks
    assert item is not None
    odd = Subject(server(1), replace(item[0], interface="a{mac}//b"))
    assert [file.path for file in entry.raw_files(odd)] == ["/sys/class/net/a{mac}/b/speed"]


def test_units_are_told_by_names() -> None:
    assert unit_of("read_bytes_per_second") == "bytes/s"
    assert unit_of("writes_per_second") == "count/s"
    assert unit_of("used_bytes") == "bytes" and unit_of("high_celsius") == "celsius"
    assert unit_of("load_15m") == "load" and unit_of("read_await_ms") == "ms" and unit_of("threads") == "count"
    assert unit_of("seconds") == unit_of("interval") == unit_of("age_seconds") == "seconds"
    assert unit_of("boot_time") == unit_of("started_at") == "moment" and unit_of("speed_mbps") == "mbit/s"
