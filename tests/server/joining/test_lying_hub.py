"""Programs that are no hub, or one that lies, where a join code is sent to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.base.hub_address import parse_hub_url
from nodetop.base.join_code import JoinCode
from nodetop.model.hub_api import JoinRequest
from nodetop.sources.hub.join import trade
from nodetop.sources.source import SourceError
from tests.scripted_http import Reply, scripted_server

GOOD = {"token": "t" * 43, "role": "read", "name": "me", "cluster": "prod", "pin": None}


def answered(**more: object) -> Reply:
    return Reply(200, json.dumps(GOOD | more).encode(), (("Content-Type", "application/json"),))


@pytest.mark.parametrize(
    "reply",
    [
        *(answered(cluster=name) for name in ("../../x", "https://other", "", "a b", "x" * 300, "a\x1b[31m", "a/../b")),
        *(answered(token=token) for token in ("", "a\nb", "a b", "ü" * 30, "t" * 600, "\x1b]0;x")),
        *(answered(**wrong) for wrong in ({"role": "act"}, {"pin": "sha256:00"}, {"pin": "x\ny"}, {"token": None})),
        *(Reply(200, body) for body in (b"", b"<html>login</html>", b"[" * 5000, b"x" * 100_000)),
        *(Reply(status, b"<html>proxy</html>") for status in (401, 403, 404, 500)),
        Reply(302, b"", (("Location", "http://127.0.0.1:9/"),)),
    ],
    ids=str,
)
async def test_what_is_no_reply_of_a_hub_is_one_line_and_nothing_is_kept(reply: Reply) -> None:
    with scripted_server() as hub:
        hub.reply = lambda path: reply
        with pytest.raises(SourceError) as error:
            await trade(parse_hub_url(hub.url), JoinCode.new(b""), JoinRequest(name="me", instance="a" * 32))
    assert str(error.value).isprintable() and "does not know this code" not in str(error.value)


def joined(folder: Path, url: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "nodetop", "--cluster", url, "--code", JoinCode.new(b"").text, "--once"]
    environment = os.environ | {"XDG_CONFIG_HOME": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=50)


def test_a_hub_cannot_choose_where_files_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "config"
    with scripted_server() as hub:
        hub.reply = lambda path: answered(cluster="../../../stolen")
        ran = joined(folder, hub.url)
    assert ran.returncode == 1 and len(ran.stderr.splitlines()) == 1, ran.stderr
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
