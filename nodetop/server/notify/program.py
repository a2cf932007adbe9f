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
_AT_ONCE = 65_536
_LONGEST_REASON = 120
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")
"""All that the program gets of the hub's environment."""


async def run_program(receiver: Receiver, message: Message) -> None:
    """Returns when the program has ended with 0. It is killed, with all that it started, if it takes too long. Raises
    DeliveryError."""
    with _Said() as said:
        try:
            process = await asyncio.create_subprocess_exec(
                *receiver.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=said.writer,
                env={name: os.environ[name] for name in _KEPT if name in os.environ},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            raise DeliveryError(f"cannot run {clean(receiver.command[0])}: {error.strerror}") from None
        try:
            _give(process, wire.encode(payload(message)) + b"\n")
            code = await process.wait()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            assert process.stdin is not None
            if process.stdin.transport.get_write_buffer_size():
                process.stdin.transport.abort()  # nobody reads the rest
            await process.wait()
    if code:
        reason = f": {said.last_line}" if said.last_line else ""
        raise DeliveryError(f"{clean(receiver.command[0])} exits with {code}{reason}")


def _give(process: asyncio.subprocess.Process, data: bytes) -> None:
    """Writes to its input. It need not read."""
    assert process.stdin is not None
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(data)
        process.stdin.close()


class _Said:
    """The end of what a program says on standard error. A pipe of our own: asyncio's would have to be read to its end,
    which does not come while a process that the program left behind has it open."""

    def __init__(self) -> None:
        self._reader, self.writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._end = b""

    def __enter__(self) -> "_Said":
        asyncio.get_running_loop().add_reader(self._reader, self._read)
        return self

    def __exit__(self, *_: object) -> None:
        self._read()
        asyncio.get_running_loop().remove_reader(self._reader)
        os.close(self._reader)
        os.close(self.writer)

    def _read(self) -> None:
        with suppress(BlockingIOError):
            self._end = (self._end + os.read(self._reader, _AT_ONCE))[-_MOST_ERROR_BYTES:]

    @property
    def last_line(self) -> str:
        lines = self._end.decode("utf-8", "replace").strip().splitlines()
        return clean(lines[-1])[:_LONGEST_REASON] if lines else ""
