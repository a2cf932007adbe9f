"""The user's folders: where the settings file is, and where data is kept. A service may have no home directory."""

from pathlib import Path

import click


class NoHomeError(click.UsageError):
    """Data has to be kept and there is no folder for it: one line that says what to set."""

    def __init__(self) -> None:
        super().__init__("this user has no home directory: set HOME, or give a folder with --data-dir")


def settings_path() -> Path | None:
    """nodetop.toml in the platform's configuration folder; None without a home directory."""
    from platformdirs import user_config_path  # late: not needed with --config

    try:
        folder = user_config_path("nodetop", appauthor=False)
    except RuntimeError:
        return None
    return folder / "nodetop.toml" if folder.is_absolute() else None  # older platformdirs leave ~ as it is


def data_folder() -> Path | None:
    """The platform's folder for the data that nodetop keeps; None without a home directory."""
    from platformdirs import user_state_path  # late: not needed with --data-dir

    try:
        folder = user_state_path("nodetop", appauthor=False)
    except RuntimeError:
        return None
    return folder if folder.is_absolute() else None


def required(folder: Path | None) -> Path:
    """The folder. Raises NoHomeError where there is none."""
    if folder is None:
        raise NoHomeError
    return folder
