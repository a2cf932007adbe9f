"""When a receiver is told, and of what: groups, ends, quiet hours, maintenance, repeats, the rate limit."""

import shlex
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from nodetop.base.when import parse_when
from nodetop.server.notify.hours import Maintenance, Where, parse_hours
from nodetop.server.notify.outbox import MOST_MESSAGES
from tests.server.notify.desk import START, Desk, only

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_message_says_all_that_one_needs_at_night() -> None:
    desk = Desk(zone=BERLIN)
    desk.open()
    assert desk.after(25) == []
    message = only(desk.after(10))
    assert (message.title, message.severity) == ("CRITICAL web-1: file system /srv 99%", 2)
    assert message.text == (
        "since SINCE CET; worst 99% (limit at or above 98%)\n"
        "cluster c\n"
        "on top: postgres (812)\n"
        "also: memory used 96%\n"
        "nodetop --cluster https://hub:8082 --node c/web-1 --at MIDDLE\n"
    ).replace("SINCE", datetime.fromtimestamp(START, BERLIN).strftime("%a %d %b %H:%M:%S")).replace(
        "MIDDLE", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START + 15))
    )


def test_the_command_can_be_pasted_into_a_shell_and_names_the_node_as_the_hub_does() -> None:
    desk = Desk()
    desk.open("it's $(here)", cluster="own")
    command = only(desk.after(60)).text.splitlines()[-1]
    words = shlex.split(command)
    assert words[:6] == ["nodetop", "--cluster", "https://hub:8082", "--node", "it's $(here)", "--at"]
    desk.open("gone", cluster="edge")
    desk.alerts = {key: replace(alert, rule="silent") for key, alert in desk.alerts.items()}
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(desk.now))  # the last that is known of it
    assert only(desk.after(60)).text.endswith(f" --node edge/gone --at {began}\n")


def test_an_outage_of_400_nodes_is_one_message_and_its_end_another() -> None:
    desk = Desk()
    alerts = [desk.open(f"web-{number:03d}") for number in range(400)]
    message = only(desk.after(60))
    assert message.title == "400 critical on 400 nodes"
    assert "And 392 more:\n  392 critical, file system: web-008, web-009" in message.text
    assert len(message.text) < 3000
    for alert in alerts:
        desk.end(alert)
    assert only(desk.after(60)).title == "400 ended on 400 nodes"
    assert desk.outbox.state.told == {}


def test_opened_and_ended_within_a_group_is_one_line() -> None:
    desk = Desk()
    desk.end(desk.open())
    message = only(desk.after(60))
    assert message.title == "ended web-1: file system /srv"
    middle = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START))
    assert message.text.endswith(f"\nnodetop --cluster https://hub:8082 --node c/web-1 --at {middle}\n")
    assert parse_when(middle, START) == START


def test_the_end_is_told_once_and_only_if_the_beginning_was() -> None:
    desk = Desk(least=2)
    warning = desk.open("web-1", 1)
    desk.end(warning)
    assert desk.after(60) == []
    told = desk.open("web-2")
    assert len(desk.after(60)) == 1
    desk.change("severity", told, severity=1)
    assert desk.after(60) == []
    desk.end(told)
    assert only(desk.after(60)).title.startswith("ended web-2")
    desk = Desk(tells_end=False)
    alert = desk.open()
    assert len(desk.after(60)) == 1
    desk.end(alert)
    assert desk.after(60) == []


def test_it_is_told_again_when_it_gets_worse_and_while_nobody_acts() -> None:
    desk = Desk(repeat_seconds=1800.0)
    alert = desk.open(severity=1)
    assert len(desk.after(60)) == 1
    alert = desk.change("severity", alert, severity=2)
    assert only(desk.after(60)).title.startswith("CRITICAL")
    assert desk.after(1700) == []
    assert only(desk.after(200)).title.startswith("still CRITICAL")
    desk.change("decided", alert, acknowledged=True)
    assert desk.after(7200) == []


def test_what_is_muted_or_acknowledged_in_time_is_not_told() -> None:
    desk = Desk()
    desk.open(muted_until=START + 9999)
    desk.change("decided", desk.open("web-2"), acknowledged=True)
    assert desk.after(120) == []


def test_routes_are_by_node_rule_cluster_and_severity() -> None:
    desk = Desk(where=Where(("c",), ("web-*",), ("file*",), excepted=("web-9",)))
    for node in ("db-1", "web-9", "web-1"):
        desk.open(node)
    assert [news.alert.node for news in only(desk.after(60)).news] == ["web-1"]


def test_a_route_may_be_by_tag() -> None:
    desk = Desk(where=Where(tags=("role=web",)))
    desk.open("web-1", tags=("rack=b2", "role=web"))
    desk.open("db-1", tags=("role=db",))
    assert [news.alert.node for news in only(desk.after(60)).news] == ["web-1"]


def test_a_restart_keeps_what_waits_and_what_was_told() -> None:
    desk = Desk()
    desk.open()
    desk.restart()
    assert len(desk.after(60)) == 1
    desk.restart()
    assert desk.after(600) == []
    desk.end(desk.alerts[f"{'web-1':0>16}"])
    assert only(desk.after(60)).title.startswith("ended")


def test_a_clock_that_is_set_back_delays_nothing() -> None:
    desk = Desk()
    desk.open()
    desk.now -= 3600
    assert len(desk.after(60)) == 1


def test_the_rate_limit_says_what_it_held_back_and_loses_nothing() -> None:
    desk = Desk(most_per_hour=3)
    made = []
    for number in range(60):
        desk.open(f"web-{number}")
        made += desk.after(60)
    assert len(made) == 3
    last = desk.after(3600)
    assert len(last) == 1
    assert last[0].text.startswith("57 changes were held back for 5")
    assert "because 3 messages were sent within an hour.\n\n" in last[0].text
    assert len({news.alert.id for message in (*made, *last) for news in message.news}) == 60


def test_a_message_that_is_dropped_is_told_of_in_the_next() -> None:
    desk = Desk(most_per_hour=1000)
    for number in range(MOST_MESSAGES + 2):
        desk.open(f"web-{number}")
        desk.wait(60)
    made = desk.after(5)
    assert len(made) == MOST_MESSAGES and made[0].news[0].alert.node == "web-2"
    assert made[-1].text.startswith("Messages that were dropped, because more than 200 waited: 1. ")
    desk.open("next")
    assert only(desk.after(60)).text.startswith("Messages that were dropped, because more than 200 waited: 1. ")


def test_a_message_that_is_refused_comes_last_and_shorter() -> None:
    desk = Desk()
    for number in range(2):
        for node in range(30):
            desk.open(f"web-{number}-{node}-{'x' * 200}")
        desk.wait(60)
    refused = desk.outbox.first()
    assert refused is not None
    desk.outbox.put_last(refused)
    other, last = desk.after(5)
    assert last == refused != other
    short = last.short()
    assert (short.id, short.severity, short.news) == (last.id, last.severity, ())
    assert max(map(len, short.text.splitlines())) <= 150 and len(short.text) < 1500
    assert short.text.endswith(" more lines\n")


def test_what_was_told_is_forgotten_when_its_alert_is_gone() -> None:
    desk = Desk()
    desk.open("web-1")
    desk.after(60)
    desk.alerts.clear()  # with its rule, by a SIGHUP
    desk.open("web-2")
    desk.after(60)
    assert list(desk.outbox.state.told) == [f"{'web-2':0>16}"]


# Quiet hours and maintenance


@pytest.mark.parametrize(
    ("day", "quiet_hours"),
    [((2026, 3, 29), 8.0), ((2026, 10, 25), 10.0), ((2026, 6, 1), 9.0)],
    ids=["clocks go forward", "clocks go back", "an ordinary night"],
)
def test_quiet_hours_end_by_the_clock_on_the_wall(day: tuple[int, int, int], quiet_hours: float) -> None:
    desk = Desk(quiet=parse_hours("22:00-07:00", BERLIN))
    morning = datetime(*day, 7, 0, tzinfo=BERLIN).timestamp()
    evening = morning - quiet_hours * 3600
    assert datetime.fromtimestamp(evening, BERLIN).strftime("%H:%M") == "22:00"
    desk.now = evening - 120
    desk.open("before", 1)
    assert len(desk.after(60)) == 1
    desk.now = evening
    warning = desk.open("held", 1)
    desk.open("loud", 2)
    assert [news.alert.node for news in only(desk.after(120)).news] == ["loud"]
    desk.open("brief", 1)
    desk.now += 600
    desk.end(desk.alerts[f"{'brief':0>16}"])
    assert desk.after(morning - 1 - desk.now) == []
    message = only(desk.after(10))
    assert {news.alert.node: news.kind for news in message.news} == {"held": "opened", "brief": "ended"}
    assert warning.node in message.text


def test_hours_of_some_days_and_over_midnight() -> None:
    hours = parse_hours("fri,sat 20:00-06:00", ZoneInfo("UTC"))
    at = datetime(2026, 11, 27, 21, 0, tzinfo=ZoneInfo("UTC")).timestamp()  # a Friday
    day = 86_400.0
    assert [hours.holds(at + shift) for shift in (0, 8 * 3600, 10 * 3600, day, 2 * day, -day)] == [
        True, True, False, True, False, False,
    ]  # fmt: skip
    for wrong in ("22-7", "25:00-07:00", "22:00-22:00", "foo 22:00-07:00", "22:70-07:00", ""):
        with pytest.raises(ValueError, match=r"must be|not a range"):
            parse_hours(wrong, None)


def test_maintenance_sends_only_what_outlives_it() -> None:
    window = Maintenance("move", Where(nodes=("db-*",)), START, START + 3600)
    desk = Desk([window])
    desk.open("web-1")
    stays, ends = desk.open("db-1"), desk.open("db-2")
    assert [news.alert.node for news in only(desk.after(120)).news] == ["web-1"]
    desk.end(ends)
    assert desk.after(3300) == []
    assert [news.alert.node for news in only(desk.after(600)).news] == [stays.node]
