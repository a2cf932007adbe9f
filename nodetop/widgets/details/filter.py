"""What the filter of the details understands, line by line: see base.terms for the language. Pure."""

from nodetop.widgets.base.language import Language, Texts


def _texts(line: str) -> Texts:
    return (line,)


parse_filter = Language(_texts, is_long=True).parse
"""Text as typed to a filter. Raises TermError."""
