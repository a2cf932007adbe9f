"""Parses and checks the body of a push: bytes in, a clean PushBatch out, or a Refusal that says why."""

import json
from typing import Any

import msgspec
from msgspec.structs import replace

from nodetop.base.text import clean
from nodetop.model.hub_api import BATCH_LIMIT, PushBatch, valid_name
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal

_BOOT_ID_LENGTH = 64


def read_push(body: bytes) -> PushBatch:
    """A batch, or a bare snapshot as a batch of one with sent_at 0 (its clock is taken as right).

    Every text is clean, every number is one the model allows, every name is a name. Raises Refusal: 400 for what is not
    JSON within its limits, 422 for what is not a push.
    """
    tree = _clean(_parse(body), 1)
    if not isinstance(tree, dict):
        raise Refusal(400, "not_an_object", "The body must be a JSON object: a snapshot, or a batch of them.")
    try:
        batch = _convert(tree)
    except msgspec.ValidationError as error:
        raise Refusal(422, "invalid_sample", str(error)) from None
    return _checked(batch)


def _parse(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        # The only JSON this decoder refuses that is worth taking: half of a surrogate pair, in a process's name say.
        if b"\\ud" in body or b"\\uD" in body:
            return _parse_with_surrogates(body)
        message = "nested too deeply" if isinstance(error, RecursionError) else _reason(error)
        raise Refusal(400, "malformed_json", f"The body is not JSON: {message}") from None


def _reason(error: Exception) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)


def _parse_with_surrogates(body: bytes) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed_json", "The body is not JSON.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _clean(value: Any, depth: int) -> Any:
    """The same tree with every text cleaned. Raises Refusal where it is nested too deeply or a text is too long."""
    kind = type(value)
    if kind is str:
        if len(value) > limits.STRING_LENGTH:
            raise Refusal(400, "string_too_long", f"A text is longer than {limits.STRING_LENGTH} characters.")
        return value if value.isascii() and value.isprintable() else clean(value, limits.STRING_LENGTH)
    if kind is dict or kind is list:
        if depth > limits.JSON_DEPTH:
            raise Refusal(400, "too_deep", f"The JSON is nested more than {limits.JSON_DEPTH} deep.")
        if kind is list:
            return [_clean(item, depth + 1) for item in value]
        if max(map(len, value), default=0) > limits.STRING_LENGTH:
            raise Refusal(400, "string_too_long", f"A key is longer than {limits.STRING_LENGTH} characters.")
        return {key: _clean(item, depth + 1) for key, item in value.items()}
    return value


def _convert(tree: dict[str, Any]) -> PushBatch:
    if "samples" not in tree:
        return PushBatch(sent_at=0, samples=(msgspec.convert(tree, NodeSnapshot),))
    samples = tree["samples"]
    if isinstance(samples, list) and len(samples) > BATCH_LIMIT:
        raise Refusal(422, "batch_too_large", f"A batch has at most {BATCH_LIMIT} samples.")
    return msgspec.convert(tree, PushBatch)


def _checked(batch: PushBatch) -> PushBatch:
    if not batch.samples:
        raise Refusal(422, "empty_batch", "The batch has no samples.")
    cluster = batch.cluster_id
    if cluster is not None:
        cluster = checked_name(cluster, "cluster_id")
    return replace(batch, cluster_id=cluster, samples=tuple(_checked_sample(sample) for sample in batch.samples))


def _checked_sample(sample: NodeSnapshot) -> NodeSnapshot:
    _check_counts(sample)
    if not 0 < len(sample.boot_id) <= _BOOT_ID_LENGTH:
        raise Refusal(422, "invalid_boot_id", f"boot_id must have 1 to {_BOOT_ID_LENGTH} characters.")
    node = checked_name(sample.node, "node")
    return sample if node == sample.node else replace(sample, node=node)


def checked_name(name: str, what: str) -> str:
    """The name in small letters. Raises Refusal. ASCII first: some other letters have an ASCII small letter."""
    lowered = name.lower() if name.isascii() else ""
    if not valid_name(lowered):
        raise Refusal(
            422,
            "invalid_name",
            f"{what} must be a host name: a-z, 0-9, dots, dashes and underscores, in parts of at most 63 characters.",
        )
    return lowered


def _check_counts(sample: NodeSnapshot) -> None:
    processes, cpu, temperature = sample.processes, sample.cpu, sample.temperature
    networks = sample.networks or ()
    for count, limit, what in (
        (len(processes.rows) + len(processes.thread_rows) if processes else 0, limits.PROCESSES, "processes"),
        (len(cpu.cores) if cpu else 0, limits.CORES, "CPUs"),
        (len(sample.disks or ()), limits.DISKS, "disks"),
        (len(networks), limits.NETWORKS, "networks"),
        (len(sample.filesystems or ()), limits.FILESYSTEMS, "file systems"),
        (len(temperature.sensors) if temperature else 0, limits.SENSORS, "sensors"),
        (max((len(network.addresses) for network in networks), default=0), limits.ADDRESSES, "addresses"),
        (len(sample.probes), limits.PROBES, "probes"),
    ):
        if count > limit:
            raise Refusal(422, "too_many", f"A sample has at most {limit} {what}.")
