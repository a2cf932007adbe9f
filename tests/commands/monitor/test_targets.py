"""What a monitor can switch to, as its settings say."""

from pathlib import Path

import pytest

from nodetop.commands.monitor.targets import THIS_HOST, SettingsTargets, targets_of
from nodetop.settings.clusters import RememberedCluster, with_remembered
from nodetop.settings.options import Settings
from nodetop.sources.source import SourceError
from nodetop.sources.targets import Target

CLUSTERS = {
    "lab": RememberedCluster("http://127.0.0.1:9"),
    "prod": RememberedCluster("https://hub:8082", token_file=Path("/etc/prod.token")),
}


def test_without_a_remembered_cluster_there_is_none() -> None:
    """Visitors in a browser have none: they must not get to the hub's own host."""
    assert targets_of(Settings()) is None
    assert targets_of(Settings(cluster="https://hub:8082")) is None


def test_this_host_and_the_remembered_clusters() -> None:
    targets = SettingsTargets(Settings(clusters=CLUSTERS))
    assert targets.all == [Target(THIS_HOST), Target("lab", "http://127.0.0.1:9"), Target("prod", "https://hub:8082")]
    assert targets.current == THIS_HOST


def test_the_one_that_was_opened_is_the_current_one() -> None:
    assert SettingsTargets(with_remembered(Settings(clusters=CLUSTERS, cluster="prod"))).current == "prod"
    by_url = SettingsTargets(Settings(clusters=CLUSTERS, cluster="https://other:8082"))
    assert by_url.current == "https://other:8082"
    assert by_url.all[-1] == Target("https://other:8082")


def test_a_token_given_by_a_flag_goes_to_its_own_hub_alone() -> None:
    given = Settings(
        clusters=CLUSTERS,
        cluster="https://other:8082",
        token_file=Path("/x.token"),
        pin="sha256:00",
        insecure_http=True,
    )
    settings = SettingsTargets(given)._settings
    assert settings["lab"].token_file is None and settings["prod"].token_file == Path("/etc/prod.token")
    assert all(not settings[name].pin and not settings[name].insecure_http for name in CLUSTERS)
    assert settings["https://other:8082"] == given


@pytest.mark.may_block  # files are read in a loop of its own, in a thread
async def test_a_hub_that_does_not_answer_is_not_the_current_one(tmp_path: Path) -> None:
    targets = SettingsTargets(Settings(clusters=CLUSTERS, data_dir=tmp_path))
    with pytest.raises(SourceError, match=r"127\.0\.0\.1:9"):
        await targets.open("lab")
    assert targets.current == THIS_HOST


async def test_this_host_is_opened_with_its_history(tmp_path: Path) -> None:
    given = with_remembered(Settings(clusters=CLUSTERS, cluster="prod", data_dir=tmp_path))
    targets = SettingsTargets(given)
    source = await targets.open(THIS_HOST)
    try:
        assert targets.current == THIS_HOST and source.cluster is None
        assert [row.node for row in await source.nodes()]
    finally:
        await source.aclose()
    assert (tmp_path / "history").is_dir()
