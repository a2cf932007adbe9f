"""A real hub that tells real receivers: faults of the receivers, kills of the hub, an outage of many nodes."""

import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.pty_terminal import Terminal
from tests.server.notify.receivers import HttpReceiver, Mailbox, free_port, http_receiver, mail_server
from tests.server.servers import COMMAND, Server, full, push, server, until

OWN = ("--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 60)
QUIET = """[alerts]
cpu = false
memory = false
swap = false
iowait = false
temperature = false
filesystem = "97, critical 98"
"""


def settings(folder: Path, *tables: str) -> tuple[object, ...]:
    path = folder / "nodetop.toml"
    path.write_text("\n".join([QUIET, *tables]))
    return (*OWN, "--config", path)


def hook(url: str, *lines: str) -> str:
    return "\n".join(["[notify.hook]", 'type = "webhook"', f'url = "{url}"', 'group = "0s"', *lines, ""])


def told(http: HttpReceiver, title: str = "") -> list[dict[str, Any]]:
    return [asked.json for asked in http.asked if asked.method == "POST" and title in asked.json["title"]]


def kinds(http: HttpReceiver, node: str) -> list[str]:
    """What was told of a node."""
    return [news["kind"] for each in told(http) for news in each["news"] if news["alert"]["node"] == node]


class Told(NamedTuple):
    """A hub, and what its receivers got."""

    hub: Server
    hook: HttpReceiver
    chat: HttpReceiver
    beats: HttpReceiver
    box: Mailbox


@pytest.fixture(scope="module")
def told_of_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """After an alert of web, and its end, that receivers refused at first."""
    folder = tmp_path_factory.mktemp("told")
    with (
        http_receiver(500, "half", 200) as http,
        http_receiver(413, 413, 200) as chat,
        http_receiver() as beats,
        mail_server(folder, "starttls") as box,
    ):
        box.refuses = 1
        mail = f"""[notify.mail]
type = "email"
server = "127.0.0.1:{box.port}"
ca_file = "{box.ca}"
from = "nodetop@example.org"
to = "ops@example.org"
group = "0s"
"""
        small = hook(chat.url).replace("notify.hook", "notify.chat")
        arguments = settings(folder, hook(http.url), small, mail, f'[heartbeat]\nurl = "{beats.url}/alive"\n')
        with server(folder, *arguments) as hub, hub.client("push") as pusher:
            rows = [{"pid": 7, "name": "dd", "command": "dd", "read_bytes_per_second": 9.0}]
            push(pusher, full("web", processes={"rows": rows}))
            until(lambda: len(told(http, "web")) >= 3 and box.mails, "three attempts, and a mail at the second", 40)
            push(pusher, full("web", seq=2, percent=10))
            until(
                lambda: told(http, "ended web") and told(chat, "ended web") and len(told(chat, "CRITICAL web")) >= 3,
                "the end is told",
                40,
            )
            yield Told(hub, http, chat, beats, box)


def test_a_message_is_sent_until_it_is_taken_with_the_same_id(told_of_web: Told) -> None:
    attempts = told(told_of_web.hook, "CRITICAL web")
    assert len(attempts) == 3 and len({each["id"] for each in attempts}) == 1
    assert attempts[0]["title"] == "CRITICAL web: file system /srv 99%"
    assert f"nodetop --cluster {told_of_web.hub.url} --node web --at " in attempts[0]["text"]
    with told_of_web.hub.client() as reader:
        assert reader.get("/api/v2/status").json()["problem"] is None


def test_a_message_that_is_refused_is_sent_again_in_a_few_lines(told_of_web: Told) -> None:
    first, second, *later = told(told_of_web.chat)
    assert first["id"] == second["id"] and first["news"] and not second["news"]
    assert second["title"] == first["title"]
    assert [each["id"] for each in later].count(first["id"]) == 1, "it was taken at last"


def test_it_is_mailed_as_a_mailbox_shows_it(told_of_web: Told) -> None:
    (mail,) = [each for each in told_of_web.box.mails if "CRITICAL web" in each["Subject"]]
    assert mail["Subject"] == "CRITICAL web: file system /srv 99%"
    lines = mail.get_content().splitlines()
    assert lines[0].startswith("since ") and lines[0].endswith("worst 99% (limit at or above 98%)")
    assert "on top: dd (7)" in lines


def test_the_heartbeat_is_asked(told_of_web: Told) -> None:
    assert [(asked.method, asked.path) for asked in told_of_web.beats.asked[:1]] == [("GET", "/alive")]


def test_the_command_of_a_message_opens_the_monitor_at_that_time(tmp_path: Path) -> None:
    with (
        http_receiver() as http,
        server(tmp_path, *settings(tmp_path, hook(http.url))) as hub,
        hub.client("push") as pusher,
    ):
        push(pusher, full("web", cpu={"busy_percent": 97.0}))
        until(lambda: told(http, "CRITICAL web"), "it is told")
        later = time.time() + 20  # than the second to which the command's time is rounded
        push(pusher, full("web", seq=2, percent=10, taken_at=later, cpu={"busy_percent": 3.0}))
        _, *arguments = shlex.split(told(http, "CRITICAL web")[0]["text"].splitlines()[-1])
        with Terminal(*arguments, env={"NODETOP_DATA_DIR": str(hub.folder / "data")}) as terminal:
            terminal.wait_for(lambda text: "p back to now" in text and "97%" in text)
            terminal.press("p")
            terminal.wait_for(lambda text: "live" in text and "97%" not in text)
            terminal.press("q")
            assert terminal.wait_end() == 0


def test_an_outage_of_the_receiver_longer_than_the_hubs_life(tmp_path: Path) -> None:
    port = free_port()
    arguments = settings(tmp_path, hook(f"http://127.0.0.1:{port}"))
    with server(tmp_path, *arguments) as hub, hub.client("push") as pusher:
        push(pusher, full("web"))
        until(lambda: "event=not_notified receiver=hook" in hub.log, "an attempt fails")
        hub.end(signal.SIGKILL)
    with http_receiver(port=port) as http, server(tmp_path, *arguments):
        until(lambda: told(http, "CRITICAL web"), "it is told after the restart")


def test_an_outage_of_300_nodes_is_a_handful_of_messages(tmp_path: Path) -> None:
    with http_receiver() as http:
        table = f'[notify.hook]\ntype = "webhook"\nurl = "{http.url}"\ngroup = "3s"\n'
        arguments = (*settings(tmp_path, table), "--max-nodes", 10_000)
        with server(tmp_path, *arguments) as hub, hub.client("push") as pusher:
            for number in range(300):
                _push(pusher, f"web-{number:03d}")
            until(lambda: sum(len(each["news"]) for each in told(http)) >= 300, "all are told", 30)
    assert len(told(http)) <= 8
    assert len({news["alert"]["node"] for each in told(http) for news in each["news"]}) >= 300
    assert max(len(each["text"]) for each in told(http)) < 4000


def _push(pusher: httpx.Client, node: str) -> None:
    until(lambda: push(pusher, full(node)).status_code == 200, node)


def test_sighup_reads_rules_and_receivers_again(tmp_path: Path) -> None:
    with http_receiver() as http, server(tmp_path, *settings(tmp_path)) as hub, hub.client("push") as pusher:
        push(pusher, full("web", percent=98))
        arguments = settings(tmp_path, hook(http.url), "[alerts.wrong]\n")
        hub.process.send_signal(signal.SIGHUP)
        until(lambda: "event=not_reloaded" in hub.log, "a wrong file is refused")
        assert "nodetop.toml" in hub.log
        settings(tmp_path, hook(http.url))
        hub.process.send_signal(signal.SIGHUP)
        until(lambda: "event=reloaded" in hub.log, "it is read again")
        push(pusher, full("db"))
        until(lambda: "opened" in kinds(http, "db"), "the new receiver is told")
        (tmp_path / "nodetop.toml").write_text("[alerts]\nfilesystem = false\n\n" + hook(http.url))
        hub.process.send_signal(signal.SIGHUP)
        until(lambda: "ended" in kinds(http, "db"), "alerts of a rule that is gone end")
        assert arguments


def test_notify_test_says_whether_it_was_delivered(tmp_path: Path) -> None:
    with http_receiver(200, 500) as http:
        arguments = settings(tmp_path, hook(http.url))
        command = [*COMMAND, "--config", str(arguments[-1]), "notify", "test"]
        unknown = subprocess.Popen([*command, "phone"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        done = [
            subprocess.run([*command, "hook"], capture_output=True, text=True, timeout=50, check=False)
            for _ in range(2)
        ]
        out, error = unknown.communicate(timeout=50)
    said = [(each.returncode, each.stdout or each.stderr) for each in done]
    assert [*said, (unknown.returncode, out or error)] == [
        (0, "notify hook: delivered\n"),
        (1, "nodetop-server: notify hook: not delivered: it answers 500: ok\n"),
        (2, "nodetop-server: there is no receiver 'phone' in the settings file; known: hook\n"),
    ]
    assert http.asked[0].json["is_test"]


def test_a_receiver_whose_secret_others_can_read_stops_the_start(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret")
    token.chmod(0o644)
    table = f'[notify.p]\ntype = "ntfy"\nurl = "https://ntfy.example.org/t"\ntoken_file = "{token}"\n'
    refused = Server(tmp_path, *settings(tmp_path, table))
    assert refused.wait() == 2
    assert refused.log.splitlines() == [
        f"nodetop-server: The file with a secret {token} can be read by others; run: chmod 600 {token}"
    ]
