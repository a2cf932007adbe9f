"""Parses and checks the body of a push: bytes in, a clean PushBatch out, or a Refusal that says why."""

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
    """A batch, or a bare snapshot as a batch of one with sent_at 0 (its clock is taken as right).

    Every text is clean, every number is one the model allows, every name is a name. Raises Refusal: 400 for JSON that
    is malformed, ambiguous or beyond its limits, 422 for what is not a push.
    """
    tree = strict_json.parse(body)
    if not isinstance(tree, dict):
        raise Refusal(400, "not_an_object", "The body must be a JSON object: a snapshot, or a batch of them.")
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
    _check_distinct(sample)
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


def _check_distinct(sample: NodeSnapshot) -> None:
    """Raises Refusal where a sample has one thing twice: it would be counted twice, and a row is found by its key."""
    rows = sample.processes.rows if sample.processes else ()
    cores = sample.cpu.cores if sample.cpu else ()
    disks, networks = sample.disks or (), sample.networks or ()
    for distinct, count, what in (
        ({row.pid for row in rows}, len(rows), "processes with one pid"),
        ({core.index for core in cores}, len(cores), "CPUs with one index"),
        ({disk.device for disk in disks}, len(disks), "disks with one name"),
        ({network.interface for network in networks}, len(networks), "networks with one name"),
    ):
        if len(distinct) != count:
            raise Refusal(400, "duplicate_item", f"A sample has two {what}.")
