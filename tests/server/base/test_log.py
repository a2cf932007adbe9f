"""The server's log: one line per event; clients can neither forge lines nor flood it."""

import io
import logging
from collections.abc import Iterator

import pytest

from nodetop.base.clock import FakeClock
from nodetop.server.base.log import EVENTS, PEERS_PER_EVENT, RateLimitFilter, configure_logging, log_handler
from tests.history.samples import START


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(wall=START)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def handler(stream: io.StringIO, clock: FakeClock) -> logging.Handler:
    return log_handler(stream, clock)


@pytest.fixture
def logger(handler: logging.Handler) -> Iterator[logging.Logger]:
    yield from _logger("nodetop.server.test", handler)


@pytest.fixture
def uvicorn(handler: logging.Handler) -> Iterator[logging.Logger]:
    yield from _logger("uvicorn.error", handler)


def _logger(name: str, handler: logging.Handler) -> Iterator[logging.Logger]:
    logger = logging.getLogger(name)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger
    logger.removeHandler(handler)
    logger.setLevel(level)


def without_time(stream: io.StringIO) -> list[str]:
    return [line.partition(" ")[2] for line in stream.getvalue().splitlines()]


def test_a_line_of_keys_and_values(handler: logging.Handler, stream: io.StringIO) -> None:
    values = {"peer": "10.0.0.7", "code": "node_limit", "seconds": 1.23456}
    record = logging.LogRecord("nodetop.server.x", logging.WARNING, __file__, 1, "push_refused", (values,), None)
    record.created = START
    handler.handle(record)
    assert stream.getvalue() == (
        "time=2026-01-31T00:00:00.000+00:00 level=warning event=push_refused peer=10.0.0.7 code=node_limit "
        "seconds=1.235\n"
    )


def test_values_cannot_make_a_line_of_their_own(logger: logging.Logger, stream: io.StringIO) -> None:
    logger.info("x", {"name": 'a\nlevel=error event="forged" \x1b[2J\u202e\x7f'})
    text = stream.getvalue()
    assert text.count("\n") == 1
    assert all(" " <= character <= "~" for character in text[:-1])


def test_long_values_are_cut(logger: logging.Logger, stream: io.StringIO) -> None:
    logger.info("x", {"name": "y" * 10_000})
    assert len(stream.getvalue()) < 700


def test_one_event_of_one_peer_once_a_minute_and_how_many_were_held_back(
    logger: logging.Logger, stream: io.StringIO, clock: FakeClock
) -> None:
    for _ in range(5):
        logger.info("x", {"peer": "1.1.1.1"})
    clock.advance(59)
    logger.info("x", {"peer": "1.1.1.1"})
    logger.info("y", {"peer": "1.1.1.1"})
    clock.advance(2)
    logger.info("x", {"peer": "1.1.1.1"})
    assert without_time(stream) == [
        "level=info event=x peer=1.1.1.1",
        "level=info event=y peer=1.1.1.1",
        "level=info event=x peer=1.1.1.1 held_back=5",
    ]


def test_many_addresses_make_few_lines_and_the_others_are_counted(
    logger: logging.Logger, stream: io.StringIO, clock: FakeClock
) -> None:
    for number in range(5000):
        logger.warning("not_authenticated", {"peer": f"2001:db8::{number:x}"})
        clock.advance(0.01)
    assert len(stream.getvalue().splitlines()) == PEERS_PER_EVENT
    clock.advance(61)
    logger.warning("not_authenticated", {"peer": "10.0.0.1"})
    assert without_time(stream)[-1].endswith(f"peer=10.0.0.1 held_back={5000 - PEERS_PER_EVENT}")


def test_the_memory_of_the_limit_is_bounded(clock: FakeClock) -> None:
    limit = RateLimitFilter(clock)
    for number in range(EVENTS * 2):
        for peer in range(PEERS_PER_EVENT * 2):
            values = {"peer": str(peer)}
            limit.filter(logging.LogRecord("nodetop.x", logging.INFO, "", 1, f"event_{number}", (values,), None))
    assert len(limit._events) == EVENTS
    assert max(len(each._written) for each in limit._events.values()) == PEERS_PER_EVENT


def test_text_of_other_libraries_is_a_value(uvicorn: logging.Logger, stream: io.StringIO) -> None:
    try:
        raise ValueError("a\nb")
    except ValueError:
        uvicorn.exception("Failed\nat %s", "x")
    assert without_time(stream) == [
        r"""level=error event=uvicorn.error message="Failed\nat x" reason="ValueError('a\\nb')" """.strip()
    ]


def test_a_closed_stream_ends_nothing(
    logger: logging.Logger, stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    stream.close()
    logger.info("x")
    assert capsys.readouterr().err == ""


@pytest.fixture
def restored() -> Iterator[None]:
    """The loggers that configure_logging changes."""
    loggers = [logging.getLogger(name) for name in ("", "nodetop", "asyncio")]
    before = [(each.level, each.handlers) for each in loggers]
    yield
    for each, (level, handlers) in zip(loggers, before, strict=True):
        each.setLevel(level)
        each.handlers = handlers


@pytest.mark.parametrize(("level", "seen"), [("debug", 3), ("warning", 3), ("error", 2)])
def test_the_level_limits_other_libraries_too(
    restored: None, level: str, seen: int, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging(level)
    logging.getLogger("uvicorn").warning("unusual")
    logging.getLogger("uvicorn").error("broken")
    logging.getLogger("asyncio").warning("socket.send() raised exception.")
    logging.getLogger("nodetop.server.x").error("disk_full", {"path": "/x"})
    told = [line.split("event=")[1].split()[0] for line in capsys.readouterr().err.splitlines()]
    assert told == ["uvicorn", "uvicorn", "disk_full"][-seen:]
