"""Why the server does not start: one line that says what is wrong and how to fix it."""


class StartError(Exception):
    """The program ends with `exit_code`, and its message on stderr."""

    exit_code = 2


class AlreadyRunning(StartError):
    """Another process uses the same data directory."""

    exit_code = 3
