"""The other package called nodetop: it has the same import name and the same command, so that two in one environment
overwrite each other's files."""

from pathlib import Path

WARNING = (
    "the other package called 'nodetop' is installed in the same environment, and the two overwrite each other's "
    "files; install nodetop-monitor into an environment of its own, for example with pipx"
)


def is_installed_here(package: Path = Path(__file__).parents[2]) -> bool:
    """Whether the folder that holds the package `nodetop` also has the metadata of that distribution."""
    try:
        return any(package.parent.glob("nodetop-*.dist-info"))
    except OSError:
        return False
