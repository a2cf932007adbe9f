"""Answers as the documents of Thanos, Mimir and VictoriaMetrics say they look, from a scripted server: warnings,
partial answers, tenants, limits. Nothing here was recorded from these programs."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from nodetop.base.hub_address import parse_hub_url
from nodetop.commands.base import hub
from nodetop.commands.base.hub import ask, opened
from nodetop.settings.options import Settings
from nodetop.sources.prometheus import http as module
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.promql import PART, Part
from nodetop.sources.prometheus.source import _MOST_POINTS
from nodetop.sources.prometheus.store import Store
from nodetop.sources.source import SourceError
from tests.prometheus_programs import prometheus
from tests.scripted_http import Reply, ScriptedServer, scripted_server

MOST_POINTS_OF_PROMETHEUS = 11_000
LIMIT = (
    "the query exceeded the maximum number of chunks (limit: 11 chunks) (err-mimir-max-chunks-per-query). "
    "To adjust the related per-tenant limit, configure -querier.max-fetched-chunks-per-query"
)


@pytest.fixture
def scripted() -> Iterator[ScriptedServer]:
    with scripted_server() as running:
        yield running


def store_at(scripted: ScriptedServer) -> Store:
    return Store(PrometheusHttp(parse_hub_url(f"{scripted.url}/prometheus")), Labels())


def asked_for(scripted: ScriptedServer) -> list[str]:
    """The names of the parts in the last query."""
    query = parse_qs(scripted.seen[-1][2].decode())["query"][0]
    return [each.split('"')[1] for each in query.split(f'"{PART}", ')[1:]]


def answer(names: list[str], **more: object) -> Reply:
    series = [{"metric": {PART: name}, "value": [1e9, "7"]} for name in names]
    data = {"resultType": "vector", "result": series}
    return Reply(200, json.dumps({"status": "success", "data": data, **more}).encode())


@pytest.mark.parametrize(
    ("more", "notice"),
    [
        ({"warnings": ["receive series from thanos-sidecar:10901: \x1b[2J timeout"]}, "warns: receive series from"),
        ({"warnings": ["a", "b", "c"]}, "warns: a (and 2 more)"),
        ({"isPartial": True}, "warns: the answer is not complete"),
        ({"data": {"resultType": "vector", "result": [], "warnings": ["no store matched"]}}, "warns: no store matched"),
        ({"infos": ["metric might not be a counter"]}, None),
        ({"warnings": []}, None),
    ],
)
async def test_a_warning_is_shown_for_a_minute(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch, more: dict[str, object], notice: str | None
) -> None:
    scripted.reply = lambda path: answer(["a"], **more)
    store = store_at(scripted)
    await store.values([[Part("a", "x")]])
    assert (store.notice is None) is (notice is None)
    assert notice is None or (notice in (store.notice or "") and (store.notice or "").isprintable())
    monkeypatch.setattr(module, "_WARNED_SECONDS", -1.0)
    assert store.notice is None
    await store.http.aclose()
    assert scripted.seen[-1][0] == "/prometheus/api/v1/query"


def test_a_command_prints_the_warning_and_still_succeeds(
    scripted: ScriptedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hub, "_may_be_starting", lambda address, settings: False)  # which reads a file
    scripted.reply = lambda path: answer([], warnings=["no store matched"])

    async def overview() -> None:
        async with opened(Settings(cluster=f"prometheus+{scripted.url}")) as source:
            await source.overview()

    assert ask(overview())
    assert capsys.readouterr().err == f"nodetop: {scripted.url.removeprefix('http://')} warns: no store matched\n"


async def test_a_store_with_a_low_limit_is_asked_for_less_at_a_time(scripted: ScriptedServer) -> None:
    def reply(path: str) -> Reply:
        names = asked_for(scripted)
        if len(names) > 11:
            return Reply(422, json.dumps({"status": "error", "errorType": "execution", "error": LIMIT}).encode())
        return answer(names)

    scripted.reply = reply
    store = store_at(scripted)
    parts = [Part(f"p{number}", "x") for number in range(70)]
    assert len(await store.values([parts])) == 70
    assert store.notice is None
    asked = len(scripted.seen)
    assert len(await store.values([parts])) == 70
    assert len(scripted.seen) - asked <= 10
    await store.http.aclose()


async def test_one_part_that_is_always_refused_is_found_by_halves(scripted: ScriptedServer) -> None:
    def reply(path: str) -> Reply:
        names = asked_for(scripted)
        if "p40" in names:
            return Reply(422, json.dumps({"status": "error", "errorType": "execution", "error": LIMIT}).encode())
        return answer(names)

    scripted.reply = reply
    store = store_at(scripted)
    parts = [Part(f"p{number}", "x") for number in range(64)]
    assert len(await store.values([parts])) == 63
    assert len(scripted.seen) <= 13
    assert "1 value not available (p40)" in (store.notice or "")
    asked = len(scripted.seen)
    await store.values([parts])
    assert len(scripted.seen) - asked == 1
    await store.http.aclose()


async def test_a_query_that_is_refused_as_a_whole_loses_no_other_one(scripted: ScriptedServer) -> None:
    def reply(path: str) -> Reply:
        names = asked_for(scripted)
        return Reply(400, b'{"status":"error","error":"bad"}') if "a" in names else answer(names)

    scripted.reply = reply
    store = store_at(scripted)
    assert set(await store.values([[Part("a", "x")], [Part("b", "x"), Part("c", "x")]])) == {"b", "c"}
    assert "1 value not available (a)" in (store.notice or "")
    await store.http.aclose()


async def test_a_store_that_refuses_everything_says_why(scripted: ScriptedServer) -> None:
    error = {"status": "error", "errorType": "bad_data", "error": "the total query time range exceeds the limit"}
    scripted.reply = lambda path: Reply(422, json.dumps(error).encode())
    store = store_at(scripted)
    with pytest.raises(SourceError, match="the total query time range exceeds the limit"):
        await store.values([[Part("a", "x"), Part("b", "x")]])
    assert store.notice is None
    await store.http.aclose()


async def test_a_missing_tenant_is_said(scripted: ScriptedServer) -> None:
    scripted.reply = lambda path: Reply(401, b"no org id\n")
    store = store_at(scripted)
    with pytest.raises(SourceError, match="requires a tenant"):
        await store.values([[Part("a", "x")]])
    await store.http.aclose()


def test_a_history_has_fewer_points_than_prometheus_allows(tmp_path: Path) -> None:
    with prometheus(tmp_path, "{}") as url:

        def status(points: int) -> int:
            range_ = {"query": "up", "start": "1e9", "end": str(1e9 + points), "step": "1"}
            return httpx.get(f"{url}/api/v1/query_range", params=range_, trust_env=False).status_code

        assert (status(_MOST_POINTS), status(MOST_POINTS_OF_PROMETHEUS + 1)) == (200, 400)
