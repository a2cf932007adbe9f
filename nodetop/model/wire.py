"""Encodes and decodes the model as JSON. Invalid input is refused with a clear reason; or only its invalid values are
left out, one by one, and rows that need them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any, Generic, TypeVar, cast, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from nodetop.base.command_line import as_text
from nodetop.model.snapshot import NodeSnapshot

T = TypeVar("T")
LARGEST_BYTES = 4 * 1024 * 1024
"""The most JSON that is decoded tolerantly: as Python objects it may need twenty times as much memory."""

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


@dataclass(frozen=True)
class Fitted(Generic[T]):
    """A model object, the number of values and rows that were left out, and the reason for the first one."""

    value: T
    left_out: int = 0
    reason: str = ""


def fitted(tree: object, kind: type[T]) -> Fitted[T]:
    """Converts decoded JSON to a model object. An invalid field is left out if it is optional, else its whole object is
    left out. Invalid list items are left out. Raises msgspec.ValidationError if nothing is left."""
    fitting = _Fitting()
    value = cast(T, fitting.fit(tree, kind))
    return Fitted(value, fitting.left_out, fitting.reason)


def decode_fitting(data: bytes, kind: type[T]) -> Fitted[T]:
    """Decodes JSON to a model object, without its invalid parts. Raises BadMessage."""
    try:
        return Fitted(decode(data, kind))
    except BadMessage as error:
        if len(data) > LARGEST_BYTES:
            raise
        try:
            return fitted(msgspec.json.decode(data), kind)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise error from None


class _Fitting:
    def __init__(self) -> None:
        self.left_out, self.reason = 0, ""

    def fit(self, tree: Any, kind: Any) -> Any:
        try:
            return msgspec.convert(tree, kind)  # usually all of it is valid; otherwise look only into the invalid part
        except msgspec.ValidationError:
            inner = _without_none(kind)
            if isinstance(tree, list) and get_origin(inner) in (tuple, list):
                return self._items(tree, inner)
            if isinstance(tree, dict) and isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                return self._struct(tree, inner)
            raise

    def _items(self, tree: list[Any], kind: Any) -> Any:
        (of, *_), found = get_args(kind), []
        for item in tree:
            try:
                found.append(self.fit(item, of))
            except msgspec.ValidationError as error:
                self._leave_out(error)
        return get_origin(kind)(found)

    def _struct(self, tree: dict[str, Any], kind: type[msgspec.Struct]) -> Any:
        values: dict[str, Any] = {}
        for field in _fields(kind):
            if field.encode_name not in tree:
                continue
            try:
                values[field.name] = self.fit(tree[field.encode_name], field.type)
            except msgspec.ValidationError as error:
                if field.required and NoneType not in get_args(field.type):
                    raise
                self._leave_out(error, field.encode_name)
                if field.required:
                    values[field.name] = None
        missing = [field.name for field in _fields(kind) if field.required and field.name not in values]
        if missing:
            raise msgspec.ValidationError(f"Object missing required field `{missing[0]}`")
        return kind(**values)

    def _leave_out(self, error: msgspec.ValidationError, name: str = "") -> None:
        self.left_out += 1
        self.reason = self.reason or (f"{name}: {error}" if name else str(error))


@cache
def _fields(kind: type[msgspec.Struct]) -> Sequence[FieldInfo]:
    return fields(kind)


@cache
def _without_none(kind: Any) -> Any:
    parts = [part for part in get_args(kind) if part is not NoneType]
    return parts[0] if NoneType in get_args(kind) and len(parts) == 1 else kind
