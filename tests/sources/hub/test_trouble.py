"""The hub as a source when it refuses, talks nonsense, is silent or is no hub: one plain line, and on it goes."""

import asyncio

import pytest

from nodetop.model.snapshot import NodeStatus
from nodetop.sources.source import NodesChanged, SourceError, SourceProblem
from tests.sources.hub.hub_events import BASE, WEB, source_of, until
from tests.sources.hub.stub_hub import TOKEN, StubHub, open_stream, reply, stub_hub

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.mark.parametrize(
    ("status", "token", "words"),
    [
        (401, TOKEN, "rejects the token; run nodetop-server invite --read on the hub"),
        (401, None, "requires a read token; run nodetop-server invite --read on the hub"),
        (403, TOKEN, "answers 403: no\u00b7"),
        (503, TOKEN, "answers 503"),
        (302, TOKEN, "redirects (302)"),
    ],
)
async def test_refusals_are_one_plain_line_and_end_when_mended(status: int, token: str | None, words: str) -> None:
    body = b'{"error": {"code": "x", "message": "no\\u001b[31m"}}'
    async with stub_hub(rows=(WEB,)) as elsewhere, stub_hub(rows=(WEB,)) as hub, source_of(hub, token) as source:

        async def refuse(_: StubHub, writer: asyncio.StreamWriter, target: str) -> None:
            reply(writer, status, body, Location=elsewhere.url)

        hub.handlers[BASE] = refuse
        events = source.events()
        problem = await until(events, SourceProblem)
        assert words in problem.message
        assert problem.message.isprintable() or "\u00b7" in problem.message
        del hub.handlers[BASE]
        await until(events, NodesChanged)
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"<html><body>router</body></html>", b"[]", b'{"clusters": 1}', b"\xff\xfe", b"[" * 100_000],
    ids=["empty", "text", "html", "list", "wrong", "bytes", "deep"],
)
async def test_something_that_is_not_a_hub(body: bytes) -> None:
    async with stub_hub() as hub, source_of(hub) as source:

        async def answer(_: StubHub, writer: asyncio.StreamWriter, target: str) -> None:
            reply(writer, 200, body)

        hub.handlers[BASE] = answer
        problem = await until(source.events(), SourceProblem)
        assert "does not answer like a nodetop hub" in problem.message
        assert "\n" not in problem.message


async def test_not_http_at_all() -> None:
    async with stub_hub() as hub, source_of(hub) as source:

        async def answer(_: StubHub, writer: asyncio.StreamWriter, target: str) -> None:
            writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")

        hub.handlers[BASE] = answer
        problem = await until(source.events(), SourceProblem)
        assert problem.message


async def test_a_compressed_answer_is_not_unpacked() -> None:
    async with stub_hub() as hub, source_of(hub) as source:

        async def answer(_: StubHub, writer: asyncio.StreamWriter, target: str) -> None:
            reply(writer, 200, b"x" * 100, Content_Encoding="gzip")

        hub.handlers[BASE] = answer
        assert "is compressed" in (await until(source.events(), SourceProblem)).message


async def test_answers_and_events_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    from nodetop.sources.hub import http as hub_http
    from nodetop.sources.hub import sse

    monkeypatch.setattr(hub_http, "REPLY_LIMIT", 100_000)
    monkeypatch.setattr(sse, "LARGEST_EVENT", 100_000)
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:

        async def endless(_: StubHub, writer: asyncio.StreamWriter, target: str) -> None:
            open_stream(writer)
            while not writer.is_closing():
                writer.write(b"x" * 65536)
                await writer.drain()

        hub.handlers[BASE] = endless
        events = source.events()
        assert "too large" in (await until(events, SourceProblem)).message
        del hub.handlers[BASE]
        hub.handlers[f"{BASE}/*/stream"] = endless
        await until(events, SourceProblem, "too large")
        del hub.handlers[f"{BASE}/*/stream"]
        await until(events, NodesChanged)


@pytest.mark.parametrize(
    "data",
    [b"{}", b"null", b'{"cluster": 1, "whole": true, "summary": {}, "nodes": []}', b"\xff", b"NaN"],
)
async def test_events_that_are_not_ours_are_a_problem_not_an_end(data: bytes) -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        events = source.events()
        await until(events, NodesChanged)
        for stream in hub.streams:
            stream.write(b"event: nodes\ndata: " + data + b"\n\n")
        await until(events, SourceProblem, "does not answer like a nodetop hub")
        await until(events, NodesChanged)  # it tried again


async def test_one_odd_row_or_value_costs_no_other_and_is_told() -> None:
    data = (
        b'{"cluster": "*", "whole": true, "summary": {"cpu_busy_percent": {"mean": null, "max": null}}, "nodes": ['
        b'{"node": 1}, '
        b'{"node": "odd", "cluster": "default", "load_1m": 1e300, "memory_used_percent": 7}, '
        b'{"node": "fine", "cluster": "default", "load_1m": 2}]}'
    )
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        events = source.events()
        await until(events, NodesChanged)
        assert source.notice is None
        for stream in hub.streams:
            stream.write(b"event: nodes\ndata: " + data + b"\n\n")
        rows = {row.node.rpartition("/")[2]: row for row in (await until(events, NodesChanged)).nodes}
        assert rows.keys() == {"odd", "fine"}
        assert (rows["odd"].load_1m, rows["odd"].memory_used_percent, rows["fine"].load_1m) == (None, 7, 2)
        assert source.cluster.summary is not None and source.cluster.summary.cpu_busy_percent is None
        assert source.notice is not None and source.notice.startswith("3 values from the hub left out: ")


async def test_a_newer_form_is_named_as_such() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        hub.answers[f"{BASE}/default/node-metrics/web-01"] = {"schema": 99, "node": ["a", "b"]}
        await until(source.events(), NodesChanged)
        with pytest.raises(SourceError, match="newer version; update nodetop"):
            await source.snapshot("web-01")


async def test_names_that_no_hub_gives_are_left_out() -> None:
    bad = [NodeStatus(node=name, cluster="default") for name in ("../x", "a/b", "", "x\x1b[2J", ".", "A", "-rf")]
    async with stub_hub(rows=(*bad, WEB)) as hub, source_of(hub) as source:
        assert [row.node for row in (await until(source.events(), NodesChanged)).nodes] == ["web-01"]


async def test_silence_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from nodetop.sources.hub import http as hub_http

    monkeypatch.setattr(hub_http, "SILENCE_SECONDS", 0.2)
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        events = source.events()
        await until(events, NodesChanged)
        await until(events, SourceProblem, "does not answer")
        await until(events, NodesChanged)


async def test_a_question_to_a_hub_that_is_away(unused_tcp_port: int) -> None:
    hub = StubHub(port=unused_tcp_port)
    async with source_of(hub) as source:
        with pytest.raises(SourceError, match="Nothing answers"):
            await source.history("web-01", 0, 1, 1)


async def test_a_question_under_way_when_it_is_closed_is_told_in_a_line() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        asked = asyncio.Event()

        async def never(_: StubHub, writer: asyncio.StreamWriter, target: str) -> None:
            asked.set()
            await writer.wait_closed()

        hub.handlers[f"{BASE}/*/node-metrics/web-01/history"] = never
        question = asyncio.ensure_future(source.history("web-01", 0, 1, 1))
        await asyncio.wait_for(asked.wait(), 20)
        await source.aclose()
        with pytest.raises(SourceError):
            await asyncio.wait_for(question, 20)


async def test_an_older_hub_that_knows_no_moments_is_told_in_a_line() -> None:
    async with stub_hub(rows=(WEB,)) as hub, source_of(hub) as source:
        await until(source.events(), NodesChanged)
        with pytest.raises(SourceError) as caught:
            await source.cluster.at(1000.0, 2)
        assert "\n" not in str(caught.value)
