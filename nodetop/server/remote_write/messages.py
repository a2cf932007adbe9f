"""The protobuf messages of Prometheus' remote write, versions 1 and 2, and their bodies.

The message types are built from the fields in the specifications, so that no generated code is needed.
https://prometheus.io/docs/specs/prw/remote_write_spec/ and remote_write_spec_2_0/
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from nodetop.server.base.startup import MissingPackages
from nodetop.server.remote_write.record import Record, RecordFamily

V1, V2 = "prometheus.WriteRequest", "io.prometheus.write.v2.Request"
_DOUBLE, _INT64, _STRING, _UINT32, _ENUM = 1, 3, 9, 13, 5  # the last is int32, which is the same on the wire
_TYPES = {"unknown": 0, "counter": 1, "gauge": 2}
_SCHEMA: dict[str, tuple[tuple[str, int, Any, bool], ...]] = {
    "v1.Label": (("name", 1, _STRING, False), ("value", 2, _STRING, False)),
    "v1.Sample": (("value", 1, _DOUBLE, False), ("timestamp", 2, _INT64, False)),
    "v1.TimeSeries": (("labels", 1, "v1.Label", True), ("samples", 2, "v1.Sample", True)),
    "v1.MetricMetadata": (
        ("type", 1, _ENUM, False),
        ("metric_family_name", 2, _STRING, False),
        ("help", 4, _STRING, False),
    ),
    "v1.WriteRequest": (("timeseries", 1, "v1.TimeSeries", True), ("metadata", 3, "v1.MetricMetadata", True)),
    "v2.Sample": (("value", 1, _DOUBLE, False), ("timestamp", 2, _INT64, False)),
    "v2.Metadata": (("type", 1, _ENUM, False), ("help_ref", 3, _UINT32, False)),
    "v2.TimeSeries": (
        ("labels_refs", 1, _UINT32, True),
        ("samples", 2, "v2.Sample", True),
        ("metadata", 5, "v2.Metadata", False),
    ),
    "v2.Request": (("symbols", 4, _STRING, True), ("timeseries", 5, "v2.TimeSeries", True)),
}  # fmt: skip
"""Fields by message: name, number, type, and whether it is repeated."""


@dataclass(frozen=True)
class Body:
    """A request, ready to be sent."""

    content: bytes
    content_type: str
    version: str
    samples: int


@cache
def _messages() -> dict[str, Any]:
    """The classes by name. Raises StartError if the packages are not installed."""
    try:
        from google.protobuf import (  # late: an optional extra
            descriptor_pb2,
            descriptor_pool,
            message_factory,
        )
    except ImportError:
        raise MissingPackages("--remote-write", "remote-write") from None
    file = descriptor_pb2.FileDescriptorProto(name="nodetop_remote_write.proto", package="nodetop", syntax="proto3")
    for name, fields in _SCHEMA.items():
        message = file.message_type.add(name=name.replace(".", "_"))
        for field, number, kind, is_repeated in fields:
            added = message.field.add(name=field, number=number, label=3 if is_repeated else 1)
            if isinstance(kind, str):
                added.type, added.type_name = 11, f".nodetop.{kind.replace('.', '_')}"
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"nodetop.{name.replace('.', '_')}"))
        for name in _SCHEMA
    }


def _compressed(content: bytes) -> bytes:
    try:
        import cramjam  # late: an optional extra
    except ImportError:
        raise MissingPackages("--remote-write", "remote-write") from None
    return bytes(cramjam.snappy.compress_raw(content))


def check_packages() -> None:
    """Raises StartError if the packages are not installed."""
    _messages()
    _compressed(b"")


def body(records: Iterable[Record], version: str) -> Body:
    """The request with these records, oldest first, in a version (V1 or V2)."""
    request, samples = _request_v1(records) if version == V1 else _request_v2(records)
    content_type = "application/x-protobuf" + (f";proto={version}" if version == V2 else "")
    return Body(_compressed(request.SerializeToString()), content_type, version, samples)


def _request_v1(records: Iterable[Record]) -> tuple[Any, int]:
    request, samples = _messages()["v1.WriteRequest"](), 0
    series: dict[tuple[str, ...], Any] = {}
    about: dict[str, RecordFamily] = {}
    for record in records:
        for family in record.families:
            about[family.name] = family
            for labels, value in family.samples:
                key = _sorted_labels(family.name, (*record.labels, *labels))
                each = series.get(key)
                if each is None:
                    each = series[key] = request.timeseries.add()
                    for name, text in zip(key[::2], key[1::2], strict=True):
                        each.labels.add(name=name, value=text)
                each.samples.add(value=value, timestamp=record.at_ms)
                samples += 1
    for name, family in about.items():
        request.metadata.add(type=_TYPES.get(family.kind, 0), metric_family_name=name, help=family.help)
    return request, samples


def _request_v2(records: Iterable[Record]) -> tuple[Any, int]:
    request, samples = _messages()["v2.Request"](), 0
    symbols = {"": 0}
    series: dict[tuple[str, ...], Any] = {}
    for record in records:
        for family in record.families:
            for labels, value in family.samples:
                key = _sorted_labels(family.name, (*record.labels, *labels))
                each = series.get(key)
                if each is None:
                    each = series[key] = request.timeseries.add()
                    each.labels_refs.extend(symbols.setdefault(text, len(symbols)) for text in key)
                    each.metadata.type = _TYPES.get(family.kind, 0)
                    each.metadata.help_ref = symbols.setdefault(family.help, len(symbols))
                each.samples.add(value=value, timestamp=record.at_ms)
                samples += 1
    request.symbols.extend(symbols)
    return request, samples


def _sorted_labels(name: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Names and values in turn, ordered by name, without empty values."""
    pairs = {"__name__": name, **dict(zip(labels[::2], labels[1::2], strict=True))}
    return tuple(text for pair in sorted(pairs.items()) if pair[1] for text in pair)
