"""Items that open and end again and again: told once, then when they are calm; others are told meanwhile."""

from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nodetop.alerts.alert import Alert
from nodetop.model import wire
from nodetop.server.notify.flapping import CALM_SECONDS, MOST_ITEMS, OPENINGS
from nodetop.server.notify.hours import Maintenance, Where, parse_hours
from nodetop.server.notify.message import Message
from tests.server.notify.desk import START, Desk, only

_NUMBERS = count()


def flap(desk: Desk, times: int, every: float = 20.0, node: str = "web-1", **more: Any) -> list[Message]:
    """Opens and ends it so often. Returns the messages made meanwhile."""
    made = []
    for _ in range(times):
        alert = desk.open(node, nth=f"-{next(_NUMBERS)}", **more)
        made += desk.after(every / 2)
        desk.end(alert)
        made += desk.after(every / 2)
    return made


def kinds(messages: list[Message]) -> list[str]:
    return [news.kind for message in messages for news in message.news]


def test_an_hour_of_flapping_is_a_handful_of_messages() -> None:
    desk = Desk()
    made = flap(desk, 180)
    assert len(made) <= 5 and kinds(made)[-1] == "flapping"
    assert made[-1].title == "CRITICAL web-1: file system /srv flapping"
    assert made[-1].text.startswith("opens and ends again and again: 5 times in 1m ") and made[-1].severity == 2
    assert len(desk.alerts) == 180, "each opening is listed"
    assert desk.after(CALM_SECONDS - 30) == []
    calm = only(desk.after(60))
    assert calm.title == "ended web-1: file system /srv" and calm.severity == 0
    assert calm.text.startswith("no longer flapping: opened 180 times in 59m 50s, then calm for 15m 0s\nfrom ")
    assert desk.after(7200) == [] and not desk.outbox.is_busy


@pytest.mark.parametrize("every", [20.0, 120.0, 420.0, 880.0])
def test_it_is_as_quiet_at_any_pace(every: float) -> None:
    made = flap(Desk(), 40, every)
    assert kinds(made).count("flapping") == 1 and kinds(made)[-1] == "flapping"
    assert len(made) <= 2 * OPENINGS


def test_what_opens_a_few_times_a_day_is_told_each_time() -> None:
    made = flap(Desk(), 12, 2 * 3600.0)
    assert kinds(made) == ["opened", "ended"] * 12


def test_what_stays_open_after_flapping_is_told() -> None:
    desk = Desk()
    flap(desk, 20)
    stays = desk.open(nth="-stays")
    calm = only(desk.after(CALM_SECONDS + 60))
    assert (calm.title, calm.severity) == ("still CRITICAL web-1: file system /srv 99%", 2)
    assert calm.text.startswith("no longer flapping: opened 21 times in ")
    desk.end(stays)
    assert only(desk.after(60)).title == "ended web-1: file system /srv"
    assert kinds(flap(desk, 3)) == ["flapping"], "it begins again, at the first opening"


def test_what_gets_worse_while_it_flaps_is_told_once() -> None:
    desk = Desk()
    assert flap(desk, 10, severity=1)[-1].title.startswith("WARNING")
    assert [message.title for message in flap(desk, 10)] == ["CRITICAL web-1: file system /srv flapping"]
    assert flap(desk, 10, severity=1) == []


def test_a_kill_after_any_step_forgets_nothing() -> None:
    told: list[list[str]] = []
    for is_killed in (False, True):
        desk, texts = Desk(), []
        for turn in range(40):
            alert = desk.open(nth=f"-{turn}")
            for step in range(8):
                if is_killed:
                    desk.restart()
                if step == 4:
                    desk.end(alert)
                texts += [message.text for message in desk.after(5)]
        for _ in range(400):
            if is_killed:
                desk.restart()
            texts += [message.text for message in desk.after(5)]
        told.append(texts)
    assert told[0] == told[1] and len(told[0]) < 2 * OPENINGS
    assert told[1][-1].startswith("no longer flapping: opened 40 times in 26m 20s, ")


def test_the_calm_is_told_of_an_alert_that_the_board_has_forgotten() -> None:
    desk = Desk()
    flap(desk, 20)
    desk.alerts.clear()
    assert only(desk.after(CALM_SECONDS + 60)).title == "ended web-1: file system /srv"


# Fair shares


def test_a_new_critical_alert_is_told_at_once_beside_many_that_come_and_go() -> None:
    desk = Desk(most_per_hour=10)
    made = []
    for _ in range(OPENINGS - 1):  # too seldom to be flapping
        for number in range(4):
            made += flap(desk, 1, 90.0, node=f"db-{number}")
    assert len(made) == 4 + 5, "each opening that is new, and half of the limit for the rest"
    assert desk.outbox.state.limit.held > 0
    desk.open("new")
    told = only(desk.after(35))
    assert "new" in {news.alert.node for news in told.news}
    assert " because 5 messages without anything new were sent within an hour." in told.text
    assert len(told.news) > 4, "with all that waited"


def test_what_gets_worse_is_new() -> None:
    desk = Desk(most_per_hour=4)
    flap(desk, 3, 90.0, severity=1)
    assert desk.outbox.state.limit.held > 0
    desk.open(nth="-worse")
    assert only(desk.after(35)).title.startswith("1 critical")


def test_300_nodes_that_flap_are_a_few_messages_and_stay_bounded() -> None:
    desk = Desk()
    made: list[Message] = []
    sizes = []
    for turn in range(12):
        alerts: list[Alert] = []
        for number in range(300):
            alerts.append(desk.open(f"web-{number}", nth=f"-{turn}"))
            if number % 50 == 49:
                made += desk.after(5)
        for alert in alerts:
            desk.end(alert)
        made += desk.after(30)
        sizes.append(len(wire.encode(desk.outbox.state)))
    desk.open("other")
    new = desk.after(35)
    assert "other" in {news.alert.node for message in new for news in message.news}
    assert len(made) <= 20
    assert sizes[-1] < sizes[OPENINGS] * 1.1 and sizes[-1] < 500_000 and len(desk.outbox.state.notes) <= 300
    calm = desk.after(3600)
    assert {news.alert.node for message in calm for news in message.news if news.kind == "calm"} == {
        f"web-{number}" for number in range(300)
    }
    assert len(calm) <= 3 and desk.outbox.state.notes == {}


def test_the_number_of_items_is_bounded_and_old_ones_are_forgotten() -> None:
    desk = Desk()
    for number in range(MOST_ITEMS + 10):
        desk.open(f"web-{number}")
    assert len(desk.outbox.state.items) == MOST_ITEMS
    desk.after(60)
    desk.now += 3600
    desk.open("last")
    desk.after(60)
    assert len(desk.outbox.state.items) == 1


# With the other rules


def test_a_night_of_flapping_is_one_line_in_the_morning() -> None:
    utc = ZoneInfo("UTC")
    desk = Desk(quiet=parse_hours("22:00-07:00", utc))
    desk.now = datetime(2026, 11, 26, 23, 0, tzinfo=utc).timestamp()
    assert flap(desk, 60, 60.0, severity=1) == []
    assert len(desk.outbox.state.notes) == 1
    assert desk.after(7 * 3600 - 10) == []
    assert only(desk.after(60)).text.startswith("no longer flapping: opened 60 times in 59m 30s, ")


def test_flapping_in_maintenance_is_told_only_if_it_goes_on() -> None:
    window = Maintenance("move", Where(nodes=("db-*",)), START, START + 3600)
    desk = Desk([window])
    assert flap(desk, 60, node="db-1") == []
    assert desk.after(7200) == [] and not desk.outbox.is_busy
    desk = Desk([window])
    assert flap(desk, 178, node="db-1") == []
    assert kinds(flap(desk, 20, node="db-1")) == ["flapping"]


def test_what_flapped_before_maintenance_is_told_to_be_calm_after_it() -> None:
    desk = Desk([Maintenance("move", Where(), START + 600, START + 3600)])
    assert kinds(flap(desk, 60))[-1] == "flapping"
    assert desk.after(3600 - 1200 - 10) == []
    assert kinds(desk.after(60)) == ["calm"]


def test_muted_while_it_flaps_says_nothing_more() -> None:
    desk = Desk()
    flap(desk, 20)
    desk.change("decided", desk.open(nth="-muted"), muted_until=desk.now + 9999)
    assert desk.after(7200) == [] and not desk.outbox.is_busy


def test_without_ends_the_calm_is_told_only_if_it_is_open() -> None:
    desk = Desk(tells_end=False)
    assert kinds(flap(desk, 20))[-1] == "flapping"
    assert desk.after(3600) == [] and not desk.outbox.is_busy
