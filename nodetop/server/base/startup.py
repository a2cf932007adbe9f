"""Why the server cannot start: one line that says what is wrong and how to fix it."""


class StartError(Exception):
    """Ends the program with `exit_code` and this message on stderr."""

    exit_code = 2


class AlreadyRunning(StartError):
    """Another process uses the same data directory."""

    exit_code = 3
