"""What goes wrong with recordings, apart from the reader and the writer, which a monitor seldom needs."""


class RecordingError(Exception):
    """A recording cannot be written or read. The message is one plain line."""
