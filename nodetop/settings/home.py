"""Where a user's settings and data are. A user without a home directory, as a systemd DynamicUser or in a container,
has the system's folders: /etc/nodetop and /var/lib/nodetop."""

import os
import sys
from pathlib import Path


def settings_folder() -> Path:
    """The platform's configuration folder."""
    return _of_user("config", "XDG_CONFIG_HOME", "~/.config", Path("/etc/nodetop"))


def settings_file() -> Path:
    """nodetop.toml in the platform's folder for configuration."""
    return settings_folder() / "nodetop.toml"


def data_folder() -> Path:
    """Where this user's nodetop keeps its data."""
    return _of_user("state", "XDG_STATE_HOME", "~/.local/state", Path("/var/lib/nodetop"))


def _of_user(kind: str, variable: str, default: str, without_home: Path) -> Path:
    if sys.platform == "linux":  # as the XDG base directory specification says
        found = Path(os.path.expanduser(os.environ.get(variable, "").strip() or default), "nodetop")  # noqa: PTH111
    else:
        import platformdirs  # late: the first picture on Linux does not wait for it

        try:
            found = getattr(platformdirs, f"user_{kind}_path")("nodetop", appauthor=False)
        except RuntimeError:  # HOME is not set, and the user database has no entry
            return without_home
    return found if found.is_absolute() else without_home


def expanded(path: str) -> str:
    """The path with ~ and ~USER expanded. Raises ValueError if there is no such home directory."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        raise ValueError(f"{path}: there is no home directory for ~") from None
