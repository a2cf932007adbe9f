"""What is read of certificates (DER): the fields, and when one ends. X.690; RFC 5280, 4.1."""

from datetime import UTC, datetime

_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18


def certificate_fields(certificate: bytes) -> list[bytes]:
    """Serial number, signature algorithm, issuer, validity, subject, SubjectPublicKeyInfo, and what follows. Raises
    ValueError."""
    fields = _items(_content(_content(certificate)))
    if fields and fields[0][:1] == b"\xa0":  # [0]: the version, which version 1 leaves out
        del fields[0]
    if len(fields) < 6:
        raise ValueError("not a certificate")
    return fields


def ends_at(certificate: bytes) -> float:
    """Until when it is valid, UTC seconds. Raises ValueError."""
    times = _items(_content(certificate_fields(certificate)[3]))
    if len(times) != 2:
        raise ValueError("not a certificate")
    kind, text = times[1][0], _content(times[1]).decode("ascii")
    if kind == _UTC_TIME:  # two digits of the year: 1950 to 2049
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    elif kind != _GENERALIZED_TIME:
        raise ValueError("not a time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()


def _items(content: bytes) -> list[bytes]:
    """The elements in the content of a DER sequence."""
    items = []
    while content:
        _, end = _bounds(content)
        items.append(content[:end])
        content = content[end:]
    return items


def _content(element: bytes) -> bytes:
    """The content of the first element."""
    start, end = _bounds(element)
    return element[start:end]


def _bounds(element: bytes) -> tuple[int, int]:
    """Where the content of the first element starts and ends. X.690, 8.1.3. Raises ValueError."""
    if len(element) < 2:
        raise ValueError("not DER: it ends too early")
    size, start = element[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(element[2:start])
    if start + size > len(element):
        raise ValueError("not DER: it ends too early")
    return start, start + size
