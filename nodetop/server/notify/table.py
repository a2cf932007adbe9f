"""Reads the entries of one table of the settings file, each with its type and limits. What is wrong names its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodetop.base.units import number
from nodetop.settings.home import expanded
from nodetop.settings.tables import TableError


class Table:
    """`path` is where it stands: ("notify", "phone"). Call done() after all entries were taken."""

    def __init__(self, values: Any, *path: str) -> None:
        self.path = path
        if not isinstance(values, dict):
            raise TableError(path[-1], f"{'.'.join(path)} must be a table: [{'.'.join(path)}]", path[1:])
        self._values: Mapping[str, Any] = values
        self._known: list[str] = []

    @property
    def name(self) -> str:
        return ".".join(self.path)

    def wrong(self, key: str, reason: str) -> TableError:
        """The error for an entry."""
        return TableError(key, f"{self.name}.{key} {reason}", (*self.path[1:], key))

    def _get(self, key: str) -> Any:
        self._known.append(key)
        return self._values.get(key)

    def text(self, key: str, default: str = "", choices: tuple[str, ...] = ()) -> str:
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, str) or not value:
            raise self.wrong(key, "must be a text in quotes")
        if choices and value not in choices:
            raise self.wrong(key, f"must be one of: {', '.join(choices)}")
        return value

    def needed(self, key: str, choices: tuple[str, ...] = ()) -> str:
        value = self.text(key, choices=choices)
        if not value:
            allowed = f", one of: {', '.join(choices)}" if choices else ""
            raise TableError(self.path[-1], f"{self.name} needs {key}{allowed}", self.path[1:])
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        value = self._get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def count(self, key: str, default: int, lowest: int, highest: int) -> int:
        value = self._get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            raise self.wrong(key, f"must be a whole number from {lowest} to {highest}")
        return value

    def seconds(self, key: str, default: float, lowest: float, highest: float) -> float:
        """A duration like "30m"."""
        value = self._get(key)
        if value is None:
            return default
        found = number(value, "seconds") if isinstance(value, str) else None
        if found is None or not lowest <= found <= highest:
            raise self.wrong(key, f'must be a time like "30m", from {lowest:g} s to {highest:g} s')
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """One text, or a list of them."""
        value = self._get(key)
        listed = [] if value is None else value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) and each for each in listed):
            raise self.wrong(key, 'must be a text or a list of texts: ["web-*", "db-1"]')
        return tuple(listed)

    def pairs(self, key: str) -> dict[str, str]:
        """A table of texts."""
        value = self._get(key)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise self.wrong(key, 'must be a table of texts: { "X-Team" = "ops" }')
        return dict(value)

    def file(self, key: str) -> Path | None:
        value = self.text(key)
        try:
            return Path(expanded(value)) if value else None
        except ValueError as error:
            raise self.wrong(key, f"is not a file name: {error}") from None

    def done(self) -> None:
        """Refuses entries that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                raise self.wrong(key, f"is not known; known: {', '.join(sorted(set(self._known)))}")
