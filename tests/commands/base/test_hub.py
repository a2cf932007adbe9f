"""The hub of --cluster, as commands open it."""

from pathlib import Path

import pytest

from nodetop.commands.base.hub import opened
from nodetop.settings.clusters import RememberedCluster
from nodetop.settings.options import Settings
from nodetop.sources.source import SourceError


@pytest.mark.may_block  # a command has a loop of its own
@pytest.mark.parametrize(("cluster", "is_told"), [("localhost", True), ("http://localhost:1", False)])
async def test_a_name_that_is_not_remembered_is_answered_with_those_that_are(
    cluster: str, is_told: bool, tmp_path: Path
) -> None:
    settings = Settings(cluster=cluster, clusters={"prod": RememberedCluster("https://hub:8082")}, data_dir=tmp_path)
    with pytest.raises(SourceError) as problem:
        async with opened(settings):
            raise SourceError("nothing answers")
    assert str(problem.value) == "nothing answers" + "; remembered clusters: prod" * is_told
