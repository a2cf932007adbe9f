"""A user's regular expression, matched against untrusted text within a time limit.

Some expressions backtrack exponentially: `(a+)+b` on a name of 40 letters takes Python's `re` hours. The package
`regex` accepts the same expressions and supports a time limit.
"""

import warnings
from functools import lru_cache
from time import monotonic, thread_time
from typing import Any

from nodetop.base.lazy_regex import lazy_regex

LONGEST_PATTERN = 200
LONGEST_TEXT = 1024
"""Only so many characters of a text are searched."""
SEARCH_SECONDS = 0.02
"""CPU time for one text. A harmless expression takes a few microseconds."""
TOTAL_SECONDS = 0.5
"""CPU time per second for all texts together: what refreshing a list may take."""
_MOST_REPEATS = 10_000
"""Limit for the product of all counts in braces: `regex` expands repeats while it compiles, and cannot be interrupted
then."""

_COUNT = lazy_regex(r"\{(\d*),?(\d*)\}")
_VERBOSE = lazy_regex(r"\(\?[A-Za-z0-9-]*x[A-Za-z0-9-]*[:)]")


class PatternError(ValueError):
    """The expression cannot be used. The message is one plain line."""


class Pattern:
    """Ignores case. Raises PatternError."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.trouble = ""
        """Why the expression is no longer used; empty if it works."""
        self._expression = _compiled(text)
        self._second = monotonic()
        """When the second began for which CPU time is counted."""
        self._left = TOTAL_SECONDS
        self._is_in = lru_cache(maxsize=16_384)(self._search)  # the same texts come with every sample

    def search(self, text: str) -> bool:
        """Whether any part of a text matches. An expression with `trouble` matches nothing."""
        return not self.trouble and self._is_in(text[:LONGEST_TEXT])

    def _search(self, text: str) -> bool:
        begun = thread_time()  # CPU time, because on a busy machine other processes run in between
        if (now := monotonic()) - self._second >= 1:
            self._second, self._left = now, TOTAL_SECONDS
        try:
            # concurrent=False keeps the GIL: getting it back can take longer than the search.
            found = self._expression.search(text, timeout=SEARCH_SECONDS, concurrent=False) is not None
        except (TimeoutError, MemoryError):
            self.trouble = "takes too long"
            return False
        except RuntimeError:  # regex compiles some odd expressions that it cannot run
            self.trouble = "does not work"
            return False
        self._left -= thread_time() - begun
        if self._left < 0:
            self.trouble = "takes too long"
        return found


def _compiled(text: str) -> Any:
    """A regex.Pattern; the package has no type hints. Raises PatternError."""
    if not text:
        raise PatternError("a regular expression is missing")
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"a regular expression has at most {LONGEST_PATTERN} characters")
    if _repeats(text) > _MOST_REPEATS:
        raise PatternError(f"too many repeats: the counts in braces, multiplied, may be at most {_MOST_REPEATS}")
    if _VERBOSE.search(text):
        raise PatternError("the flag x (verbose) is not supported")  # it would allow blanks within counts
    import regex  # takes 20 ms, and only users of expressions need it

    try:
        with warnings.catch_warnings():  # a FutureWarning about "[[" would be written across the screen
            warnings.simplefilter("ignore")
            return regex.compile(text, regex.IGNORECASE)
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise PatternError(f"not a regular expression: {error}") from None


def _repeats(text: str) -> int:
    product = 1
    for least, most in _COUNT.findall(text):
        product *= max(int(most or least or 1), 1)
    return product
