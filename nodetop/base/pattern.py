"""A user's regular expression, tried on text from outside in linear time. Pure.

Python's `re` goes back and tries again: `.*.*.*x` takes a second on one name of 256 characters, and `(a|a)*b` never
ends. Here the expression becomes an automaton whose states are sets of places in it, made as they are met (Thompson
1968, "Regular Expression Search Algorithm"; so do grep and RE2): each character of the text is looked at once.

What it takes: all of `re` but look-around, back references, possessive repeats and flags. Case does not matter.
"""

import re
import warnings
from collections.abc import Callable, Iterable
from functools import lru_cache

LONGEST_PATTERN = 200
LONGEST_TEXT = 1024
"""So many characters of a text are looked at."""
_MOST_PLACES = 300
"""Of an automaton: `a{1000}` has a thousand."""
_MOST_STEPS = 20_000
"""That are remembered: beyond this they are forgotten and found again."""
_DEEPEST = 30
"""Groups in groups."""

_TOKEN = re.compile(
    r"(?P<repeat>(?:[*+?]|\{(?!\})(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\})(?P<lazy>[?+]?))"
    r"|(?P<group>\((?:\?:|\?P<\w+>|(?!\?)))|(?P<end>\))|(?P<or>\|)|(?P<at>[$^]|\\[AbBZ])"
    r"|(?P<character>\[\^?\]?(?:\\.|[^\]\\])*\]|\\x..|\\u.{4}|\\U.{8}|\\N\{[^}]*\}|\\0[0-7]{0,2}|\\[^1-9]|[^\\(])",
    re.DOTALL,
)
_Test = Callable[[str], object]
_Emit = Callable[[int], int]
"""Adds a piece of the automaton that goes on at a place; returns where that piece begins."""


class PatternError(ValueError):
    """An expression that cannot be used; the message is one plain line."""


class Pattern:
    """Raises PatternError."""

    def __init__(self, text: str) -> None:
        self.text = text
        _check(text)
        self._places = _Places()
        self._start = _Parser(text, self._places).whole()(_Places.FOUND)
        self._states: dict[tuple[frozenset[int], str], _State] = {}
        self._steps = 0
        self._first = self._state(frozenset(), "")
        self._is_in = lru_cache(maxsize=16_384)(self._search)  # texts come again with each sample

    def search(self, text: str) -> bool:
        """Whether some part of a text matches."""
        return self._is_in(text[:LONGEST_TEXT])

    def _search(self, text: str) -> bool:
        state = self._first
        for character in text:
            state = state[character]
            if state.is_found:
                return True
        return state[""].is_found

    def step(self, state: "_State", character: str) -> "_State":
        """The state after a character, or after the end: "". The search can begin anew before each."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            self._forget()
        places = self._places.reached({*state.places, self._start}, state.before, character)
        if _Places.FOUND in places:
            return self._state(frozenset((_Places.FOUND,)), "")
        after = {self._places.after[place] for place in self._places.taking(character) if place in places}
        return self._state(frozenset(after), character and ("w" if _is_word(character) else "."))

    def _state(self, places: frozenset[int], before: str) -> "_State":
        key = (places, before)
        if key not in self._states:
            self._states[key] = _State(self, places, before)
        return self._states[key]

    def _forget(self) -> None:
        self._steps = 0
        for state in self._states.values():
            state.clear()
        self._states = {(self._first.places, ""): self._first}


class _State(dict[str, "_State"]):
    """Where in the expression the text read so far may have led, by the next character the state that follows."""

    def __init__(self, pattern: Pattern, places: frozenset[int], before: str) -> None:
        super().__init__()
        self._pattern = pattern
        self.places = places
        self.before = before
        """The kind of the character before: "" the start, "w" part of a word, "." another."""
        self.is_found = _Places.FOUND in places

    def __missing__(self, character: str) -> "_State":
        state = self[character] = self._pattern.step(self, character)
        return state


class _Places:
    """The automaton: places that take a character, that ask what is around, and forks."""

    FOUND = 0

    def __init__(self) -> None:
        self.after: dict[int, int] = {}
        self._tests: dict[int, _Test] = {}
        self._around: dict[int, tuple[str, int]] = {}
        self._forks: dict[int, list[int]] = {}
        self._count = 1
        self.taking = lru_cache(maxsize=4096)(self._taking)
        """The places that take a character."""

    def character(self, test: _Test, after: int) -> int:
        place = self._new()
        self._tests[place], self.after[place] = test, after
        return place

    def around(self, kind: str, after: int) -> int:
        place = self._new()
        self._around[place] = kind, after
        return place

    def fork(self, ways: Iterable[int] = ()) -> int:
        place = self._new()
        self._forks[place] = list(ways)
        return place

    def loop(self, body: _Emit, after: int) -> int:
        place = self.fork()
        self._forks[place] = [body(place), after]
        return place

    def reached(self, places: set[int], before: str, character: str) -> set[int]:
        """All places that these lead to without taking a character, between two."""
        waiting = list(places)
        while waiting:
            place = waiting.pop()
            ways = self._forks.get(place, ())
            if place in self._around:
                kind, after = self._around[place]
                ways = [after] if _holds(kind, before, character) else []
            for way in ways:
                if way not in places:
                    places.add(way)
                    waiting.append(way)
        return places

    def _taking(self, character: str) -> tuple[int, ...]:
        return tuple(place for place, test in self._tests.items() if test(character)) if character else ()

    def _new(self) -> int:
        self._count += 1
        if self._count > _MOST_PLACES:
            raise PatternError("too large: write fewer or smaller repeats")
        return self._count


class _Parser:
    """A text that `re` takes, to what adds it to an automaton."""

    def __init__(self, text: str, places: _Places) -> None:
        self._text = text
        self._places = places
        self._at = 0
        self._depth = 0

    def whole(self) -> _Emit:
        ways = [self._sequence()]
        while self._take("or"):
            ways.append(self._sequence())
        return ways[0] if len(ways) == 1 else lambda after: self._places.fork(way(after) for way in ways)

    def _sequence(self) -> _Emit:
        pieces: list[_Emit] = []
        while self._at < len(self._text) and (piece := self._piece()) is not None:
            while found := self._take("repeat"):
                piece = self._repeated(piece, found)
            pieces.append(piece)

        def emit(after: int) -> int:
            for piece in reversed(pieces):
                after = piece(after)
            return after

        return emit

    def _piece(self) -> _Emit | None:
        places = self._places
        if found := self._take("character"):
            test = _leaf(found[0])
            return lambda after: places.character(test, after)
        if found := self._take("at"):
            kind = found[0]
            return lambda after: places.around(kind, after)
        if self._take("group"):
            return self._group()
        if self._text[self._at] in "|)":
            return None
        raise PatternError(f"{self._text[self._at : self._at + 3]} cannot be used: no look-around, references or flags")

    def _group(self) -> _Emit:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise PatternError("too many groups in groups")
        inner = self.whole()
        self._take("end")
        self._depth -= 1
        return lambda after: self._places.fork([inner(after)])  # a place even where it is empty: repeats are bounded

    def _repeated(self, piece: _Emit, found: "re.Match[str]") -> _Emit:
        if found["lazy"] == "+":
            raise PatternError(f"{found[0]} cannot be used: no possessive repeats")
        least, most = _bounds(found)

        def emit(after: int) -> int:
            if most is None:
                after = self._places.loop(piece, after)
            else:
                end = after
                for _ in range(most - least):
                    after = self._places.fork([piece(after), end])
            for _ in range(least):
                after = piece(after)
            return after

        return emit

    def _take(self, kind: str) -> "re.Match[str] | None":
        found = _TOKEN.match(self._text, self._at)
        if found is None or found[kind] is None:
            return None
        self._at = found.end()
        return found


def _check(text: str) -> None:
    if not text:
        raise PatternError("a regular expression is missing")
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"a regular expression has at most {LONGEST_PATTERN} characters")
    try:
        _compiled(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError(f"not a regular expression: {error}") from None


def _compiled(text: str) -> "re.Pattern[str]":
    with warnings.catch_warnings():  # what "[[" may mean some day is nothing to write across the screen
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(text, re.IGNORECASE)


def _leaf(text: str) -> _Test:
    """Whether a character is the one, or in the class, that a part of an expression stands for."""
    return _compiled(text).fullmatch


def _bounds(found: "re.Match[str]") -> tuple[int, int | None]:
    sign = found[0][0]
    if sign != "{":
        return int(sign == "+"), 1 if sign == "?" else None
    least = int(found["least"] or 0)
    if found["comma"]:
        return least, int(found["most"]) if found["most"] else None
    return least, least


def _holds(kind: str, before: str, character: str) -> bool:
    if kind in ("^", r"\A"):
        return before == ""
    if kind in ("$", r"\Z"):
        return character == ""
    return ((before == "w") is not (character != "" and _is_word(character))) is (kind == r"\b")


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
