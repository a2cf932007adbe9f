import os
import pwd
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.passwd import Users, parse_passwd


def at(folder: Path) -> Users:
    return Users(HostFiles(proc=str(folder / "proc"), root=str(folder)))


def test_names_of_the_host_looked_at(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nweb:x:33:33::/:/bin/false\n")
    users = at(tmp_path)
    assert [users.name(uid) for uid in (0, 33, 1234)] == ["root", "web", "1234"]


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    file = tmp_path / "etc/passwd"
    file.write_text("old:x:33:33::/:/bin/false\n")
    users = at(tmp_path)
    assert users.name(33) == "old"
    file.write_text("new:x:33:33::/:/bin/false\n")
    os.utime(file, (1, 1))
    assert users.name(33) == "new"


def test_without_its_file_a_host_has_numbers(tmp_path: Path) -> None:
    assert at(tmp_path).name(0) == "0"


def test_our_own_names_are_not_those_of_another_host(tmp_path: Path) -> None:
    assert Users(HostFiles(proc=str(tmp_path))).name(0) == "0"


def test_users_of_this_machine_are_looked_up_by_the_system() -> None:
    assert Users(HostFiles()).name(os.getuid()) == pwd.getpwuid(os.getuid()).pw_name
    assert Users(HostFiles()).name(3_999_999_999) == "3999999999"


@given(st.binary(max_size=200))
def test_any_file_is_read(raw: bytes) -> None:
    assert all(name and name.isprintable() for name in parse_passwd(raw).values())


def test_bad_lines_are_left_out() -> None:
    assert parse_passwd(b"+::::\n#x\na:x:5:0\nb:x:5:0\n:x:6:\nc:x:-1:\nd:x:z:\n\n") == {5: "a"}
