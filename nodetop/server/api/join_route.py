"""POST /api/v2/join: trades the secret of a join code for a token."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from nodetop.model import wire
from nodetop.model.hub_api import JoinRequest
from nodetop.server.api import strict_json
from nodetop.server.api.query_params import Query
from nodetop.server.base.errors import Refusal
from nodetop.server.http.bodies import length_of, read_body
from nodetop.server.http.body_budget import BodyBudget
from nodetop.server.http.client_counts import client_of
from nodetop.server.http.error_replies import peer_of
from nodetop.server.joining.joining import Joining

LARGEST_BODY = 4096


class JoinRoute:
    """The request handler."""

    def __init__(self, joining: Joining, bodies: BodyBudget) -> None:
        self._joining, self._bodies = joining, bodies

    async def join(self, request: Request) -> Response:
        Query(request.query_params)
        length = length_of(request)
        if length > LARGEST_BODY:
            raise Refusal(413, "body_too_large", f"This request may have at most {LARGEST_BODY} bytes.", close=True)
        with self._bodies.body(client_of(request.scope)) as body:
            tree = strict_json.parse(await read_body(request, length, body, self._bodies))
        try:
            wanted = msgspec.convert(tree, JoinRequest)
        except msgspec.ValidationError as error:
            raise Refusal(422, "invalid_request", str(error)) from None
        reply = await self._joining.trade(request.scope["invite"], wanted, peer_of(request.scope))
        return Response(wire.encode(reply), media_type="application/json")
