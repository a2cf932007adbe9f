"""Where a user's settings and data are. A user without a home directory, as a systemd DynamicUser or in a container,
has the system's folders: /etc/nodetop and /var/lib/nodetop."""

from collections.abc import Callable
from pathlib import Path


def settings_folder() -> Path:
    """The platform's configuration folder."""
    from platformdirs import user_config_path  # late: not all commands need it

    return _of_user(user_config_path, Path("/etc/nodetop"))


def data_folder() -> Path:
    """Where this user's nodetop keeps its data."""
    from platformdirs import user_state_path  # late: not all commands need it

    return _of_user(user_state_path, Path("/var/lib/nodetop"))


def _of_user(find: Callable[..., Path], without_home: Path) -> Path:
    try:
        found = find("nodetop", appauthor=False)
    except RuntimeError:  # HOME is not set, and the user database has no entry
        return without_home
    return found if found.is_absolute() else without_home  # older versions of platformdirs leave ~ as it is


def expanded(path: str) -> str:
    """The path with ~ and ~USER expanded. Raises ValueError if there is no such home directory."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        raise ValueError(f"{path}: there is no home directory for ~") from None
