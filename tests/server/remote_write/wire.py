"""Reads the bodies of remote write without the library that wrote them. Protobuf encoding: varints, fixed64, bytes."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

import cramjam


class Point(NamedTuple):
    labels: tuple[tuple[str, str], ...]
    value: float
    at_ms: int


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Numbers and values of the fields of a message."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = _varint(data, at)
            yield number, value
        elif kind == 1:
            yield number, data[at : at + 8]
            at += 8
        else:
            assert kind == 2
            size, at = _varint(data, at)
            yield number, data[at : at + size]
            at += size


def _all(data: bytes, number: int) -> list[bytes]:
    return [value for found, value in fields(data) if found == number and isinstance(value, bytes)]


def _samples(series: bytes) -> Iterator[tuple[float, int]]:
    for sample in _all(series, 2):
        found = dict(fields(sample))
        value, at = found.get(1, bytes(8)), found.get(2, 0)
        assert isinstance(value, bytes) and isinstance(at, int)
        yield struct.unpack("<d", value)[0], at


def read_v1(body: bytes) -> list[Point]:
    points = []
    for series in _all(bytes(cramjam.snappy.decompress_raw(body)), 1):
        labels = tuple((_all(label, 1)[0].decode(), _all(label, 2)[0].decode()) for label in _all(series, 1))
        points += [Point(labels, value, at) for value, at in _samples(series)]
    return points


def read_v2(body: bytes) -> list[Point]:
    request = bytes(cramjam.snappy.decompress_raw(body))
    symbols = [each.decode() for each in _all(request, 4)]
    assert symbols[0] == ""
    points = []
    for series in _all(request, 5):
        (packed,) = _all(series, 1)
        refs, at = [], 0
        while at < len(packed):
            ref, at = _varint(packed, at)
            refs.append(symbols[ref])
        labels = tuple(zip(refs[::2], refs[1::2], strict=True))
        points += [Point(labels, value, at_ms) for value, at_ms in _samples(series)]
    return points
