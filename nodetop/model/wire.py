"""Encodes and decodes the model as JSON. Invalid input is refused with a clear reason."""

from typing import TypeVar

import msgspec

from nodetop.base.command_line import as_text
from nodetop.model.snapshot import NodeSnapshot

T = TypeVar("T")

_encoder = msgspec.json.Encoder(enc_hook=as_text)
_decoders: dict[type, "msgspec.json.Decoder[object]"] = {}


class BadMessage(ValueError):
    """The text is not valid JSON of the model. The message is one line that says what is wrong and where."""


def encode(value: object) -> bytes:
    """Encodes a model object as one line of JSON. NaN and infinity become null, because JSON does not have them."""
    return _encoder.encode(value)


def decode(data: bytes | str, kind: type[T]) -> T:
    """Decodes JSON to a model object. Unknown keys are ignored. Raises BadMessage."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    try:
        return decoder.decode(data)  # type: ignore[return-value]
    except RecursionError:
        raise BadMessage("nested too deeply") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise BadMessage(str(error)) from None


def decode_snapshot(data: bytes | str) -> NodeSnapshot:
    """Decodes one snapshot. Raises BadMessage."""
    return decode(data, NodeSnapshot)
