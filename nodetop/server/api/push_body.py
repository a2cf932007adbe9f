"""Parses and checks the body of a push: bytes in, a clean PushBatch out, or a Refusal with the reason."""

from typing import Any

import msgspec
from msgspec.structs import replace

from nodetop.model.hub_api import BATCH_LIMIT, PushBatch, valid_name
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.api import strict_json
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal

_BOOT_ID_LENGTH = 64


def read_push(body: bytes) -> PushBatch:
    """A batch. A single snapshot becomes a batch of one with sent_at 0, which means that its clock is trusted.

    Every text is clean, every number is in the model's range, every name is valid. Raises Refusal: 400 for JSON that
    is malformed, ambiguous or over a limit, 422 for JSON that is not a push.
    """
    tree = strict_json.parse(body)
    if not isinstance(tree, dict):
        raise Refusal(400, "not_an_object", "The body must be a JSON object: a snapshot, or a batch of snapshots.")
    try:
        batch = _convert(tree)
    except msgspec.ValidationError as error:
        raise Refusal(422, "invalid_sample", str(error)) from None
    return _checked(batch)


def _convert(tree: dict[str, Any]) -> PushBatch:
    if "samples" not in tree:
        return PushBatch(sent_at=0, samples=(msgspec.convert(tree, NodeSnapshot),))
    samples = tree["samples"]
    if isinstance(samples, list) and len(samples) > BATCH_LIMIT:
        raise Refusal(422, "batch_too_large", f"A batch may have at most {BATCH_LIMIT} samples.")
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
    _check_distinct(sample)
    if not 0 < len(sample.boot_id) <= _BOOT_ID_LENGTH:
        raise Refusal(422, "invalid_boot_id", f"boot_id must have 1 to {_BOOT_ID_LENGTH} characters.")
    node = checked_name(sample.node, "node")
    return sample if node == sample.node else replace(sample, node=node)


def checked_name(name: str, what: str) -> str:
    """The name in lower case. Raises Refusal. The check for ASCII comes first, because some non-ASCII letters have an
    ASCII lower case."""
    lowered = name.lower() if name.isascii() else ""
    if not valid_name(lowered):
        raise Refusal(
            422,
            "invalid_name",
            f"{what} must be a host name: a-z, 0-9, dots, dashes and underscores, in parts of at most 63 characters.",
        )
    return lowered


_LISTS = [(path.split("."), limit) for path, limit in limits.LISTS.items()]


def _check_counts(sample: NodeSnapshot) -> None:
    for fields, limit in _LISTS:
        if _longest(sample, fields) > limit:
            raise Refusal(422, "too_many", f"{'.'.join(fields)} may have at most {limit} items.")


def _longest(value: Any, fields: list[str]) -> int:
    """The length of the list at these fields, or of the longest one if each item of a list has one."""
    if value is None:
        return 0
    if isinstance(value, tuple):
        return max((_longest(item, fields) for item in value), default=0) if fields else len(value)
    return _longest(getattr(value, fields[0]), fields[1:])


def _check_distinct(sample: NodeSnapshot) -> None:
    """Raises Refusal if a sample has an item twice: it would be counted twice, and rows are found by their key."""
    rows = sample.processes.rows if sample.processes else ()
    cores = sample.cpu.cores if sample.cpu else ()
    disks, networks = sample.disks or (), sample.networks or ()
    workloads = sample.workloads.rows if sample.workloads else ()
    for distinct, count, what in (
        ({row.pid for row in rows}, len(rows), "processes with the same pid"),
        ({row.group for row in workloads}, len(workloads), "workloads with the same group"),
        ({core.index for core in cores}, len(cores), "CPUs with the same index"),
        ({disk.device for disk in disks}, len(disks), "disks with the same name"),
        ({network.interface for network in networks}, len(networks), "networks with the same name"),
    ):
        if len(distinct) != count:
            raise Refusal(400, "duplicate_item", f"A sample has two {what}.")
