"""The bytes of a day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.history import day_file
from nodetop.history.day_file import About, Damaged, Header, StoredPoint, StoreError
from nodetop.model.snapshot import CHARTED, HistoryPoint, Stat, TopProcess
from tests.history.samples import START, point, points

ABOUT = About(cluster="c", node="web-01", day="2026-01-31")
seconds = st.integers(0, 86_399).map(lambda second: START + second)


HEADER = Header(cluster="c", node="web-01", day="2026-01-31", values=CHARTED)


def file_of(found: list[HistoryPoint], header: Header = HEADER) -> bytes:
    return composed([StoredPoint(each) for each in found], header)


def composed(found: list[StoredPoint], header: Header = HEADER) -> bytes:
    texts: day_file.Texts = {}
    documents = {str(int(each.point.at)): day_file.document(each, header.values, texts) for each in found}
    return day_file.compose(replace(header, texts=texts), {"points": documents})


def _said(top: TopProcess) -> tuple[object, ...]:
    return top.pid, top.name, top.user, top.command, top.workload


@given(st.lists(points(seconds), max_size=10, unique_by=lambda each: each.at))
def test_what_is_written_is_read(found: list[HistoryPoint]) -> None:
    read = day_file.points(file_of(found), ABOUT)
    assert list(read) == sorted(each.at for each in found)
    for each in found:
        got = read[each.at].point
        assert (got.at, got.samples) == (each.at, each.samples)
        for name in ("top_cpu", "top_memory", "top_io"):
            assert [_said(top) for top in getattr(got, name)] == [_said(top) for top in getattr(each, name)]
        for name in CHARTED:
            wanted, stat = getattr(each, name), getattr(got, name)
            assert (stat is None) == (wanted is None)
            if wanted is not None:
                assert stat.mean == pytest.approx(wanted.mean, rel=1e-5)
                assert stat.max == pytest.approx(wanted.max, rel=1e-5)
                assert stat.mean <= stat.max


def test_boots_and_oom_kills_are_kept_and_older_files_have_none() -> None:
    found = [
        HistoryPoint(at=START, samples=1, boot_time=START - 9.0, oom_kills=7),
        HistoryPoint(at=START + 300, samples=1),
    ]
    read = day_file.points(file_of(found), ABOUT)
    assert [each.point for each in read.values()] == found
    assert b'"oom"' not in file_of(found[1:])


def test_the_same_command_is_stored_once_a_day() -> None:
    java = TopProcess(
        pid=7, name="java", value=50.0, command="java -jar shop.jar --profile production", workload="shop"
    )
    found = [HistoryPoint(at=START + 300 * n, samples=1, top_cpu=(java,), top_io=(java,)) for n in range(9)]
    data = file_of(found)
    assert data.count(b"production") == 1
    assert [each.point for each in day_file.points(data, ABOUT).values()] == found


def test_an_older_nodetop_that_rewrites_a_file_loses_commands_and_confuses_none() -> None:
    java, psql = (TopProcess(pid=7, name=name, value=50.0, command=f"{name} -x") for name in ("java", "psql"))
    first = StoredPoint(HistoryPoint(at=START, samples=1, top_cpu=(java,)))
    document = day_file.document(first, CHARTED, {})  # its header has no texts any more
    texts: day_file.Texts = {}
    later = day_file.document(StoredPoint(HistoryPoint(at=START + 300, samples=1, top_cpu=(psql,))), CHARTED, texts)
    data = day_file.compose(
        replace(HEADER, texts=texts), {"points": {str(int(START)): document, str(int(START) + 300): later}}
    )
    tops = [each.point.top_cpu[0] for each in day_file.points(data, ABOUT).values()]
    assert tops == [replace(java, command=""), psql]


@given(st.data())
def test_a_changed_byte_is_noticed(data: st.DataObject) -> None:
    whole = file_of([point()])
    position = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    spoilt = bytearray(whole)
    spoilt[position] ^= 1 << bit
    with pytest.raises((Damaged, StoreError)):
        day_file.points(bytes(spoilt), ABOUT)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_the_same_way(data: bytes) -> None:
    for read in (day_file.header, day_file.held, lambda data: day_file.points(data, ABOUT)):
        with pytest.raises(Damaged):
            read(data)


@given(st.integers(0, 400))
def test_a_torn_file_is_refused(length: int) -> None:
    whole = file_of([point(), point(START + 300)])
    if length < len(whole):
        with pytest.raises(Damaged):
            day_file.points(whole[:length], ABOUT)


def test_another_nodes_day_is_refused() -> None:
    with pytest.raises(Damaged, match="web-02"):
        day_file.points(file_of([], replace(HEADER, node="web-02")), ABOUT)


def test_a_newer_file_is_not_called_damaged() -> None:
    newer = file_of([point()], replace(HEADER, schema=day_file.SCHEMA + 1))
    with pytest.raises(StoreError, match="newer nodetop"):
        day_file.points(newer, ABOUT)


@given(points(st.just(START)), st.permutations([*CHARTED, "of_a_newer_nodetop", "samples", "at"]), st.integers(0, 14))
def test_values_are_known_by_their_names_whatever_their_order(
    wanted: HistoryPoint, values: list[str], count: int
) -> None:
    data = file_of([wanted], replace(HEADER, values=tuple(values[:count])))
    found = day_file.points(data, ABOUT)[START].point
    for name in CHARTED:
        if name in values[:count]:
            assert (getattr(found, name) is None) == (getattr(wanted, name) is None)
        else:
            assert getattr(found, name) is None
    whole = day_file.points(file_of([wanted]), ABOUT)[START].point
    assert {name: getattr(whole, name) for name in values[:count] if name in CHARTED} == {
        name: getattr(found, name) for name in values[:count] if name in CHARTED
    }


def test_values_that_a_point_does_not_have_any_more_are_not_known() -> None:
    document = day_file.document(StoredPoint(point(load_1m=Stat(mean=1, max=1))), CHARTED, {})
    document["v"] = document["v"][:2]
    read = day_file.points(day_file.compose(HEADER, {"points": {str(int(START)): document}}), ABOUT)
    assert read[START].point.load_1m is None
    assert read[START].point.cpu_busy_percent is not None


def test_which_samples_a_point_holds_is_kept() -> None:
    held = {"boot": [(1, 5), (7, 7)]}
    data = composed([StoredPoint(point(), held)])
    assert day_file.held(data) == {START: held}
    assert day_file.points(data, ABOUT)[START].held == held
