"""A section of the help page. A screen may have several; they are made when the page is opened."""

from typing import NamedTuple


class Section(NamedTuple):
    """A heading, and rows of (what to press or type, what it does)."""

    title: str
    rows: tuple[tuple[str, str], ...]
