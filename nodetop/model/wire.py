"""The model as JSON, in and out. What comes in is refused with a clear reason, or is a valid model."""

from typing import TypeVar

import msgspec

from nodetop.model.command_line import as_text
from nodetop.model.snapshot import NodeSnapshot

T = TypeVar("T")

_encoder = msgspec.json.Encoder(enc_hook=as_text)
_decoders: dict[type, "msgspec.json.Decoder[object]"] = {}


class BadMessage(ValueError):
    """The text is not JSON of the model. Its message is one line that says where and what."""


def encode(value: object) -> bytes:
    """A model object as one line of JSON. NaN and infinities, which JSON lacks, become null."""
    return _encoder.encode(value)


def decode(data: bytes | str, kind: type[T]) -> T:
    """JSON to a model object. Unknown keys are ignored and not kept. Raises BadMessage."""
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
    """One snapshot. Raises BadMessage."""
    return decode(data, NodeSnapshot)
