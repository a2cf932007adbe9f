"""The server's log: a line an event, that nobody can forge or flood."""

import io

import pytest

from nodetop.base.clock import FakeClock
from nodetop.server.base.log import Log
from tests.history.samples import START


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(wall=START)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def test_a_line_of_keys_and_values(stream: io.StringIO, clock: FakeClock) -> None:
    Log("info", stream, clock).warning("push_refused", "10.0.0.7", code="node_limit", seconds=1.23456)
    assert stream.getvalue() == (
        "time=2026-01-31T00:00:00.000+00:00 level=warning event=push_refused peer=10.0.0.7 code=node_limit "
        "seconds=1.235\n"
    )


def test_levels(stream: io.StringIO, clock: FakeClock) -> None:
    log = Log("warning", stream, clock)
    log.info("a")
    log.debug("b")
    log.error("c")
    assert stream.getvalue().count("\n") == 1


def test_what_a_peer_sends_makes_no_line_of_its_own(stream: io.StringIO, clock: FakeClock) -> None:
    Log("info", stream, clock).info("x", name='a\nlevel=error event="forged" \x1b[2J\u202e\x7f')
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert all(" " <= character <= "~" for character in text[:-1])


def test_long_values_are_cut(stream: io.StringIO, clock: FakeClock) -> None:
    Log("info", stream, clock).info("x", name="y" * 10_000)
    assert len(stream.getvalue()) < 700


def test_one_event_of_one_peer_once_a_minute_and_how_many_were_left_out(stream: io.StringIO, clock: FakeClock) -> None:
    log = Log("info", stream, clock)
    for _ in range(5):
        log.info("x", "1.1.1.1")
    log.info("x", "2.2.2.2")
    clock.advance(61)
    log.info("x", "1.1.1.1")
    lines = stream.getvalue().splitlines()
    assert [line.partition("peer=")[2] for line in lines] == ["1.1.1.1", "2.2.2.2", "1.1.1.1 repeated=4"]


def test_a_log_that_nobody_reads_any_more_ends_nothing(clock: FakeClock) -> None:
    stream = io.StringIO()
    stream.close()
    Log("info", stream, clock).info("x")
