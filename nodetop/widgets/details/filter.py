"""The filter of the process details, applied to each line. base.terms describes the language. Pure."""

from nodetop.widgets.base.language import Language, Texts


def _texts(line: str) -> Texts:
    return (line,)


parse_filter = Language(_texts, is_long=True).parse
"""Parses a filter as typed. Raises TermError."""
