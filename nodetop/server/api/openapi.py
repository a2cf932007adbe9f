"""The OpenAPI document, generated from the structs of the API."""

from functools import cache
from typing import Any

import msgspec

from nodetop.alerts.api import AckRequest, ActReply, AlertsReply, MuteRequest
from nodetop.base.version import __version__
from nodetop.model.hub_api import (
    ACT_PATHS,
    CLUSTERS_PATH,
    INSTANCE_HEADER,
    JOIN_PATH,
    PUSH_PATH,
    ClusterList,
    ClusterReply,
    ErrorReply,
    HistoryReply,
    JoinReply,
    JoinRequest,
    MomentReply,
    ProcessesReply,
    PushBatch,
    PushReply,
    RecentReply,
    StatusReply,
    StreamEvent,
    WorkloadsReply,
)
from nodetop.model.snapshot import NodeSnapshot

_ONE_CLUSTER = CLUSTERS_PATH + "/{cluster}"
_ONE_NODE = _ONE_CLUSTER + "/node-metrics/{node}"
_ALERTS = _ONE_CLUSTER + "/alerts"
_ACTS = (
    (ACT_PATHS[0], "Acknowledge an alert, or take that back", AckRequest),
    (ACT_PATHS[1], "Mute alerts for a time, or no longer", MuteRequest),
)
_READS: tuple[tuple[str, str, Any, tuple[tuple[str, str, str], ...]], ...] = (
    (CLUSTERS_PATH, "The clusters, with their nodes counted by state", ClusterList, ()),
    (
        _ONE_CLUSTER + "/node-metrics",
        "Totals, and a row for each node",
        ClusterReply,
        (("trend", "integer", "Also the last hour of each node, as this many averages (at most 120)"),),
    ),
    (_ONE_NODE, "The latest full snapshot of a node", NodeSnapshot, ()),
    (
        _ONE_NODE + "/recent",
        "The recent full snapshots of a node, oldest first",
        RecentReply,
        (("seconds", "number", "How far back; 900 by default"),),
    ),
    (
        _ONE_NODE + "/history",
        "Points of history, at most 8,640",
        HistoryReply,
        (
            ("hours", "number", "How far back from `until`; 24 by default"),
            ("since", "number", "Instead of `hours`: seconds since the epoch"),
            ("until", "number", "Seconds since the epoch; now by default"),
            ("step", "number", "Seconds per point; by default that of the stored points"),
        ),
    ),
    (
        _ONE_CLUSTER + "/processes",
        "The top processes over all nodes that are up or late",
        ProcessesReply,
        (
            ("match", "string", "Only processes with this in their name, command, user or PID"),
            ("sort", "string", "cpu or memory; cpu by default"),
            ("limit", "integer", "How many; 100 by default, 1,000 at most"),
            ("time", "number", "The top processes at this time (seconds since the epoch), where history has them"),
        ),
    ),
    (
        _ONE_CLUSTER + "/workloads",
        "The top workloads over all nodes that are up or late",
        WorkloadsReply,
        (
            ("match", "string", "Only workloads with this in their name, group, kind or id"),
            ("sort", "string", "cpu, memory or io; cpu by default"),
            ("limit", "integer", "How many; 100 by default, 1,000 at most"),
        ),
    ),
    (
        _ONE_CLUSTER + "/at",
        "Totals and rows at a past moment: from samples in the last hour, from points of history before that",
        MomentReply,
        (
            ("time", "number", "Seconds since the epoch; now by default"),
            ("trend", "integer", "Also the hour before `time` of each node, as this many averages (at most 120)"),
        ),
    ),
    (
        _ONE_CLUSTER + "/stream",
        "Server-sent events: `nodes`, `alerts` (an AlertsReply), and `snapshot` with ?node=",
        StreamEvent,
        (
            ("interval", "number", "Seconds between events of rows; 2 by default"),
            ("node", "string", "Also each sample of this node; CLUSTER/NODE where the cluster is *"),
        ),
    ),
    (
        _ALERTS,
        "Alerts of all nodes: open ones, then ended ones, newest first",
        AlertsReply,
        (
            ("state", "string", "all, open or ended; all by default"),
            ("since", "number", "Only ended alerts that ended at this time or later (seconds since the epoch)"),
            ("limit", "integer", "How many; 1,000 by default, 5,000 at most"),
        ),
    ),
    ("/api/v2/status", "The status of the hub", StatusReply, ()),
)
_EVENTS = {"nodes": StreamEvent, "alerts": AlertsReply, "snapshot": NodeSnapshot}
"""What the data of each event of a stream is."""
_DOCUMENT_PATH = "/api/v2/openapi.json"
_REFUSALS = {
    "400": "The request, or its JSON, is malformed, ambiguous or beyond a limit",
    "401": "No token, or an unknown one",
    "403": "A token with another role, or for other nodes",
    "404": "No such cluster or node",
    "408": "The body did not arrive in time",
    "409": "Another machine, or another hub, has this name",
    "411": "No Content-Length",
    "413": "The body is too large",
    "414": "The URL is too long",
    "415": "Not JSON, or compressed",
    "421": "The Host header does not name the hub",
    "422": "A parameter or a value is not valid",
    "429": "Too many requests; Retry-After says when to try again",
    "431": "The headers are too large",
    "503": "Not possible at the moment; Retry-After says when to try again",
}
_PUSH_ONLY = ("408", "411", "413", "415")
_BODIES = (PushBatch, AckRequest, MuteRequest, JoinRequest)
_TYPES = (NodeSnapshot, *_BODIES, PushReply, ActReply, JoinReply, ErrorReply, *(reply for _, _, reply, _ in _READS))


@cache
def document() -> bytes:
    """OpenAPI 3.1, as JSON."""
    schemas, components = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(_TYPES, schemas, strict=True))
    paths: dict[str, Any] = {
        path: {"get": _read(path, summary, by_type[reply], parameters, by_type)}
        for path, summary, reply, parameters in _READS
    }
    for end, summary, asked in _ACTS:
        paths[_ONE_CLUSTER + end] = {"post": _act(summary, by_type[asked], by_type)}
    paths[PUSH_PATH] = {"post": _push(by_type)}
    paths[JOIN_PATH] = {"post": _join(by_type)}
    paths[_DOCUMENT_PATH] = {"get": _read(_DOCUMENT_PATH, "This document", {"type": "object"}, (), by_type)}
    paths["/metrics"] = {"get": _metrics(by_type)}
    paths["/healthz"] = {"get": _health(by_type), "head": _health(by_type)}
    bearer = {"type": "http", "scheme": "bearer"}
    tree = {
        "openapi": "3.1.0",
        "info": {
            "title": "nodetop hub",
            "version": __version__,
            "description": "An unknown path is refused with 404, an unknown method with 405 and `Allow`. Without a "
            "token, both are refused with 401.",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": components,
            "securitySchemes": dict.fromkeys(("pushToken", "readToken", "actToken", "joinCode"), bearer),
        },
    }
    return msgspec.json.encode(tree)


def _read(
    path: str, summary: str, reply: Any, parameters: tuple[tuple[str, str, str], ...], schemas: dict[Any, Any]
) -> dict[str, Any]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("cluster", "node")
        if f"{{{name}}}" in path
    ]
    asked = [
        {"name": name, "in": "query", "description": description, "schema": {"type": kind}}
        for name, kind, description in parameters
    ]
    without = _PUSH_ONLY if named else (*_PUSH_ONLY, "404", "409")
    if path.endswith("/stream"):
        events = {name: schemas[kind] for name, kind in _EVENTS.items()}
        reply = {"anyOf": list(events.values()), "x-events": events}
        return _operation(summary, reply, named + asked, "readToken", without, schemas, "text/event-stream")
    return _operation(summary, reply, named + asked, "readToken", without, schemas)


def _metrics(schemas: dict[Any, Any]) -> dict[str, Any]:
    nodes = {"type": "string", "enum": ["own", "all"]}
    asked = [
        {"name": "nodes", "in": "query", "description": "This host, or all nodes; own by default", "schema": nodes}
    ]
    summary = "Metrics for Prometheus: text, or OpenMetrics if Accept asks for it"
    without = (*_PUSH_ONLY, "404", "409")
    operation = _operation(summary, {"type": "string"}, asked, "readToken", without, schemas, "text/plain")
    operation["responses"]["200"]["content"]["application/openmetrics-text"] = {"schema": {"type": "string"}}
    return operation


def _push(schemas: dict[Any, Any]) -> dict[str, Any]:
    body = {"anyOf": [schemas[PushBatch], schemas[NodeSnapshot]]}
    instance = [{"name": INSTANCE_HEADER, "in": "header", "schema": {"type": "string"}}]
    summary = "Push samples of a node; with a reply of 200 they are on the hub's disk"
    operation = _operation(summary, schemas[PushReply], instance, "pushToken", ("404",), schemas)
    return operation | {"requestBody": _json_body(body)}


def _join(schemas: dict[Any, Any]) -> dict[str, Any]:
    summary = "Trade the secret of a join code for a token"
    operation = _operation(summary, schemas[JoinReply], [], "joinCode", ("404",), schemas)
    return operation | {"requestBody": _json_body(schemas[JoinRequest])}


def _json_body(schema: Any) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _act(summary: str, body: Any, schemas: dict[Any, Any]) -> dict[str, Any]:
    cluster = [{"name": "cluster", "in": "path", "required": True, "schema": {"type": "string"}}]
    operation = _operation(summary, schemas[ActReply], cluster, "actToken", (), schemas)
    return operation | {"requestBody": _json_body(body)}


def _health(schemas: dict[Any, Any]) -> dict[str, Any]:
    return {
        "summary": "`ok` while the hub answers",
        "security": [],
        "responses": {
            "200": {"description": "ok", "content": {"text/plain": {}}},
            "default": _refusal("Refused", schemas),
        },
    }


def _operation(
    summary: str,
    reply: Any,
    parameters: list[dict[str, Any]],
    token: str,
    without: tuple[str, ...],
    schemas: dict[Any, Any],
    media: str = "application/json",
) -> dict[str, Any]:
    """An operation that needs a token. It may be refused with any of _REFUSALS except those in `without`."""
    refusals = {status: _refusal(why, schemas) for status, why in _REFUSALS.items() if status not in without}
    return {
        "summary": summary,
        "security": [{token: []}],
        "parameters": parameters,
        "responses": {
            "200": {"description": summary, "content": {media: {"schema": reply}}},
            **refusals,
            "default": _refusal("Refused", schemas),
        },
    }


def _refusal(description: str, schemas: dict[Any, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schemas[ErrorReply]}}}
