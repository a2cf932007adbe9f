"""The settings of a store of metrics: what is refused, in one line, and what is sent."""

from pathlib import Path

import click
import pytest

from nodetop.commands.base.store import store_source
from nodetop.settings.options import Settings


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"cluster": "prometheus+ftp://x"}, "not a hub's URL"),
        ({"cluster": "prometheus+http://u:p@127.0.0.1"}, "cannot hold a password"),
        ({"node_label": 'x"'}, "--node-label"),
        ({"cluster_label": ""}, "--cluster-label"),
        ({"job_label": "a b"}, "--job-label"),
        ({"user": "me"}, "need each other"),
        ({"headers": "nonsense"}, "--headers"),
        ({"user": "me", "password_file": Path("p"), "token_file": Path("t")}, "either"),
        ({"cluster": "prometheus+http://store.example", "token_file": Path("t")}, "--insecure-http"),
    ],
)
def test_wrong_settings_are_refused(more: dict[str, object], message: str) -> None:
    settings = Settings(**{"cluster": "prometheus+http://127.0.0.1:9090", **more})  # type: ignore[arg-type]
    with pytest.raises(click.UsageError, match=message):
        store_source(settings)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("prometheus+http://store.example", "http://store.example:9090"),
        ("prometheus+https://store.example/prometheus/", "https://store.example:443/prometheus"),
    ],
)
async def test_ports_and_paths(url: str, address: str) -> None:
    source = store_source(Settings(cluster=url))
    assert source.address.url == address
    assert source.url == f"prometheus+{address}"
    await source.aclose()
