import gzip
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.model import wire
from nodetop.model.snapshot import CpuMetrics, NodeSnapshot, ProcessMetrics, ProcessSummary
from nodetop.recording.file import Reader, Recording, RecordingError, recorded
from tests.command_lines import command_line


def snapshot(seq: int, node: str = "a") -> NodeSnapshot:
    row = ProcessMetrics(pid=1, name="init\x1b]52;\n", command="x" * seq)
    return NodeSnapshot(
        node=node,
        taken_at=1_700_000_000 + 2.0 * seq,
        interval=2.0 if seq else None,
        seq=seq,
        cpu=CpuMetrics(busy_percent=float(seq)),
        processes=ProcessSummary(total=1, rows=(row,)),
    )


def record(path: Path, count: int) -> list[bytes]:
    with Recording(path) as recording:
        taken = list(recorded(map(snapshot, range(count)), recording))
    return [wire.encode(each) for each in taken]


def read(path: Path) -> tuple[list[bytes], list[str]]:
    reader = Reader(path)
    return [wire.encode(each) for each in reader], reader.notices


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_what_was_recorded_is_read_back(tmp_path: Path, name: str) -> None:
    written = record(tmp_path / name, 5)
    assert read(tmp_path / name) == (written, [])


@pytest.mark.parametrize("name", ["r", "r.gz"])
def test_only_its_owner_can_read_it(tmp_path: Path, name: str) -> None:
    before = os.umask(0)
    try:
        record(tmp_path / name, 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("args", "command"), [(None, "mysql -p***"), ("redacted", "mysql -p***"), ("none", ""), ("full", "mysql -phunter2")]
)
def test_secrets_are_recorded_only_where_that_is_asked_for(tmp_path: Path, args: str | None, command: str) -> None:
    row = ProcessMetrics(pid=1, name="mysql", command=command_line("mysql", "-phunter2"))
    taken = replace(snapshot(1), processes=ProcessSummary(rows=(row,)))
    with Recording(tmp_path / "r", **({} if args is None else {"args": args})) as recording:
        recording.add(taken)
    processes = next(iter(Reader(tmp_path / "r"))).processes
    assert processes is not None
    assert [row.command for row in processes.rows] == [command]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "r").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RecordingError, match="already exists"):
        Recording(tmp_path / "r")
    assert not (tmp_path / "elsewhere").exists()


def test_a_name_in_gz_is_compressed(tmp_path: Path) -> None:
    record(tmp_path / "r.gz", 3)
    lines = gzip.decompress((tmp_path / "r.gz").read_bytes()).splitlines()
    assert json.loads(lines[0]) == {"nodetop_recording": 1, "schema": 1, "version": ""}
    assert len(lines) == 4


def test_output_of_json_serves_as_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_bytes(wire.encode(snapshot(1)) + b"\n")
    assert read(path) == ([wire.encode(snapshot(1))], [])


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_text("mine")
    with pytest.raises(RecordingError, match=r"r already exists; --record needs a new file"):
        Recording(path)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"cannot record to .*: No such file or directory"):
        Recording(tmp_path / "no" / "r")


@pytest.mark.parametrize("name", ["r", "r.gz"])
def test_each_snapshot_is_on_disk_before_the_next(tmp_path: Path, name: str) -> None:
    recording = Recording(tmp_path / name)
    for seq in range(3):
        recording.add(snapshot(seq))
        assert len(read(tmp_path / name)[0]) == seq + 1  # still open: as after a crash
    recording.close()
    assert read(tmp_path / name)[1] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.floats(0, 1), st.sampled_from(["r", "r.gz"]))
def test_cut_anywhere_what_is_whole_is_read_and_the_rest_is_told(tmp_path: Path, share: float, name: str) -> None:
    path = tmp_path / name
    path.unlink(missing_ok=True)
    written = record(path, 4)
    whole = path.read_bytes()
    kept = whole[: int(share * len(whole))]
    path.write_bytes(kept)
    try:
        found, notices = read(path)
    except RecordingError as error:
        assert "has no snapshots" in str(error) or "not a snapshot" in str(error)
    else:
        assert found == written[: len(found)]
        # Cut between two lines it is as good as a shorter recording.
        assert found == written or notices or kept.removesuffix(b"\n").endswith(found[-1])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "has no snapshots"),
        (b'{"nodetop_recording": 1}\n', "has no snapshots"),
        (b'{"nodetop_recording": 3}\n', "made by a newer nodetop"),
        (b"hello\n", r":1: not a snapshot: JSON is malformed"),
        (b'{"nodetop_recording": 1}\n{"node": 3}\n', r":2: not a snapshot: .*node"),
        (b'{"nodetop_recording": 1}\n[1]\n{}\n', r":2: not a snapshot"),
        (b"[" * 100_000 + b"\n", ":1: not a snapshot"),
        (b"\x1f\x8bnonsense", "cannot read"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_that_names_the_place(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "r"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=message) as caught:
        list(Reader(path))
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_after_close_nothing_is_written(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "r")
    recording.add(snapshot(1))
    recording.close()
    recording.add(snapshot(2))
    recording.close()
    assert len(read(tmp_path / "r")[0]) == 1


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    written = record(tmp_path / "r", 2)
    (tmp_path / "r").write_bytes(b"\n" + b"\n\n".join(written) + b"\n\r\n")
    assert read(tmp_path / "r") == (written, [])
