"""How the value of an option is masked, by the mark of the option in a grammar."""

from nodetop.recording.redaction.assignments import mask_login, masked_value
from nodetop.recording.redaction.line import Line
from nodetop.recording.redaction.names import Kind
from nodetop.recording.redaction.options.names import LOGIN_SIGNS
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import is_no_secret, is_path, looks_secret
from nodetop.recording.redaction.words import SUBSTITUTIONS


def masked_by(mark: str, value: str, kind: Kind = Kind.PASSWORD) -> str:
    """A value, masked according to the mark of its option. Unchanged if it is not a secret."""
    if mark in LOGIN_SIGNS:
        return mask_login(value, mark)
    if mark == "@":
        return f"{MASK}{value[value.rfind('@') :]}" if "@" in value else value
    if mark == "=":
        name, sign, secret = value.partition("=")
        return (
            value
            if not sign or is_no_secret(secret, Kind.PASSWORD) or is_path(secret)
            else f"{name}={masked_value(secret)}"
        )
    if mark == "?":
        return masked_value(value) if looks_secret(value) else value
    return value if is_no_secret(value, kind) else masked_value(value)


def emit_value(line: Line, mark: str, value: str, kind: Kind = Kind.PASSWORD) -> None:
    """Emits the value of an option, which begins in the next word, masked according to the option's mark."""
    shown = masked_by(mark, value, kind)
    if shown != value:
        runs_another = line.command is not None and line.command.to_skip is not None
        end = line.words.end_of_value(line.at - 1, line.at, one_word=runs_another or mark in ("=", "?"))
        line.emit(shown, end - line.at)
    elif not value.startswith(SUBSTITUTIONS):
        line.emit_inside(value)
