"""What the filter of the details understands, line by line: see base.terms for the language. Pure."""

from nodetop.widgets.base.language import Language


def _texts(line: str) -> tuple[str, ...]:
    return (line,)


parse_filter = Language(_texts).parse
"""Text as typed to a filter. Raises TermError."""
