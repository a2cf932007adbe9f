"""Saves settings that were changed in the monitor to the user's file; everything else in the file stays unchanged."""

import os
import stat
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nodetop.base import files

Changes = Mapping[str, Mapping[str, Any]]
"""Values by key, by table ("" for none); None removes a key."""
_FORBIDDEN_IN_NEW = 0o022


class SettingsMemory:
    """Writes to one settings file. Safe to call from any thread; each write is atomic."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def save(self, changes: Changes) -> None:
        """Raises OSError; and ValueError if the file is not valid TOML, in which case it is not changed."""
        import tomlkit  # late: takes 30 ms, and is needed only when something is changed
        from tomlkit.exceptions import TOMLKitError

        with self._lock:
            target = Path(os.path.realpath(self.path))  # a symbolic link stays a link
            old = target.read_bytes() if target.exists() else b""
            try:
                document = tomlkit.parse(old.decode())
                for table, values in changes.items():
                    _change(document, table, values)
                new = tomlkit.dumps(document).encode()
            except (TOMLKitError, UnicodeDecodeError, TypeError) as error:
                raise ValueError(f"not valid TOML: {error}") from None
            if new != old:
                target.parent.mkdir(parents=True, exist_ok=True)
                mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_FORBIDDEN_IN_NEW
                files.write_atomically(target, [new], mode=mode)
                with suppress(OSError):  # others may be writing in this folder, so remove only unused files
                    files.remove_leftovers(target.parent, unused_seconds=files.UNUSED_SECONDS)


def _change(document: Any, table: str, values: Mapping[str, Any]) -> None:
    import tomlkit  # late, as above

    if table and table not in document:
        if all(value is None for value in values.values()):
            return
        document[table] = tomlkit.table()
    place = document[table] if table else document
    has_removed = False
    for key, given in values.items():
        value = int(given) if isinstance(given, float) and given.is_integer() else given  # as one writes it by hand
        if value is not None:
            if key not in place or place[key] != value:  # what is the same stays as it was written
                place[key] = value
        elif key in place:
            del place[key]
            has_removed = True
    if table and has_removed and not place.as_string().strip():
        del document[table]
