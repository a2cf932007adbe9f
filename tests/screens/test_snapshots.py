"""The screens look as they are kept in the folder snapshots; `pictures` says how to renew these after a change."""

from pathlib import Path

import pytest

from tests.screens.pictures import FOLDER, SCENES, Scene, drawn, picture

pytestmark = pytest.mark.may_block  # a recording is written here, and snapshots read


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.stem)
async def test_a_screen_looks_as_it_did(scene: Scene, tmp_path: Path) -> None:
    text, svg = await picture(scene, tmp_path)
    assert text.splitlines() == (FOLDER / f"{scene.stem}.txt").read_text().splitlines()
    if scene.has_svg:
        kept = drawn((FOLDER / f"{scene.stem}.svg").read_text())
        assert len(kept) > 100 and drawn(svg) == kept


def test_there_are_no_snapshots_without_a_scene() -> None:
    wanted = {f"{scene.stem}.txt" for scene in SCENES} | {f"{scene.stem}.svg" for scene in SCENES if scene.has_svg}
    assert {path.name for path in FOLDER.iterdir()} == wanted
