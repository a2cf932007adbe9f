"""Sends one message to one receiver, once, over any of the ways there are."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from nodetop.server.notify.config import Receiver
from nodetop.server.notify.errors import DeliveryError
from nodetop.server.notify.mail import send_email
from nodetop.server.notify.message import Message
from nodetop.server.notify.program import run_program
from nodetop.server.notify.web import send_ntfy, send_webhook

Send = Callable[[Receiver, Message], Awaitable[None]]


async def _send_apprise(receiver: Receiver, message: Message) -> None:
    from nodetop.server.notify.apprise_services import send_apprise  # an optional package

    await send_apprise(receiver, message)


SENDERS: Mapping[str, Send] = {
    "webhook": send_webhook,
    "ntfy": send_ntfy,
    "email": send_email,
    "program": run_program,
    "apprise": _send_apprise,
}


async def deliver(receiver: Receiver, message: Message) -> None:
    """Returns when the receiver has confirmed the message. Raises DeliveryError with one plain line."""
    try:
        async with asyncio.timeout(receiver.timeout):
            await SENDERS[receiver.kind](receiver, message)
    except TimeoutError:
        raise DeliveryError(f"no answer within {receiver.timeout:g} s") from None
