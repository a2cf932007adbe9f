"""The filter of the process list: its fields and texts. base.terms describes the language. Pure."""

from nodetop.base.terms import Name
from nodetop.model.process_fields import PROCESS_FIELDS
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.language import Language, Texts


def _texts(row: ProcessMetrics) -> Texts:
    return row.name, row.command, row.user, row.pid


_LANGUAGE = Language(
    _texts,
    tuple((Name(each.name, each.unit, each.aliases, whole=each.is_whole), each.of) for each in PROCESS_FIELDS),
    of_commands=True,
)
FIELDS = tuple(min((each.name, *each.aliases), key=len) for each in PROCESS_FIELDS)
"""Names that terms may use, each in its shortest form."""
parse_filter = _LANGUAGE.parse
"""Parses a filter as typed. Raises TermError."""
