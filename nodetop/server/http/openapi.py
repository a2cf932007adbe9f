"""The OpenAPI document, made from the structs of the wire."""

from functools import cache
from typing import Any

import msgspec

from nodetop.base.version import __version__
from nodetop.model.hub_api import (
    CLUSTERS_PATH,
    INSTANCE_HEADER,
    PUSH_PATH,
    ClusterList,
    ClusterReply,
    ErrorReply,
    HistoryReply,
    MomentReply,
    ProcessesReply,
    PushBatch,
    PushReply,
    RecentReply,
    StatusReply,
    StreamEvent,
)
from nodetop.model.snapshot import NodeSnapshot

_ONE_CLUSTER = CLUSTERS_PATH + "/{cluster}"
_ONE_NODE = _ONE_CLUSTER + "/node-metrics/{node}"
_READS: tuple[tuple[str, str, Any, tuple[tuple[str, str, str], ...]], ...] = (
    (CLUSTERS_PATH, "The clusters, with their nodes counted by state", ClusterList, ()),
    (
        _ONE_CLUSTER + "/node-metrics",
        "Totals, and a row for each node",
        ClusterReply,
        (("trend", "integer", "Also the last hour of each node, in so many means (at most 120)"),),
    ),
    (_ONE_NODE, "The latest snapshot of a node, whole", NodeSnapshot, ()),
    (
        _ONE_NODE + "/recent",
        "The snapshots that the hub still has whole, oldest first",
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
            ("step", "number", "Seconds of each point; by default as they are stored"),
        ),
    ),
    (
        _ONE_CLUSTER + "/processes",
        "The top processes over all nodes that are up or late",
        ProcessesReply,
        (
            ("match", "string", "Only those that have this in their name, command, user or PID"),
            ("sort", "string", "cpu or memory; cpu by default"),
            ("limit", "integer", "How many; 100 by default, 1,000 at most"),
            ("time", "number", "Those on top at that moment, seconds since the epoch, as far as history tells"),
        ),
    ),
    (
        _ONE_CLUSTER + "/at",
        "Totals and rows as they were at a moment: samples of the last hour, points of history before it",
        MomentReply,
        (
            ("time", "number", "Seconds since the epoch; now by default"),
            ("trend", "integer", "Also the hour before it of each node, in so many means (at most 120)"),
        ),
    ),
    (
        _ONE_CLUSTER + "/stream",
        "Server-sent events: `nodes`, and `snapshot` with ?node=",
        StreamEvent,
        (
            ("interval", "number", "Seconds between events of rows; 2 by default"),
            ("node", "string", "Also each sample of this node; CLUSTER/NODE where the cluster is *"),
        ),
    ),
    ("/api/v2/status", "The hub about itself", StatusReply, ()),
)
_TYPES = (NodeSnapshot, PushBatch, PushReply, ErrorReply, *(reply for _, _, reply, _ in _READS))


@cache
def document() -> bytes:
    """OpenAPI 3.1, as JSON."""
    schemas, components = msgspec.json.schema_components(_TYPES, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(_TYPES, schemas, strict=True))
    paths: dict[str, Any] = {
        path: {"get": _read(path, summary, by_type[reply], parameters, by_type)}
        for path, summary, reply, parameters in _READS
    }
    paths[PUSH_PATH] = {"post": _push(by_type)}
    paths["/healthz"] = {
        "get": {
            "summary": "`ok` while the hub answers",
            "security": [],
            "responses": {"200": {"description": "ok", "content": {"text/plain": {}}}},
        }
    }
    tree = {
        "openapi": "3.1.0",
        "info": {"title": "nodetop hub", "version": __version__},
        "security": [{"token": []}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": components, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
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
    media = "text/event-stream" if path.endswith("/stream") else "application/json"
    return {
        "summary": summary,
        "parameters": named + asked,
        "responses": {
            "200": {"description": summary, "content": {media: {"schema": reply}}},
            "default": _refusal(schemas),
        },
    }


def _push(schemas: dict[Any, Any]) -> dict[str, Any]:
    body = {"anyOf": [schemas[PushBatch], schemas[NodeSnapshot]]}
    return {
        "summary": "Samples of a node: on the hub's disk once this is answered with 200",
        "parameters": [{"name": INSTANCE_HEADER, "in": "header", "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "Taken", "content": {"application/json": {"schema": schemas[PushReply]}}},
            "default": _refusal(schemas),
        },
    }


def _refusal(schemas: dict[Any, Any]) -> dict[str, Any]:
    return {"description": "Refused", "content": {"application/json": {"schema": schemas[ErrorReply]}}}
