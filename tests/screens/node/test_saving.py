"""The samples in memory, saved from the monitor into a file that can be replayed."""

import stat
from pathlib import Path

import pytest

from nodetop.recording.file import NodeHistory, Reader
from tests.screens.scripted import ScriptedSource, press, scripted_app, until
from tests.widgets.scenes import server

pytestmark = pytest.mark.may_block  # the file is read here to see what was saved


async def save(tmp_path: Path, name: str, *, expect: str) -> Path:
    path = tmp_path / name
    app, _ = scripted_app()
    async with app.run_test(size=(120, 40)) as pilot:
        text = await press(pilot, "S")
        assert "save to" in text and "10 samples of 18s" in text and "nodetop-web-01-" in text
        await press(pilot, "ctrl+u", *str(path), "enter")
        await until(pilot, lambda text: expect in text)
    return path


async def test_all_samples_are_in_the_file_and_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = await save(tmp_path, "now.jsonl.gz", expect="10 samples, ")
    entries = list(Reader(path).entries())
    assert [entry.seq for entry in entries if not isinstance(entry, NodeHistory)] == list(range(10))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("mine")
    await save(tmp_path, "old", expect="exists already; nothing was written")
    assert (tmp_path / "old").read_text() == "mine"


async def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    await save(tmp_path, "no/such/file", expect="not saved in")


async def test_without_samples_there_is_nothing_to_save() -> None:
    app, _ = scripted_app(ScriptedSource())
    async with app.run_test(size=(120, 40)) as pilot:
        assert "nothing to save" in await press(pilot, "S")


async def test_without_a_name_the_line_stays() -> None:
    app, _ = scripted_app(ScriptedSource([server(1)]))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "S", "ctrl+u", "enter")
        await until(pilot, lambda text: "a file name is needed" in text)
