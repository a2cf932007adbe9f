"""Authorization: Bearer SECRET; also "password": "SECRET" in JSON with blanks."""

from nodetop.recording.redaction.ids import is_id_name
from nodetop.recording.redaction.line import Line
from nodetop.recording.redaction.names import Kind, kind_of
from nodetop.recording.redaction.options.marked_values import emit_value
from nodetop.recording.redaction.shapes import MASK
from nodetop.recording.redaction.values import AUTHENTICATION_SCHEMES, QUOTES, is_no_secret, is_reference, looks_secret

_BARE = frozenset(("authorization", "cookie", "apikey"))
_BEFORE_HEADER = frozenset(("-H", "--header", "--proxy-header", "-hdr", "--headers"))


def take_header(line: Line, word: str) -> bool:
    """Emits a header of one or more words with its value masked. Returns False if the word begins no header."""
    head, colon, value = word.partition(":")
    if not colon or value.startswith("//"):
        return False
    name = head.rpartition("=")[2]
    bare = name.strip("\"'{,\\")
    kind = kind_of(bare)
    following = value or line.words.get(line.at + 1)
    if not following or (kind < Kind.TOKEN and not _may_be_secret(line, bare, kind, following)):
        return False
    if name[:1] in "{,\"'" and name[-1:] in "\"'\\" and len(name) > len(bare):
        return not value and _take_next(line, word)
    if is_no_secret(following, Kind.PASSWORD) or (not value and following[0] == "/"):
        return False
    if not value and following[:1] in ("'", '"') and kind is Kind.PASSWORD:
        return _take_next(line, word)
    is_given = _takes_header(line.words.get(line.at - 1))
    if not (_is_header(bare) or is_given):
        return not value and line.command is not None and line.command.grammar.has_names and _take_next(line, word)
    if value and not (
        is_given or "-" in bare or bare[0].isupper() or looks_secret(value) or value.lower() in AUTHENTICATION_SCHEMES
    ):
        return False
    end = line.words.end_of_header(line.at + 1)
    values = [each.strip(QUOTES) for each in (value, *line.words.texts[line.at + 1 : end]) if each]
    if all(each.lower() in AUTHENTICATION_SCHEMES or is_reference(each) for each in values):
        return False
    line.emit(f"{head}: {MASK}", end - line.at)
    return True


def _may_be_secret(line: Line, name: str, kind: Kind, value: str) -> bool:
    """X-Something: SECRET"""
    if name[:2].lower() != "x-":
        return False
    is_given = _takes_header(line.words.get(line.at - 1)) and looks_secret(value) and not is_id_name(name)
    return kind is Kind.WEAK or is_given


def _takes_header(option: str) -> bool:
    return option in _BEFORE_HEADER or (option[:1] == "-" and option[-1:] == "H" and option[1:].isalpha())


def _is_header(name: str) -> bool:
    return "-" in name or name[:1].isupper() or name.lower() in _BARE


def _take_next(line: Line, word: str) -> bool:
    """name: SECRET"""
    line.emit(word)
    emit_value(line, "", line.words.get(line.at))
    return True
