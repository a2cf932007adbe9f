"""The filter of the node list: its fields and texts. base.terms describes the language. Pure."""

from nodetop.base.terms import Name
from nodetop.model.quantities import QUANTITIES
from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.base.language import Language, Texts, Value

_TEXTS: tuple[tuple[Name, Value[NodeStatus]], ...] = (
    (Name("state", "text", whole=True), lambda row: row.state),
    (Name("node", "text"), lambda row: row.node),
    (Name("cluster", "text"), lambda row: row.cluster),
    (Name("os", "text"), lambda row: row.os),
    (Name("tag", "text"), lambda row: " ".join(row.tags)),
)
_FIELDS: tuple[tuple[Name, Value[NodeStatus]], ...] = (
    *((Name(each.name, each.unit, each.words[1:]), each.of_row) for each in QUANTITIES if each.row),
    *_TEXTS,
)


def _texts(row: NodeStatus) -> Texts:
    return row.node, row.cluster, row.state, row.os, *row.tags


_LANGUAGE = Language(_texts, _FIELDS)
FIELDS = (*(each.short for each in QUANTITIES if each.row), *(name.name for name, _ in _TEXTS))
"""Names that terms may use, each in its shortest form."""
parse_filter = _LANGUAGE.parse
"""Parses a filter as typed. Raises TermError."""
