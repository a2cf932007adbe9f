"""The command line of a process: text, words joined by spaces, as it is shown and sent."""


class CommandLine(str):
    """A command line that was read as arguments and still knows them, for text alone does not tell an argument with
    spaces in it from several. On the wire it is text like any other."""

    __slots__ = ("_raw",)
    _raw: str | None

    @classmethod
    def of(cls, arguments: list[str]) -> "CommandLine":
        """From arguments, whose text is safe to show."""
        line = cls(" ".join(arguments))
        line._raw = "\0".join(arguments) if line.split(" ") != arguments else None
        return line

    @property
    def raw(self) -> str:
        """The arguments with a NUL between them, as in /proc/PID/cmdline."""
        return self.replace(" ", "\0") if self._raw is None else self._raw
