"""The parser of server-sent events, in pieces and against rubbish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.sources.hub.sse import LARGEST_EVENT, BadStream, Event, EventParser

STREAM = (
    b": hello\n\nevent: nodes\ndata: {}\n\ndata: plain\n\n"
    b"id: 7\nevent: two\r\ndata: a\r\ndata: b\r\n\r\nevent: none\n\n"
)
EVENTS = [Event("nodes", b"{}"), Event("message", b"plain"), Event("two", b"a\nb")]


@given(st.lists(st.integers(1, len(STREAM)), max_size=20))
def test_pieces_of_any_size(cuts: list[int]) -> None:
    parser, got, start = EventParser(), [], 0
    for end in [*sorted(cuts), len(STREAM)]:
        got += parser.feed(STREAM[start:end])
        start = end
    assert got == EVENTS


def test_byte_by_byte() -> None:
    parser = EventParser()
    assert [event for byte in STREAM for event in parser.feed(bytes([byte]))] == EVENTS


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_rubbish_is_no_error(pieces: list[bytes]) -> None:
    parser = EventParser()
    for piece in pieces:
        parser.feed(piece)
    assert parser.feed(b"\n\nevent: a\ndata: 1\n\n")[-1] == Event("a", b"1")


@pytest.mark.parametrize("piece", [b"x" * 65536, b"data: " + b"x" * 65536 + b"\n"])
def test_an_event_without_end_is_given_up(piece: bytes) -> None:
    parser = EventParser()
    with pytest.raises(BadStream):
        for _ in range(2 * LARGEST_EVENT // 65536):
            parser.feed(piece)
