"""Messages to a local program: an argument list without a shell; the message is JSON on its standard input."""

import asyncio
import os
import signal
from contextlib import suppress

from nodetop.base.text import clean
from nodetop.model import wire
from nodetop.server.notify.config import Receiver
from nodetop.server.notify.errors import DeliveryError
from nodetop.server.notify.message import Message
from nodetop.server.notify.web import payload

_MOST_ERROR_BYTES = 4096
_LONGEST_REASON = 120
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
"""All that the program gets of the hub's environment."""


async def run_program(receiver: Receiver, message: Message) -> None:
    """Returns when the program has ended with 0. It is killed, with all that it started, if it takes too long. Raises
    DeliveryError."""
    try:
        process = await asyncio.create_subprocess_exec(
            *receiver.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise DeliveryError(f"cannot run {clean(receiver.command[0])}: {error.strerror}") from None
    try:
        said = await _talk(process, wire.encode(payload(message)) + b"\n")
        code = await process.wait()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    if code:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        reason = f": {clean(lines[-1])[:_LONGEST_REASON]}" if lines else ""
        raise DeliveryError(f"{clean(receiver.command[0])} exits with {code}{reason}")


async def _talk(process: asyncio.subprocess.Process, data: bytes) -> bytes:
    """Writes to its input, and returns the beginning of what it says on standard error."""
    assert process.stdin is not None and process.stderr is not None
    with suppress(BrokenPipeError, ConnectionResetError):  # it need not read
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()
    said = bytearray()
    while chunk := await process.stderr.read(_MOST_ERROR_BYTES):
        said += chunk[: _MOST_ERROR_BYTES - len(said)]
    return bytes(said)
