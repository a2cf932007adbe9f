"""A section of the help. Every screen may have some; the page that shows them is made when it is opened."""

from typing import NamedTuple


class Section(NamedTuple):
    """A heading, and rows of what to press or type and what it does."""

    title: str
    rows: tuple[tuple[str, str], ...]
