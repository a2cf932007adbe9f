"""A user's regular expression, tried on text from outside for a bounded time.

Some expressions try ever more ways before they say no: `(a+)+b` on a name of 40 letters takes Python's `re` hours. The
package `regex` takes the same expressions and can be given a time limit.
"""

import re
import warnings
from functools import lru_cache
from time import monotonic, thread_time
from typing import Any

LONGEST_PATTERN = 200
LONGEST_TEXT = 1024
"""So many characters of a text are looked at."""
SEARCH_SECONDS = 0.02
"""CPU time for one text. What is harmless takes some microseconds."""
TOTAL_SECONDS = 0.5
"""CPU time within a second for all texts: what a refresh of a list may take."""
_MOST_REPEATS = 10_000
"""All counts in braces multiplied: `regex` writes repeats out while it compiles, and cannot be interrupted then."""

_COUNT = re.compile(r"\{(\d*),?(\d*)\}")
_VERBOSE = re.compile(r"\(\?[A-Za-z0-9-]*x[A-Za-z0-9-]*[:)]")


class PatternError(ValueError):
    """An expression that cannot be used; the message is one plain line."""


class Pattern:
    """Case does not matter. Raises PatternError."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.trouble = ""
        """Why it is not tried any more; empty: it is."""
        self._expression = _compiled(text)
        self._second = monotonic()
        """When the second began whose CPU time is counted."""
        self._left = TOTAL_SECONDS
        self._is_in = lru_cache(maxsize=16_384)(self._search)  # texts come again with each sample

    def search(self, text: str) -> bool:
        """Whether some part of a text matches. An expression in trouble matches nothing."""
        return not self.trouble and self._is_in(text[:LONGEST_TEXT])

    def _search(self, text: str) -> bool:
        begun = thread_time()  # not the time of day: on a busy machine others run in between
        if (now := monotonic()) - self._second >= 1:
            self._second, self._left = now, TOTAL_SECONDS
        try:
            # concurrent=False keeps the GIL: to get it back can take longer than the search.
            found = self._expression.search(text, timeout=SEARCH_SECONDS, concurrent=False) is not None
        except (TimeoutError, MemoryError):
            self.trouble = "takes too long"
            return False
        except RuntimeError:  # regex compiles some odd expressions to what it cannot run
            self.trouble = "does not work"
            return False
        self._left -= thread_time() - begun
        if self._left < 0:
            self.trouble = "takes too long"
        return found


def _compiled(text: str) -> Any:
    """A regex.Pattern, of a package without type hints. Raises PatternError."""
    if not text:
        raise PatternError("a regular expression is missing")
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"a regular expression has at most {LONGEST_PATTERN} characters")
    if _repeats(text) > _MOST_REPEATS:
        raise PatternError(f"repeats must be fewer: all counts multiplied, at most {_MOST_REPEATS}")
    if _VERBOSE.search(text):
        raise PatternError("the flag x has no use in one line")  # and would let counts have blanks in them
    import regex  # 20 ms that only those pay who type an expression

    try:
        with warnings.catch_warnings():  # what "[[" may mean some day is nothing to write across the screen
            warnings.simplefilter("ignore")
            return regex.compile(text, regex.IGNORECASE)
    except (regex.error, ValueError, OverflowError, RecursionError, MemoryError) as error:
        raise PatternError(f"not a regular expression: {error}") from None


def _repeats(text: str) -> int:
    product = 1
    for least, most in _COUNT.findall(text):
        product *= max(int(most or least or 1), 1)
    return product
