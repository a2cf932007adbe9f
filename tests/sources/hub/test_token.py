"""Where the read token is looked for, and to whom it is sent."""

from pathlib import Path

import pytest

from nodetop.base.hub_address import parse_hub_url
from nodetop.sources.hub.token import TokenFile, read_token
from nodetop.sources.source import SourceError

TOKEN = "abcdefghijklmnopqrstuvwxyz012345"


def hub_folder(folder: Path, *urls: str) -> Path:
    (folder / "read.token").write_text(TOKEN + "\n")
    (folder / "read.token").chmod(0o600)
    (folder / "hub.url").write_text("\n".join(urls) + "\n")
    return folder


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://127.0.0.1:8082", True),
        ("http://localhost:8082/", True),
        ("http://[::1]:8082", True),
        ("http://127.0.0.1:8083", False),
        ("http://127.0.0.2:8082", False),
        ("https://127.0.0.1:8082", False),
        ("https://hub.example:8082", False),
    ],
)
def test_a_found_token_goes_only_where_its_hub_is(tmp_path: Path, url: str, found: bool) -> None:
    folder = hub_folder(tmp_path, "http://127.0.0.1:8082", "http://[::1]:8082")
    token = TokenFile(parse_hub_url(url), given=None, hub_folder=folder)
    assert token() == (TOKEN if found else None)


def test_a_named_file_counts_for_any_address(tmp_path: Path) -> None:
    file = tmp_path / "t"
    file.write_text(f"# for the screen\n\n {TOKEN} web-*\nother\n")
    file.chmod(0o600)
    assert TokenFile(parse_hub_url("https://hub"), given=file, hub_folder=tmp_path)() == TOKEN


def test_no_hub_here_is_no_token(tmp_path: Path) -> None:
    assert TokenFile(parse_hub_url("http://localhost"), given=None, hub_folder=tmp_path / "absent")() is None


def test_a_hub_that_starts_later_is_found(tmp_path: Path) -> None:
    token = TokenFile(parse_hub_url("http://localhost"), given=None, hub_folder=tmp_path)
    assert token() is None
    hub_folder(tmp_path, "http://127.0.0.1:8082")
    assert token() == TOKEN


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (TOKEN, 0o644, "chmod 600"),
        (TOKEN, 0o620, "chmod 600"),
        ("", 0o600, "no token"),
        ("# nothing\n", 0o600, "no token"),
        ("tökenwithmanycharactersinit", 0o600, "characters that are not allowed in a token"),
        ("token\x1b]0;x\x07", 0o600, "characters that are not allowed in a token"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, text: str, mode: int, words: str) -> None:
    file = tmp_path / "t"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(SourceError, match=words) as error:
        read_token(file)
    assert TOKEN not in str(error.value)
    assert "\x1b" not in str(error.value)


def test_absent_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        read_token(tmp_path / "absent")
    with pytest.raises(SourceError, match="is not a file"):
        read_token(tmp_path)
