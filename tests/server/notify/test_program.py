"""Messages to a program on the hub: what it gets, and what is done if it fails, hangs or leaves processes behind."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from nodetop.server.notify.delivery import deliver
from tests.server.notify.test_delivery import EVIL, message, receiver, refusal

pytestmark = pytest.mark.may_block  # it looks at files


def script(path: Path, *lines: str, interpreter: str = "/bin/sh") -> str:
    path.write_text("\n".join([f"#!{interpreter}", *lines, ""]))
    path.chmod(0o755)
    return str(path)


async def test_a_program_gets_json_and_no_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODETOP_SECRET", "s3cret")
    siren = script(
        tmp_path / "siren",
        "import os, sys",
        f"open({str(tmp_path / 'said')!r}, 'w').write(repr((sys.argv[1:], sys.stdin.read(), dict(os.environ))))",
        interpreter=sys.executable,
    )
    await deliver(receiver(type="program", command=[siren, "$(reboot)", "; id"]), message(title=EVIL))
    arguments, said, environment = eval((tmp_path / "said").read_text())  # noqa: S307  # written just above
    assert arguments == ["$(reboot)", "; id"]
    assert json.loads(said)["title"] == EVIL
    assert "NODETOP_SECRET" not in environment


async def test_a_program_that_fails_or_hangs(tmp_path: Path) -> None:
    fails = script(tmp_path / "fails", "seq 9999 >&2", "echo 'no siren here' >&2", "exit 3")
    hangs = script(tmp_path / "hangs", "sleep 60 &", f"echo $! > {tmp_path / 'child'}", "wait")
    assert await refusal(receiver(type="program", command=[fails])) == f"{fails} exits with 3: no siren here"
    assert await refusal(receiver(type="program", command=[hangs], timeout="1s")) == "no answer within 1 s"
    await _has_ended(tmp_path / "child")


async def test_what_a_program_leaves_behind_does_not_delay_it(tmp_path: Path) -> None:
    """It ended with 0: the message must not be sent again, though a child has its standard error open."""
    child = tmp_path / "child"
    leaves = script(tmp_path / "leaves", "sleep 60 &", f"echo $! > {child}", "exit 0")
    await deliver(receiver(type="program", command=[leaves], timeout="20s"), message())
    await _has_ended(child)


async def test_a_program_may_say_any_amount(tmp_path: Path) -> None:
    talks = script(tmp_path / "talks", "exec yes >&2")
    assert await refusal(receiver(type="program", command=[talks], timeout="1s")) == "no answer within 1 s"


async def _has_ended(file: Path) -> None:
    """Waits until the process whose id is in the file was killed."""
    async with asyncio.timeout(20):
        while _is_running(int(file.read_text())):
            await asyncio.sleep(0.01)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
