"""Messages through the library apprise, an optional package: it knows many chat and push services by their URLs."""

from functools import partial

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.server.base.startup import MissingPackages
from nodetop.server.notify.config import Receiver
from nodetop.server.notify.errors import DeliveryError
from nodetop.server.notify.message import Message
from nodetop.server.notify.secrets import text_of


def check_apprise() -> None:
    """Raises StartError if the package is not installed."""
    try:
        import apprise  # noqa: F401  # an optional package
    except ImportError:
        raise MissingPackages("[notify]: type apprise", "apprise") from None


async def send_apprise(receiver: Receiver, message: Message) -> None:
    """Sends to all URLs of the receiver's file. Raises DeliveryError if any of them fails."""
    assert receiver.url_file is not None
    urls = [line.strip() for line in (await text_of(receiver.url_file)).splitlines()]
    await in_daemon_thread(partial(_send, [url for url in urls if url and not url.startswith("#")], message))


def _send(urls: list[str], message: Message) -> None:
    import apprise  # an optional package

    # Some services send their secrets along a redirect, and take its answer for a delivery.
    services = apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))
    if not all(services.add(url) for url in urls):
        raise DeliveryError("apprise does not know one of the URLs in the file")
    kind = (apprise.NotifyType.SUCCESS, apprise.NotifyType.WARNING, apprise.NotifyType.FAILURE)[message.severity]
    text = apprise.NotifyFormat.TEXT
    if not services.notify(title=message.title, body=message.text, notify_type=kind, body_format=text):
        raise DeliveryError("apprise could not deliver it to all of the URLs in the file")
