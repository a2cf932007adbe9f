"""Incident files: what is written can be read back, and a failed attempt leaves nothing behind."""

import gzip
import os
import stat
import subprocess
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.snapshot import CpuMetrics, HistoryPoint, NodeSnapshot, ProcessMetrics, ProcessSummary, Stat
from nodetop.recording import lines as recording_lines
from nodetop.recording.file import Header, NodeHistory, Reader, RecordingError
from nodetop.recording.incident_file import IncidentFile, IncidentFileExists
from nodetop.recording.reader import read
from tests.disk_calls import fail, record

T0 = 1_700_000_100.0
HEADER = Header(nodetop_recording=2, version="1", made_by="me@here", since=T0, until=T0 + 3600, nodes=("a", "b"))
names = st.sampled_from(["a", "b", "web-1"])
texts = st.text(st.characters(codec="utf-8"), max_size=20)
rows = st.builds(ProcessMetrics, pid=st.integers(1, 99), name=texts, command=texts, cpu_percent=st.floats(0, 800))
samples = st.builds(
    NodeSnapshot, node=names, taken_at=st.floats(T0, T0 + 3600), seq=st.integers(0, 10**6),
    cpu=st.builds(CpuMetrics, busy_percent=st.floats(0, 100)),
    processes=st.builds(ProcessSummary, total=st.integers(0, 9), rows=st.lists(rows, max_size=3).map(tuple)),
)  # fmt: skip
points = st.builds(
    HistoryPoint, at=st.integers(0, 12).map(lambda number: T0 + 300 * number), samples=st.integers(1, 60),
    cpu_busy_percent=st.none() | st.builds(Stat, mean=st.floats(0, 100), max=st.floats(0, 100)),
)  # fmt: skip
anything = st.lists(samples | st.tuples(names, st.lists(points, min_size=1, max_size=5)), min_size=1, max_size=8)


def sample(node: str, at: float) -> NodeSnapshot:
    return NodeSnapshot(node=node, taken_at=at, cpu=CpuMetrics(busy_percent=50.0))


def write(path: Path, entries: Sequence[object]) -> list[bytes]:
    written: list[object] = []
    with IncidentFile(path, force=True) as file:
        file.begin(HEADER)
        for entry in entries:
            if isinstance(entry, NodeSnapshot):
                file.add_samples([entry])
                written.append(entry)
            else:
                node, of_node = entry  # type: ignore[misc]
                file.add_points(node, 300.0, of_node)
                written.append(NodeHistory(history_of=node, step=300.0, points=tuple(of_node)))
        assert file.commit() == path.stat().st_size
    return [wire.encode(each) for each in written]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(anything, st.sampled_from(["i", "i.gz"]))
def test_what_is_written_is_read_back(tmp_path: Path, entries: list[object], name: str) -> None:
    written = write(tmp_path / name, entries)
    reader = Reader(tmp_path / name)
    assert [wire.encode(each) for each in reader.entries()] == written
    assert reader.header == HEADER
    assert reader.notices == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(anything, st.sampled_from(["i", "i.gz"]), st.data())
def test_whatever_is_done_to_a_file_it_is_shown_or_refused_in_a_line(
    tmp_path: Path, entries: list[object], name: str, data: st.DataObject
) -> None:
    path = tmp_path / name
    write(path, entries)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        file = read(path)
    except RecordingError as error:
        assert "\n" not in str(error)
        return
    for node in file.nodes:
        file.points(node, T0, T0 + 7200, 300.0)


def test_it_is_its_owners_alone_and_there_only_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "i.gz"
    with IncidentFile(path) as file:
        file.begin(HEADER)
        file.add_samples([sample("a", T0)])
        assert not path.exists()
        file.commit()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["i", "i.gz"])
def test_what_is_not_committed_leaves_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(KeyboardInterrupt), IncidentFile(tmp_path / name) as file:
        file.begin(HEADER)
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["i", "i.gz"])
def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    program = f"""
import os, resource, signal
from pathlib import Path
from nodetop.recording.incident_file import IncidentFile
from nodetop.model.snapshot import NodeSnapshot
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with IncidentFile(Path({str(tmp_path / name)!r})) as file:
        file.add_samples(NodeSnapshot(node=os.urandom(100).hex(), taken_at=1) for _ in range(5000))
        file.commit()
except OSError as error:
    print(error.strerror)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "File too large\n", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["i", "i.gz"])
def test_it_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with IncidentFile(tmp_path / name) as file:
        file.begin(HEADER)
        calls = record(monkeypatch, "sync", "replace", "sync_directory")
        file.commit()
    assert calls == ["sync", "replace", "sync_directory", "sync"]


@pytest.mark.parametrize("failing", ["write", "sync", "close", "replace"])
@pytest.mark.parametrize("name", ["i", "i.gz"])
def test_whatever_the_disk_refuses_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, failing: str
) -> None:
    with (
        monkeypatch.context() as patch,
        pytest.raises(OSError, match="No space left"),
        IncidentFile(tmp_path / name) as file,
    ):
        fail(patch, failing)
        file.begin(HEADER)
        file.commit()
    assert list(tmp_path.iterdir()) == []


def test_with_force_a_link_gives_way_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("mine")
    (tmp_path / "i").symlink_to("other")
    write(tmp_path / "i", [sample("a", T0)])
    assert not (tmp_path / "i").is_symlink()
    assert (tmp_path / "other").read_text() == "mine"


def test_a_name_that_is_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "i"
    with pytest.raises(IncidentFileExists), IncidentFile(path) as file:
        file.begin(HEADER)
        path.write_text("mine")
        file.commit()
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(IncidentFileExists):
        IncidentFile(path)
    (tmp_path / "link").symlink_to("/nowhere")
    with pytest.raises(IncidentFileExists):
        IncidentFile(tmp_path / "link")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"history_of":"a","step":0,"points":[]}', ":2: not a snapshot: .*step"),
        (b'{"history_of":"a","step":1e99,"points":[]}', ":2: not a snapshot: .*step"),
        (b'{"history_of":"a","step":300,"points":[{"at":1e99,"samples":1}]}', ":2: not a snapshot: .*at"),
        (b'{"node":"a","taken_at":1e99}', ":2: not a snapshot: .*at"),
        (b'{"node":"a","taken_at":1,"schema":7}', "made by a newer nodetop .schema 7"),
        (b'{"history_of":3}', ":2: not a snapshot"),
    ],
)
def test_lines_that_cannot_be_are_refused(tmp_path: Path, line: bytes, message: str) -> None:
    path = tmp_path / "i"
    path.write_bytes(wire.encode(HEADER) + b"\n" + line + b"\n")
    with pytest.raises(RecordingError, match=message):
        read(path)


def test_a_newer_schema_is_told_from_the_header(tmp_path: Path) -> None:
    (tmp_path / "i").write_bytes(b'{"nodetop_recording":2,"schema":2,"nodes":[]}\n')
    with pytest.raises(RecordingError, match=r"made by a newer nodetop \(schema 2; this one reads 1\)"):
        read(tmp_path / "i")


def test_only_history_is_no_snapshot_for_scripts(tmp_path: Path) -> None:
    write(tmp_path / "i", [("a", [HistoryPoint(at=T0, samples=1)])])
    with pytest.raises(RecordingError, match="only history"):
        list(Reader(tmp_path / "i"))
    assert len(read(tmp_path / "i").snapshots) == 1


def bomb(first: bytes, filler: bytes, megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    out = packer.compress(first)
    for _ in range(megabytes):
        out += packer.compress(filler)
    return out + packer.flush()


def test_a_bomb_of_one_line_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_lines, "LONGEST_LINE", 1 << 20)
    (tmp_path / "i.gz").write_bytes(bomb(b"", b" " * (1 << 20), 8))
    with pytest.raises(RecordingError, match="a line longer than 1 MiB, line 1"):
        read(tmp_path / "i.gz")


def test_a_bomb_of_many_lines_is_read_up_to_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording_lines, "LEAST_SUSPECT", 2 << 20)
    line = wire.encode(sample("a", T0)) + b"\n"
    content = bomb(wire.encode(HEADER) + b"\n", line * ((1 << 20) // len(line)), 9)
    (tmp_path / "i.gz").write_bytes(content)
    file = read(tmp_path / "i.gz")
    assert 0 < len(file.snapshots) * len(line) <= max(2 << 20, 300 * len(content))
    if 300 * len(content) < 9 << 20:
        assert "expands to more than 300 times its size" in file.notices[0]


def test_what_is_before_the_damage_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "i.gz"
    noise = [NodeSnapshot(node=os.urandom(60).hex(), taken_at=T0 + number) for number in range(2000)]
    write(path, noise)
    content = bytearray(path.read_bytes())
    content[len(content) * 3 // 4 : len(content) * 3 // 4 + 400] = bytes(400)
    path.write_bytes(content)
    file = read(path)
    assert 0 < len(file.snapshots) < 2000
    assert len(file.notices) == 1 and str(path) in file.notices[0]
    with pytest.raises(RecordingError):
        list(Reader(path))  # a script is told


def test_the_header_alone_is_told(tmp_path: Path) -> None:
    (tmp_path / "i.gz").write_bytes(gzip.compress(wire.encode(HEADER) + b"\n"))
    with pytest.raises(RecordingError, match="has no snapshots"):
        read(tmp_path / "i.gz")
