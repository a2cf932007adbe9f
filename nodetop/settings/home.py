"""Where a user's settings and data are. Who has no home, as a service under a user made for it or a container under any
number, has the machine's places: /etc/nodetop and /var/lib/nodetop."""

from collections.abc import Callable
from pathlib import Path


def settings_folder() -> Path:
    """The platform's folder for configuration."""
    from platformdirs import user_config_path  # late: not all commands need it

    return _of_user(user_config_path, Path("/etc/nodetop"))


def data_folder() -> Path:
    """Where this user's nodetop keeps its data."""
    from platformdirs import user_state_path  # late: not all commands need it

    return _of_user(user_state_path, Path("/var/lib/nodetop"))


def _of_user(find: Callable[..., Path], without_home: Path) -> Path:
    try:
        found = find("nodetop", appauthor=False)
    except RuntimeError:  # no HOME, and no line in the list of users
        return without_home
    return found if found.is_absolute() else without_home  # older platformdirs leave the ~


def expanded(path: str) -> str:
    """With the home in place of ~. Raises ValueError where there is none."""
    try:
        return str(Path(path).expanduser())
    except RuntimeError:
        raise ValueError(f"{path}: there is no home directory that ~ could stand for") from None
