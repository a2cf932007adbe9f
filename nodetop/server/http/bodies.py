"""Receives the body of a push, within its limits."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from nodetop.model.hub_api import BODY_LIMIT
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.http.body_budget import Body, BodyBudget, busy


def length_of(request: Request) -> int:
    """The Content-Length of a push. Raises Refusal if it is missing or too large, and for other content types."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "compressed", "The body must not be compressed.", close=True)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "not_json", "The body must be application/json.", close=True)
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise Refusal(411, "length_required", "A push needs a Content-Length.", close=True)
    if len(length) > 12 or int(length) > BODY_LIMIT:
        raise Refusal(413, "body_too_large", f"A push may have at most {BODY_LIMIT} bytes.", close=True)
    return int(length)


async def read_body(request: Request, length: int, body: Body, budget: BodyBudget) -> bytes:
    """The whole body. Raises Refusal if it is late, longer than `length`, ends early, or is dropped by the budget."""
    received = bytearray()
    try:
        async with asyncio.timeout(limits.REQUEST_SECONDS) as deadline:
            body.abort = lambda: deadline.reschedule(0.0)
            async for chunk in request.stream():
                received += chunk
                if len(received) > length:
                    raise Refusal(413, "body_too_large", "The body is longer than its Content-Length.", close=True)
                budget.add(body, len(chunk))
            body.abort = None
    except TimeoutError:
        if body.is_aborted:
            raise busy() from None
        raise Refusal(408, "too_slow", "The body did not arrive in time.", close=True) from None
    except ClientDisconnect:
        raise Refusal(400, "incomplete", "The body ended early.", close=True) from None
    return bytes(received)
