"""Stand-ins for Mimir and Thanos, as their documents say they answer, in front of a real store. They are not the
programs themselves: https://grafana.com/docs/mimir/latest/references/http-api/, https://thanos.io/tip/components/query.md/
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from nodetop.commands.base.store import store_source
from nodetop.settings.options import Settings
from nodetop.sources.prometheus.source import PrometheusSource
from nodetop.sources.source import SourceError
from tests.scripted_http import Reply, ScriptedServer, scripted_server
from tests.sources.prometheus.made_up_nodes import MadeUpNode, load, until_now

Change = Callable[[dict[str, object]], None]
MOST_SERIES = 12
LIMIT = {
    "status": "error",
    "errorType": "execution",
    "error": f"the query exceeded the maximum number of series (limit: {MOST_SERIES} series) "
    "(err-mimir-max-series-per-query). Consider reducing the time range and/or number of series selected by the query. "
    "To adjust the related per-tenant limit, configure -querier.max-fetched-series-per-query, or contact your service "
    "administrator.",
}


@pytest.fixture(scope="module")
def loaded(victoria: str) -> str:
    nodes = [MadeUpNode(f"in-{number}", labels='job="stand-in"') for number in range(4)]
    load(victoria, nodes, until_now(900, 15))
    return victoria


def forwarded(url: str, standing: ScriptedServer, prefix: str) -> dict[str, object]:
    """The real store's answer to the last request."""
    path, headers, body = standing.seen[-1]
    same = {"content-type": headers.get("content-type", "")}
    found = httpx.post(f"{url}{path.removeprefix(prefix)}", content=body, headers=same, trust_env=False).json()
    assert found["status"] == "success", found
    return dict(found)


def encoded(answer: dict[str, object], status: int = 200) -> Reply:
    return Reply(status, json.dumps(answer).encode(), (("Content-Type", "application/json"),))


@contextmanager
def mimir(url: str, change: Change) -> Iterator[str]:
    """Below /prometheus, for a tenant, with a limit of series in a query."""
    with scripted_server() as standing:

        def reply(path: str) -> Reply:
            if standing.seen[-1][1].get("x-scope-orgid") != "team-a":
                return Reply(401, b"no org id\n")
            answer = forwarded(url, standing, "/prometheus")
            if len(answer["data"]["result"]) > MOST_SERIES:  # type: ignore[index]
                return encoded(LIMIT, 422)
            change(answer)
            return encoded(answer)

        standing.reply = reply
        yield f"{standing.url}/prometheus"


@contextmanager
def thanos(url: str, change: Change) -> Iterator[str]:
    with scripted_server() as standing:

        def reply(path: str) -> Reply:
            answer = forwarded(url, standing, "")
            change(answer)
            return encoded(answer)

        standing.reply = reply
        yield standing.url


def opened(url: str, folder: Path, **more: str) -> PrometheusSource:
    return store_source(Settings(cluster=f"prometheus+{url}", selector='job="stand-in"', data_dir=folder, **more))


async def check_all(source: PrometheusSource) -> None:
    """Rows, a node, its last minutes, its history, a past time and trends are those of the made-up nodes."""
    now = time.time()
    _, rows = await source.overview()
    assert [row.node for row in rows] == ["in-0", "in-1", "in-2", "in-3"]
    assert [row.cpu_busy_percent for row in rows] == pytest.approx([25] * 4, abs=0.5)
    found = await source.snapshot("in-2")
    assert found.cpu is not None and found.cpu.busy_percent == pytest.approx(25, abs=0.5)
    assert len(found.filesystems or ()) == 1
    assert len(await source.samples("in-2", 600)) > 20
    points = await source.history("in-2", now - 840, now, 60)
    assert points and points[-2].cpu_busy_percent is not None
    assert points[-2].cpu_busy_percent.mean == pytest.approx(25, abs=0.5)
    assert len((await source.cluster.at(now - 300, 12)).nodes) == 4
    assert len(await source.cluster.trends(12)) == 4


async def test_mimir_with_a_tenant_and_a_low_limit(loaded: str, tmp_path: Path) -> None:
    def informed(answer: dict[str, object]) -> None:
        answer["infos"] = ["PromQL info: metric might not be a counter, name does not end in _total (1:2)"]

    with mimir(loaded, informed) as url:
        source = opened(url, tmp_path, headers="X-Scope-OrgID: team-a")
        await check_all(source)
        assert source.notice is None
        await source.aclose()
        other = opened(url, tmp_path, headers="X-Scope-OrgID: team-b")
        with pytest.raises(SourceError, match="requires a tenant"):
            await other.overview()
        await other.aclose()


async def test_thanos_without_one_of_its_stores(loaded: str, tmp_path: Path) -> None:
    def warned(answer: dict[str, object]) -> None:
        answer["warnings"] = ['receive series from Addr: 10.0.0.9:10901 LabelSets: {r="b"}: rpc error: Unavailable']

    with thanos(loaded, warned) as url:
        source = opened(url, tmp_path)
        await check_all(source)
        assert "receive series from Addr: 10.0.0.9:10901" in (source.notice or "")
        await source.aclose()
