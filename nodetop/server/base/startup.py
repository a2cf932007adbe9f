"""Why the server cannot start: one line that says what is wrong and how to fix it."""

import sys


class StartError(Exception):
    """Ends the program with `exit_code` and this message on stderr."""

    exit_code = 2


EXTRAS = {"apprise": "apprise", "remote-write": "cramjam protobuf", "web": "textual-serve"}
"""The packages of each extra in pyproject.toml that the server can do without."""


class MissingPackages(StartError):
    """What an extra would bring is not installed. The message does not name the extra itself: nodetop-monitor is
    installed from its sources, and the public index may have another package of that name."""

    def __init__(self, what: str, extra: str) -> None:
        packages = EXTRAS[extra]
        super().__init__(
            f"{what} needs more packages; run: pipx inject nodetop-monitor {packages}; without pipx: "
            f"{sys.executable} -m pip install {packages}"
        )


class AlreadyRunning(StartError):
    """Another process uses the same data directory."""

    exit_code = 3
