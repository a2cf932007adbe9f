"""Messages over HTTP: to a webhook as JSON, to an ntfy server, and the heartbeat. Redirects are not followed, and the
environment's proxies not used."""

import json
from collections.abc import Mapping
from functools import partial
from string import Template
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from nodetop.alerts.alert import SEVERITIES
from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.base.text import clean
from nodetop.base.trust.ca_file import ca_context
from nodetop.model import wire
from nodetop.server.notify.config import Receiver
from nodetop.server.notify.errors import DeliveryError, RefusedError
from nodetop.server.notify.message import Message
from nodetop.server.notify.secrets import secret_of, url_of

ID_HEADER = "X-Nodetop-Message"
"""The id of the message: the same each time it is sent."""
_LARGEST_REPLY = 64 * 1024
_LONGEST_REASON = 80
_LONGEST_NTFY = 4000
"""Bytes: an ntfy server makes a file of a longer message, or refuses it."""
_REFUSED = frozenset({400, 413, 422})
"""Answers that are about this message, and not about the receiver."""
_PRIORITIES = (2, 4, 5)
_TAGS = ("white_check_mark", "warning", "rotating_light")


async def send_webhook(receiver: Receiver, message: Message) -> None:
    """POST of JSON: that of the template, or all that is known. Raises DeliveryError."""
    headers = dict(receiver.headers)
    for name, path in receiver.header_files.items():
        headers[name] = await secret_of(path)
    body = payload(message) if receiver.template is None else filled(receiver.template, message)
    await _ask("POST", receiver, await url_of(receiver), {**headers, ID_HEADER: message.id}, body)


async def send_ntfy(receiver: Receiver, message: Message) -> None:
    """Publishes to the topic at the end of the URL. Raises DeliveryError."""
    url, slash, topic = (await url_of(receiver)).rstrip("/").rpartition("/")
    parts = urlsplit(url + slash)
    if not topic or not parts.netloc or "?" in topic or "#" in topic:
        raise DeliveryError("the URL must end in the topic: https://ntfy.example.org/TOPIC")
    text = message.text.encode()[:_LONGEST_NTFY].decode(errors="ignore")
    body = {
        "topic": topic, "title": message.title, "message": text,
        "priority": _PRIORITIES[message.severity], "tags": [_TAGS[message.severity]],
    }  # fmt: skip
    await _ask("POST", receiver, urlunsplit((*parts[:3], "", "")), {ID_HEADER: message.id}, body)


async def beat(receiver: Receiver) -> None:
    """GET of the heartbeat URL. Raises DeliveryError."""
    await _ask("GET", receiver, await url_of(receiver), {}, None)


def payload(message: Message) -> Any:
    """The whole message as JSON."""
    return json.loads(wire.encode(message)) | {"severity": SEVERITIES[message.severity]}


def filled(template: Any, message: Message) -> Any:
    """The template with $title, $text, $id, $severity, $node and $time replaced in its texts. Whatever a name contains
    stays inside its text."""
    nodes = sorted({each.alert.node for each in message.news})
    words = {
        "title": message.title, "text": message.text, "id": message.id, "severity": SEVERITIES[message.severity],
        "node": ", ".join(nodes), "time": f"{message.created_at:.0f}",
    }  # fmt: skip
    return _filled(template, words)


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).safe_substitute(words)
    if isinstance(value, list):
        return [_filled(each, words) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, words) for key, each in value.items()}
    return value


async def _ask(method: str, receiver: Receiver, url: str, headers: Mapping[str, str], body: Any) -> None:
    sent = {"User-Agent": "nodetop", **headers}
    if receiver.token_file is not None:
        sent["Authorization"] = f"Bearer {await secret_of(receiver.token_file)}"
    content = None
    if body is not None:
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        sent["Content-Type"] = "application/json"
    try:
        is_secure = url.startswith("https:")
        verify = await in_daemon_thread(partial(ca_context, receiver.ca_file)) if is_secure else False
        async with (
            httpx.AsyncClient(verify=verify, timeout=receiver.timeout, trust_env=False) as client,
            client.stream(method, url, headers=sent, content=content) as reply,
        ):
            await _check(reply)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise DeliveryError(_plain(error)) from None


async def _check(reply: httpx.Response) -> None:
    """Reads the reply to its end. Raises DeliveryError if it does not confirm the message."""
    if 300 <= reply.status_code < 400:
        raise DeliveryError(f"it redirects ({reply.status_code}); give the final URL. Nothing was sent there")
    received = bytearray()
    async for chunk in reply.aiter_raw():
        received += chunk
        if len(received) > _LARGEST_REPLY:
            break
    if not reply.is_success:
        reason = clean(received[:_LONGEST_REASON].decode("utf-8", "replace")).strip()
        kind = RefusedError if reply.status_code in _REFUSED else DeliveryError
        raise kind(f"it answers {reply.status_code}{': ' + reason if reason else ''}")


def _plain(error: Exception) -> str:
    """The error without the URL, which may be a secret."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    cause = error.__cause__ or error.__context__
    text = str(error) or (str(cause) if cause else "")
    return clean(text)[:_LONGEST_REASON] or type(error).__name__
