"""`nodetop-server notify test NAME`: sends a message to one receiver at once, outside of the queue."""

import asyncio
import secrets as random_secrets
import time

from nodetop.alerts.alert import Alert
from nodetop.server.base.startup import StartError
from nodetop.server.notify.checking import checked
from nodetop.server.notify.config import NotifyConfig
from nodetop.server.notify.delivery import deliver
from nodetop.server.notify.errors import DeliveryError
from nodetop.server.notify.message import Message, News

FAILED = 1


def send_test(config: NotifyConfig, name: str) -> str:
    """Returns a line that says that it was delivered. Raises StartError, with exit code 1 if it was not delivered."""
    receiver = next((each for each in config.receivers if each.name == name), None)
    if receiver is None:
        known = ", ".join(each.name for each in config.receivers) or "none"
        raise StartError(f"there is no receiver {name!r} in the settings file; known: {known}")
    checked(NotifyConfig((receiver,)))
    try:
        asyncio.run(deliver(receiver, _message(name)))
    except DeliveryError as error:
        failed = StartError(f"notify {name}: not delivered: {error}")
        failed.exit_code = FAILED
        raise failed from None
    return f"notify {name}: delivered"


def _message(name: str) -> Message:
    now = time.time()
    alert = Alert(node="example", rule="test", what="test of nodetop", severity=1, started_at=now)
    return Message(
        id=random_secrets.token_hex(12),
        receiver=name,
        created_at=now,
        title="nodetop: this is a test",
        text=f"This is a test message for the receiver {name}. If you can read it, alerts will reach you here.\n",
        severity=1,
        news=(News(kind="opened", alert=alert),),
        is_test=True,
    )
