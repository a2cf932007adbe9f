"""The file of what was decided about alerts."""

import threading
from pathlib import Path

import pytest

from nodetop.alerts.file import AlertFile
from nodetop.alerts.handling import Handling, Scope

NOW = 1_700_000_000.0


def muted(node: str, at: float = NOW) -> Handling:
    return Handling().muted(Scope(node), at + 60, at)


def nodes(handling: Handling) -> set[str | None]:
    return {entry.scope.node for entry in handling.entries}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = AlertFile(tmp_path / "data")
    assert file.read() == Handling()
    assert nodes(file.add(muted("web"), NOW)) == {"web"}
    assert AlertFile(tmp_path / "data").read() == file.read()
    assert (tmp_path / "data" / "alerts" / "handled.json").stat().st_mode & 0o777 == 0o600


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    def add(prefix: str) -> None:
        file = AlertFile(tmp_path)
        for index in range(20):
            file.add(muted(f"{prefix}{index}"), NOW)
            assert file.problem is None

    threads = [threading.Thread(target=add, args=(prefix,)) for prefix in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert nodes(AlertFile(tmp_path).read()) == {f"{prefix}{index}" for prefix in "ab" for index in range(20)}
    assert not list((tmp_path / "alerts").glob("*.tmp"))


@pytest.mark.parametrize("content", [b"", b"{", b'{"entries": 3}', b"\xff\xfe"])
def test_a_damaged_file_is_told_and_replaced(tmp_path: Path, content: bytes) -> None:
    file = AlertFile(tmp_path)
    file.add(muted("web"), NOW)
    path = tmp_path / "alerts" / "handled.json"
    path.write_bytes(content)
    assert file.read() == Handling()
    assert file.problem is not None and str(path) in file.problem and "\n" not in file.problem
    assert nodes(file.add(muted("db"), NOW)) == {"db"}
    assert nodes(file.read()) == {"db"}


def test_a_newer_nodetops_file_is_left_alone(tmp_path: Path) -> None:
    file = AlertFile(tmp_path)
    file.add(muted("web"), NOW)
    path = tmp_path / "alerts" / "handled.json"
    newer = path.read_bytes().replace(b'"schema":1', b'"schema":2')
    path.write_bytes(newer)
    file.add(muted("db"), NOW)
    assert path.read_bytes() == newer
    assert file.problem is not None and "a newer nodetop" in file.problem


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    file = AlertFile(tmp_path / "data")
    assert nodes(file.add(muted("web"), NOW)) == {"web"}
    assert file.problem is not None and "are not saved" in file.problem


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "alerts").mkdir()
    (tmp_path / "secret").write_text("{}")
    (tmp_path / "alerts" / "handled.json").symlink_to(tmp_path / "secret")
    file = AlertFile(tmp_path)
    assert file.read() == Handling() and file.problem is not None
