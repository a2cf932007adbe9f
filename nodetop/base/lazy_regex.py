"""A regular expression that is compiled when it is first used: a start knows dozens, needs few, and compiling one takes
as long as importing a small module."""

import re
from typing import Any, AnyStr, cast


class LazyRegex:
    """Has the methods of a compiled expression. Make it with lazy_regex."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, value)  # from now on it is found without this method
        return value


def lazy_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As re.compile, for modules that are imported before the first frame. A wrong pattern raises when it is used."""
    return cast("re.Pattern[AnyStr]", LazyRegex(pattern, flags))
