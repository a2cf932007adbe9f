"""The command line of a process: text, words joined by spaces, as it is shown and sent."""


class CommandLine(str):
    """A command line that was read as arguments and still knows them, for text alone does not tell an argument with
    spaces in it from several. On the wire it is text like any other."""

    __slots__ = ("_raw",)
    _raw: str | None

    @classmethod
    def of(cls, raw: str) -> "CommandLine":
        """From arguments with a NUL between them, whose text is safe to show."""
        line = cls(raw.replace("\0", " "))
        line._raw = raw if " " in raw or "\0\0" in raw else None
        return line

    @property
    def raw(self) -> str:
        """The arguments with a NUL between them, as in /proc/PID/cmdline."""
        if self._raw is None:
            self._raw = self.replace(" ", "\0")  # made for those that are asked
        return self._raw


def as_text(value: object) -> str:
    """What msgspec's encoders ask about a type that they do not know: the model's is this one. Each encoder of the
    model is made with enc_hook=as_text. Raises TypeError, as they do without."""
    if isinstance(value, CommandLine):
        return str(value)
    raise TypeError(f"Encoding objects of type {type(value).__name__} is unsupported")
