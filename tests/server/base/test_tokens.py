"""Tokens and the files they are in."""

import os
from pathlib import Path

import pytest

from nodetop.server.base.folder import instance_id
from nodetop.server.base.private_files import create_private, read_private
from nodetop.server.base.startup import StartError
from nodetop.server.base.tokens import ensure_token_file, load_tokens, read_own_token, read_token_file

GOOD, OTHER = "abcdefghijklmnopqrstuvwxyz012345", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "push.token"


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_a_made_token_is_long_private_and_made_once(file: Path) -> None:
    ensure_token_file(file)
    first = file.read_text()
    ensure_token_file(file)
    assert file.read_text() == first
    assert len(first.strip()) == 43
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(read_token_file(file)) == 1


def test_several_are_live_at_one_time_and_comments_are_none(file: Path, tmp_path: Path) -> None:
    write(file, f"# the old one\n{GOOD}\n\n  {OTHER}  \n")
    tokens = load_tokens(
        file, write(tmp_path / "read.token", "x" * 3 + GOOD), write(tmp_path / "act.token", f"y{GOOD} alice\n")
    )
    assert ["push" in tokens.find(each.encode()) for each in (GOOD, OTHER, GOOD[:-1])] == [True, True, False]
    assert list(tokens.find(b"xxx" + GOOD.encode())) == ["read"]
    assert {role: token.user for role, token in tokens.find(f"y{GOOD}".encode()).items()} == {"act": "alice"}
    assert read_own_token(file) == GOOD


def test_a_token_may_be_for_some_nodes_only(file: Path) -> None:
    (token,) = read_token_file(write(file, f"{GOOD} web-*\n"))
    assert token.may_push("any", "web-01")
    assert not token.may_push("any", "db-01")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "short\n",
        "a" * 43 + "\n",
        "abcdefghijklmnopqrstu\tvwxyz\n",
        "abcdefghijklmnopqrstuvwxyzé\n",
        "x" * 600,
        "".join(f"{GOOD}{number}\n" for number in range(9)),
    ],
)
def test_what_is_no_token_file_is_refused_by_its_name(file: Path, text: str) -> None:
    with pytest.raises(StartError) as refused:
        read_token_file(write(file, text))
    assert str(file) in str(refused.value)
    assert GOOD not in str(refused.value)


def test_files_that_others_can_read_are_refused(file: Path) -> None:
    write(file, GOOD).chmod(0o644)
    with pytest.raises(StartError, match="chmod 600"):
        read_private(file, "token file")


def test_links_of_our_own_are_followed_and_folders_are_no_files(file: Path, tmp_path: Path) -> None:
    write(tmp_path / "real", GOOD)
    file.symlink_to(tmp_path / "real")
    assert read_private(file, "token file") == GOOD.encode()
    with pytest.raises(StartError, match="is not a regular file"):
        read_private(tmp_path, "token file")
    with pytest.raises(StartError, match="No such file"):
        read_private(tmp_path / "none", "token file")


def test_a_new_file_takes_no_other_ones_place(file: Path) -> None:
    create_private(file, b"one")
    with pytest.raises(StartError, match="File exists"):
        create_private(file, b"two")
    assert file.read_bytes() == b"one"
    assert file.stat().st_mode & 0o777 == 0o600
    assert os.listdir(file.parent) == [file.name]


def test_who_we_are_stays_and_a_cloned_disk_is_another(tmp_path: Path) -> None:
    machine = write(tmp_path / "machine-id", "one\n")
    first = instance_id(tmp_path, machine)
    assert instance_id(tmp_path, machine) == first
    assert len(first) == 32
    machine.write_text("two\n")
    assert instance_id(tmp_path, machine) != first
