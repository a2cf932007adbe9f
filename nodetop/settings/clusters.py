"""Remembered clusters: the table [clusters] of the settings file, by the names that --cluster accepts."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from nodetop.settings.home import expanded
from nodetop.settings.options import Settings


@dataclass(frozen=True)
class RememberedCluster:
    """A hub, how to trust it, and where its read token is."""

    url: str
    pin: str | None = None
    token_file: Path | None = None
    ca_file: Path | None = None
    insecure_http: bool = False

    @classmethod
    def of(cls, name: str, table: Any) -> "RememberedCluster":
        """Raises ValueError, with one line that says what is wrong and what is allowed."""
        known = [each.name for each in fields(cls)]
        if not isinstance(table, dict) or not isinstance(table.get("url"), str):
            raise ValueError(f'{name} must be a table with the URL of a hub: {name} = {{ url = "https://hub:8082" }}')
        for key, value in table.items():
            if key not in known:
                raise ValueError(f"unknown key {key!r} in {name}; known keys: {', '.join(known)}")
            if not isinstance(value, bool if key == "insecure_http" else str):
                raise ValueError(f"{name}: {key} must be {'true or false' if key == 'insecure_http' else 'in quotes'}")
        paths = {key: Path(expanded(table[key])) for key in ("token_file", "ca_file") if key in table}
        return cls(**{**table, **paths})


def with_remembered(settings: Settings) -> Settings:
    """The settings with the hub of the remembered cluster that `cluster` names. What was set otherwise, by a flag or in
    the environment, is kept."""
    found = settings.clusters.get(settings.cluster or "")
    if found is None:
        return settings
    return replace(
        settings,
        cluster=found.url,
        pin=settings.pin or found.pin,
        token_file=settings.token_file or found.token_file,
        ca_file=settings.ca_file or found.ca_file,
        insecure_http=settings.insecure_http or found.insecure_http,
    )
