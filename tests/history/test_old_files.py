"""Checked-in files of earlier versions: they are read as they were meant, and written as before.

`files/` is never to be changed. A file of each form is added when a form is.
"""

import json
from math import isnan
from pathlib import Path

import pytest

from nodetop.base import files
from nodetop.history import day_file
from nodetop.history.day_file import About, StoredPoint
from nodetop.history.hub import checkpoint, envelope
from nodetop.history.hub.journal_file import Segment
from nodetop.history.hub.node import HubNode
from nodetop.history.storage import DayDatabase
from nodetop.model.snapshot import CHARTED, HistoryPoint, Stat, TopProcess
from tests.history.samples import START

FILES = Path(__file__).parent / "files"
ABOUT = About(cluster="lab", node="web-01", day="2026-01-31")
WHOLE = HistoryPoint(
    at=START,
    samples=60,
    cpu_busy_percent=Stat(mean=1.25, max=1.5),
    memory_used_percent=Stat(mean=2.25, max=2.5),
    swap_used_percent=Stat(mean=3.25, max=3.5),
    filesystem_used_percent=Stat(mean=4.25, max=4.5),
    disk_read_bytes_per_second=Stat(mean=5.25, max=5.5),
    disk_write_bytes_per_second=Stat(mean=6.25, max=6.5),
    disk_utilisation_percent=Stat(mean=7.25, max=7.5),
    network_receive_bytes_per_second=Stat(mean=8.25, max=8.5),
    network_transmit_bytes_per_second=Stat(mean=9.25, max=9.5),
    cpu_celsius=Stat(mean=10.25, max=10.5),
    load_1m=Stat(mean=11.25, max=11.5),
    top_cpu=(
        TopProcess(pid=11, name="nginx", user="www", value=12.5),
        TopProcess(pid=12, name="postgres", user=None, value=3.25),
    ),
    top_memory=(TopProcess(pid=12, name="postgres", user=None, value=40.5),),
    boot_time=START - 100.0,
    oom_kills=7,
)
PART = HistoryPoint(at=START + 300, samples=1, load_1m=Stat(mean=0.5, max=0.75))
STORED = {START: StoredPoint(WHOLE, {"boot": [(1, 5), (7, 7)]}), START + 300: StoredPoint(PART)}
DAY_FILES = ("day-without-names.json", "day-with-names.json", "day-of-a-newer-nodetop.json")
"""Schema 1 as it was until November 2026, as it is now, and with another order and an unknown value."""


@pytest.mark.parametrize("name", DAY_FILES)
def test_a_day_file_has_the_values_it_was_written_with(name: str) -> None:
    data = (FILES / name).read_bytes()
    assert day_file.points(data, ABOUT) == STORED
    assert day_file.held(data) == {START: {"boot": [(1, 5), (7, 7)]}}


@pytest.mark.parametrize("name", DAY_FILES)
def test_a_point_added_to_a_day_file_leaves_the_others_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / "day.json"
    path.write_bytes((FILES / name).read_bytes())
    more = StoredPoint(HistoryPoint(at=START + 600, samples=2, cpu_celsius=Stat(mean=50.0, max=60.0)))
    DayDatabase(path, ABOUT).put([more], more_samples_win=True)
    assert day_file.points(files.read(path), ABOUT) == STORED | {START + 600: more}
    before, after = (json.loads(data)["points"] for data in ((FILES / name).read_bytes(), path.read_bytes()))
    assert {at: after[at] for at in before} == before  # values that are not known here, too
    values = day_file.header(path.read_bytes()).values
    assert set(values) >= set(CHARTED) and len(values) == len(set(values))


def test_todays_day_file_is_the_one_checked_in(tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    DayDatabase(path, ABOUT).put(STORED.values(), more_samples_win=True)
    written, kept = json.loads(path.read_bytes()), json.loads((FILES / "day-with-names.json").read_bytes())
    first = len(day_file.FIRST_VALUES)
    # Values charted since then come after those of an older nodetop, which knows no names.
    values = written["about"]["1"].pop("values")
    assert values[:first] == kept["about"]["1"].pop("values") == list(day_file.FIRST_VALUES)
    assert sorted(values) == sorted(CHARTED)
    for document in written["points"].values():
        assert document["v"][first:] == [None] * (len(values) - first)
        del document["v"][first:]
    for each in (written, kept):
        each["about"]["1"].pop("crc32")
    assert written == kept


def test_a_checkpoint_has_the_values_it_was_written_with() -> None:
    position, states = checkpoint.read(FILES / "checkpoint-1")
    (state,) = states
    node = HubNode.restored(state)
    assert (position, node.cluster, node.name) == (42, "lab", "web-01")
    assert node.seen.held() == {"boot": [(1, 2)]}
    assert node.latest is not None and node.latest.sample.seq == 2
    assert node.hour.points(0, START + 60) == [_sample(1), _sample(2)]


def test_an_hour_with_values_that_came_or_went_is_restored() -> None:
    (state,) = checkpoint.read(FILES / "checkpoint-1")[1]
    values = {"of_a_newer_nodetop": b"\0" * 8, **state.hour.values}
    del values["cpu_celsius"]
    changed = checkpoint.NodeState(
        cluster=state.cluster,
        node=state.node,
        latest=None,
        seen={},
        hour=type(state.hour)(
            times=state.hour.times, values=values, tops=state.hour.tops, counters=state.hour.counters
        ),
    )
    points = HubNode.restored(changed).hour.points(0, START + 60)
    assert [point.cpu_celsius for point in points] == [None, None]
    assert [point.load_1m for point in points] == [_sample(1).load_1m, _sample(2).load_1m]


def test_todays_checkpoint_is_the_one_checked_in(tmp_path: Path) -> None:
    position, states = checkpoint.read(FILES / "checkpoint-1")
    checkpoint.write(tmp_path / "checkpoint", position, [HubNode.restored(each).state() for each in states])
    (written,) = checkpoint.read(tmp_path / "checkpoint")[1]
    (kept,) = checkpoint.read(FILES / "checkpoint-1")[1]
    assert (written.hour.times, written.hour.counters) == (kept.hour.times, kept.hour.counters)
    assert written.hour.tops == kept.hour.tops
    for name, column in written.hour.values.items():
        if name in kept.hour.values:
            assert column == kept.hour.values[name]
        else:  # charted since then
            assert all(isnan(value) for value in memoryview(column).cast("f"))


def test_a_journals_records_have_the_values_they_were_written_with() -> None:
    segment = Segment((FILES / "two-records.journal").read_bytes())
    records = [(number, envelope.decode(payload)) for number, payload in segment]
    assert [number for number, _ in records] == [43, 44]
    assert segment.damaged == 0
    node = HubNode("lab", "web-01")
    for _, (each,) in records:
        assert each.key == ("lab", "web-01")
        assert (each.received_at, each.clock_skew_seconds, each.instance) == (
            each.sample.taken_at + 0.25,
            0.5,
            "i" * 32,
        )
        assert node.add(each, 300.0)
    assert node.hour.points(0, START + 60) == [_sample(1), _sample(2)]


def _sample(seq: int) -> HistoryPoint:
    """The points of the samples in checkpoint and journal. Each value encodes its name and its sample."""

    def only(value: float) -> Stat:
        return Stat(mean=value, max=value)

    return HistoryPoint(
        at=START + 5 * seq,
        samples=1,
        cpu_busy_percent=only(10 + seq),
        memory_used_percent=only(20 + seq),
        swap_used_percent=only(30 + seq),
        filesystem_used_percent=only(40 + seq),
        disk_read_bytes_per_second=only(50 + seq),
        disk_write_bytes_per_second=only(60 + seq),
        disk_utilisation_percent=only(70 + seq),
        network_receive_bytes_per_second=only(80 + seq),
        network_transmit_bytes_per_second=only(90 + seq),
        cpu_celsius=only(50 + seq),
        load_1m=only(seq / 2),
        top_cpu=(TopProcess(pid=11, name="nginx", user="www", value=7.0),),
        top_memory=(TopProcess(pid=11, name="nginx", user="www", value=1.5),),
        boot_time=START - 100.0,
        oom_kills=seq,
    )
