"""Joining in one line, with real hubs and nodes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from nodetop.base.join_code import JoinCode, parse_code
from tests.server.servers import COMMAND, Server, code, push, refused, rows, sample, server, until

HUB = ("--listen", "0.0.0.0:0", "--node-name", "hub", "--interval", 1)
ID = "a" * 32


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(tmp_path_factory.mktemp("hub") / "hub", *HUB) as running:
        yield running


@pytest.fixture
def new_hub(tmp_path: Path, stack: ExitStack) -> Server:
    return stack.enter_context(server(tmp_path / "hub", *HUB))


def local(hub: Server) -> str:
    """The hub's URL by a name that resolves everywhere."""
    return f"https://127.0.0.1:{urlsplit(hub.url).port}"


def run(hub: Server, *arguments: str) -> str:
    """A command for the hub on its machine."""
    ran = command_line(hub, *arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def command_line(hub: Server, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [*COMMAND, "--data-dir", str(hub.folder / "data"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def invited(hub: Server, *arguments: str) -> str:
    """A new code."""
    return run(hub, "invite", *arguments).rpartition(" ")[2]


def reader(hub: Server) -> httpx.Client:
    headers = {"Authorization": f"Bearer {hub.token('read')}"}
    return httpx.Client(base_url=local(hub), headers=headers, trust_env=False, timeout=10, verify=False)


def trade(hub: Server, text: str, name: str = "web-1", instance: str = ID, **more: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {parse_code(text).bearer}"}
    with httpx.Client(base_url=local(hub), headers=headers, trust_env=False, verify=False) as client:
        return client.post("/api/v2/join", json={"name": name, "instance": instance} | more)


def token(hub: Server, text: str, name: str = "web-1", **more: str) -> httpx.Client:
    """A client with the token that a code is traded for."""
    reply = trade(hub, text, name, **more)
    assert reply.status_code == 200, reply.text
    headers = {"Authorization": f"Bearer {reply.json()['token']}"}
    return httpx.Client(base_url=local(hub), headers=headers, trust_env=False, verify=False)


def test_a_node_joins_with_the_line_that_a_new_hub_prints(tmp_path: Path, new_hub: Server, stack: ExitStack) -> None:
    line = re.search(r"nodetop-server (--join \S+ --code \S+)", new_hub.said)
    assert line is not None, new_hub.said
    words = line[1].replace(new_hub.url, local(new_hub)).split()
    node = stack.enter_context(server(tmp_path / "node", *words, "--node-name", "web-1", "--interval", 1))
    client = stack.enter_context(reader(new_hub))
    until(lambda: "default/web-1" in rows(client), lambda: node.log + new_hub.log)
    assert re.search(r"^web-1 +push ", run(new_hub, "nodes"), re.M)
    secret = parse_code(words[-1]).bearer
    assert secret not in new_hub.log + node.log and not [
        path for path in new_hub.hub.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()
    ]

    node.end()  # what it has is enough from now on, without the code and with it
    for again in (words[:2], words):
        stack.enter_context(server(tmp_path / "node", *again, "--node-name", "web-1", "--interval", 1)).end()
    run(new_hub, "revoke", "web-1")
    node = stack.enter_context(server(tmp_path / "node", *words[:2], "--node-name", "web-1", "--interval", 1))
    until(lambda: "does not accept the push token" in node.log, lambda: node.log)
    assert "web-1" not in run(new_hub, "nodes")


def test_a_token_is_for_its_node_alone(hub: Server, stack: ExitStack) -> None:
    client = stack.enter_context(token(hub, invited(hub)))
    assert push(client, sample("web-1")).status_code == 200
    assert code(push(client, sample("web-2"))) == "not_your_node"
    assert code(push(client, sample("web-1", 2), cluster_id="other")) == "not_your_node"
    assert code(client.get("/api/v2/clusters")) == "wrong_role"


def test_a_relaying_hub_gets_a_token_for_its_cluster(hub: Server, stack: ExitStack) -> None:
    client = stack.enter_context(token(hub, invited(hub), "lower-hub", cluster_id="lower"))
    assert push(client, sample("any"), cluster_id="lower").status_code == 200
    assert code(push(client, sample("any"))) == "not_your_node"
    assert re.search(r"^lower/\* +push ", run(hub, "nodes"), re.M)
    run(hub, "revoke", "lower/*")
    assert code(push(client, sample("any", 2), cluster_id="lower")) == "not_authenticated"
    assert code(trade(hub, invited(hub), cluster_id="default")) == "cluster_conflict"


def test_a_code_works_as_often_as_it_says(hub: Server) -> None:
    text = invited(hub, "--uses", "2")
    assert trade(hub, text, "a").status_code == trade(hub, text, "b").status_code == 200
    assert code(trade(hub, text, "c")) == "code_used_up"
    assert trade(hub, text, "a").status_code == 200, "who lost the reply may ask again"
    assert code(trade(hub, invited(hub), "a", "b" * 32)) == "node_conflict"


def test_commands_about_a_name_that_nobody_has_say_so(hub: Server, stack: ExitStack) -> None:
    client = stack.enter_context(token(hub, invited(hub, "--uses", "2"), "here"))
    assert push(client, sample("here")).status_code == 200
    for command in (["forget", "nobody"], ["revoke", "nobody"], ["invite", "--cancel", "ABCD"], ["forget", "x/here"]):
        line = command_line(hub, *command)
        assert line.returncode == 2 and len(line.stderr.splitlines()) == 1, line
        assert line.stdout == "" and command[-1].rpartition("/")[2] in line.stderr
    assert run(hub, "forget", "here") == "Forgot here"
    assert command_line(hub, "forget", "here").returncode == 2, "it was forgotten already"
    said = run(hub, "revoke", "here")
    assert said.startswith("Revoked the token of here\nIt can join again with the code it had")
    assert code(push(client, sample("here", 2))) == "not_authenticated"
    assert run(hub, *said.rpartition("nodetop-server ")[2].split()) == "Cancelled 1 code"


def test_a_code_can_be_cancelled_by_the_whole_of_it(hub: Server) -> None:
    text = invited(hub)
    assert run(hub, "invite", "--cancel", text) == "Cancelled 1 code"


def test_a_code_that_was_cancelled_or_has_expired_or_never_was(hub: Server) -> None:
    text = invited(hub)
    assert f"{text[:4]}-…" in run(hub, "nodes")
    assert run(hub, "invite", "--cancel", text[:4]) == "Cancelled 1 code"
    assert code(trade(hub, text)) == "not_authenticated"
    expired = invited(hub, "--valid", "0.01s")
    until(lambda: f"{expired[:4]}-…" not in run(hub, "nodes"))
    assert code(trade(hub, expired)) == "not_authenticated"
    assert code(trade(hub, JoinCode.new(b"").text)) == "not_authenticated"
    assert run(hub, "invite", "--cancel", "all").startswith("Cancelled ")


@pytest.mark.parametrize(
    "wrong", [{"name": "../x"}, {"instance": "x"}, {"name": ""}, {"cluster_id": "a/b"}, {"name": "x" * 300}]
)
def test_what_cannot_join(hub: Server, wrong: dict[str, str]) -> None:
    reply = trade(hub, invited(hub), **({"name": "web-1"} | wrong))
    assert (reply.status_code, code(reply)) in ((422, "invalid_name"), (422, "invalid_request"))


def test_a_code_for_the_other_purpose_is_not_used_up(hub: Server) -> None:
    for flag, wrong, right in (([], "read", "push"), (["--read"], "push", "read")):
        text = invited(hub, *flag)
        reply = trade(hub, text, role=wrong)
        assert (reply.status_code, code(reply)) == (403, "wrong_role")
        assert trade(hub, text, role=right).status_code == 200
    conflict = trade(hub, invited(hub), instance="1" * 32)
    assert conflict.status_code == 409 and "nodetop-server revoke web-1" in conflict.text


def test_tokens_survive_a_restart_of_the_hub_and_it_prints_no_code_then(
    tmp_path: Path, new_hub: Server, stack: ExitStack
) -> None:
    reply = trade(new_hub, invited(new_hub))
    pin = (new_hub.hub / "hub.pin").read_text()
    assert new_hub.end() == 0
    again = stack.enter_context(server(tmp_path / "hub", *HUB))
    assert "--code" not in again.said and (again.hub / "hub.pin").read_text() == pin
    headers = {"Authorization": f"Bearer {reply.json()['token']}"}
    with httpx.Client(base_url=local(again), headers=headers, trust_env=False, verify=False) as client:
        until(lambda: push(client, sample("web-1")).status_code == 200)


def test_a_secret_goes_to_the_holder_of_the_key_alone(tmp_path: Path, hub: Server, stack: ExitStack) -> None:
    other = stack.enter_context(server(tmp_path / "other", *HUB))
    code, line = refused(tmp_path / "node", "--join", local(other), "--code", invited(hub))
    assert code == 2 and "is not that of the code" in line
    assert "not_authenticated" not in other.log
    code, line = refused(tmp_path / "node", "--join", local(hub), "--code", invited(hub, "--read"))
    assert code == 2 and "This code is for people" in line
    code, line = refused(tmp_path / "node", "--join", "https://127.0.0.1:9", "--code", invited(hub))
    assert code == 1 and "connection refused" in line, "a service manager should try again"


def test_a_reader_joins_and_the_monitor_remembers_the_cluster(tmp_path: Path, new_hub: Server) -> None:
    def monitor(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nodetop", "--data-dir", str(tmp_path / "none"), *arguments]
        environment = os.environ | {"XDG_CONFIG_HOME": str(tmp_path)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=30)

    text = invited(new_hub, "--read", "--uses", "2")
    first = monitor("--cluster", local(new_hub), "--code", text, "--remember", "prod", "--once")
    assert first.returncode == 0 and "nodetop --cluster prod" in first.stderr, first.stderr
    token_file = tmp_path / "nodetop" / "clusters" / "prod.token"
    assert token_file.stat().st_mode & 0o777 == 0o600
    later = monitor("--cluster", "prod", "--once")
    assert later.returncode == 0 and "1 node" in later.stdout, later.stderr
    assert monitor("--cluster", "prod", "--code", text, "--remember", "prod").returncode == 2
    moved = local(new_hub).replace("127.0.0.1", "127.0.0.2")
    again = monitor("--cluster", moved, "--code", invited(new_hub, "--read"), "--once")
    assert "remembered as prod" in again.stderr, "its key is the same"
    assert moved in (tmp_path / "nodetop" / "nodetop.toml").read_text()
    name, older = sorted(re.findall(r"^(\S+) +read +\d+-", run(new_hub, "nodes"), re.M), reverse=True)
    run(new_hub, "revoke", older)
    run(new_hub, "revoke", name)
    assert "rejects the token" in monitor("--cluster", "prod", "--once").stderr


def test_the_user_of_a_hub_needs_no_flags_on_its_machine(new_hub: Server, tmp_path: Path) -> None:
    def monitor(data: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nodetop", "--data-dir", str(data), "--cluster", local(new_hub), "--once"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    done = monitor(new_hub.hub.parent)
    assert done.returncode == 0, done.stderr
    done = monitor(tmp_path / "another")
    assert done.returncode == 1 and "a code: run nodetop-server invite" in done.stderr


def test_commands_without_a_hub_say_so(tmp_path: Path) -> None:
    for command in (["invite"], ["nodes"], ["revoke", "x"]):
        arguments = [*COMMAND, "--data-dir", str(tmp_path), *command]
        ran = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=30)
        assert ran.returncode == 2 and "There is no hub in" in ran.stderr


def test_a_code_is_not_used_up_where_its_host_is_told_a_wrong_pin_or_path(tmp_path: Path, hub: Server) -> None:
    text, wrong = invited(hub), f"sha256:{'0' * 64}"
    for url, more, said in (
        (local(hub), ("--pin", "nonsense"), "A pin must be sha256:"),
        (local(hub), ("--pin", wrong), "does not match --pin"),
        (local(hub), ("--ca-file", str(tmp_path)), "is a directory"),
        (f"{local(hub)}/foo", (), "or the path /foo in its URL is wrong"),
        ("http://127.0.0.1:9", ("--pin", wrong), "--pin needs https://"),
    ):
        code, line = refused(tmp_path / "node", "--join", url, "--code", text, *more)
        assert code == 2 and said in line, line
    assert trade(hub, text).status_code == 200


def test_a_hub_for_this_machine_alone_says_that_others_cannot_join(tmp_path: Path) -> None:
    with server(tmp_path, "--listen", "127.0.0.1:0", "--node-name", "self") as hub:
        assert "others cannot reach this address" in hub.said and "--code" not in hub.said
        ran = command_line(hub, "invite")
        assert ran.returncode == 0 and "others cannot reach the hub" in ran.stderr, ran
        assert not command_line(hub, "invite", "--url", "https://hub.example").stderr
        before = run(hub, "nodes")
        assert "with --url" in command_line(hub, "invite", "--url", "ftp://x").stderr
        assert run(hub, "nodes").count("push") == before.count("push"), "no code is left that nobody knows"


def test_a_hub_that_is_killed_while_it_counts_a_code_costs_nobody_the_code(tmp_path: Path, stack: ExitStack) -> None:
    killed = "import os; from nodetop.server.joining.members import Members; Members.put = lambda *_: os.kill(0, 9)"
    dying = [*COMMAND[:-1], f"import os; os.setsid()\n{killed}\n{COMMAND[-1]}"]
    hub = stack.enter_context(server(tmp_path / "hub", *HUB, command=dying))
    text = invited(hub)
    with pytest.raises(httpx.TransportError):
        trade(hub, text)
    assert hub.wait() == -9
    hub = stack.enter_context(server(tmp_path / "hub", *HUB))
    assert code(trade(hub, text, "web-2", "b" * 32)) == "code_used_up"
    assert trade(hub, text).status_code == trade(hub, text).status_code == 200
    run(hub, "revoke", "web-1")
    assert code(trade(hub, text)) == "code_used_up"


def test_who_is_revoked_before_its_code_was_settled_cannot_join_again(tmp_path: Path, stack: ExitStack) -> None:
    hub = stack.enter_context(server(tmp_path / "hub", *HUB))
    text = invited(hub)
    assert trade(hub, text).status_code == 200
    (path,) = (each for each in (hub.hub / "invites").iterdir() if text[:4] in each.read_text())
    path.write_text(path.read_text().replace('"pending":""', f'"pending":"{ID} web-1"'))
    run(hub, "revoke", "web-1")
    assert code(trade(hub, text)) == "code_used_up"
