"""How many steps a regular expression takes on a text: Python's own engine, which tells no such number, written again
in the plainest way. It tries what that tries, in the same order."""

import re
import re._constants as codes  # type: ignore[import-untyped]
import re._parser as parser  # type: ignore[import-untyped]
import string
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any

_DEEPEST = 50_000
Node = tuple[Any, Any]
Continue = Callable[[int], bool]

_ONE_CHARACTER = {codes.LITERAL, codes.NOT_LITERAL, codes.ANY, codes.IN}
_CATEGORIES: dict[Any, Callable[[str], bool]] = {
    codes.CATEGORY_DIGIT: str.isdecimal,
    codes.CATEGORY_NOT_DIGIT: lambda character: not character.isdecimal(),
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_NOT_SPACE: lambda character: not character.isspace(),
    codes.CATEGORY_WORD: lambda character: character.isalnum() or character == "_",
    codes.CATEGORY_NOT_WORD: lambda character: not (character.isalnum() or character == "_"),
}


@contextmanager
def _deep() -> Iterator[None]:
    """Functions may call each other so deeply. Only here: elsewhere it lets deep JSON overflow the stack of C."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _DEEPEST))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class TooManySteps(Exception):
    """The limit is reached."""


class StepCounter:
    """Runs one expression on one text after another."""

    def __init__(self, pattern: "re.Pattern[Any]") -> None:
        source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
        flags = pattern.flags & ~re.UNICODE
        self._tree = list(parser.parse(source, flags))
        self._flags = pattern.flags
        self.text = ""
        self.steps = 0
        self._limit = 0
        self._groups: dict[int, tuple[int, int]] = {}
        self._known: dict[tuple[Any, int, str], bool] = {}

    @property
    def longest_repeat(self) -> int:
        """The largest bound of a repeat."""
        return max((int(most) for _, (_, most, _) in _repeats(self._tree) if most is not codes.MAXREPEAT), default=0)

    def characters(self) -> list[str]:
        """One character for each place of the expression, and one that no place takes."""
        found = {_example(node) for node in _leaves(self._tree)} - {""}
        return sorted(found | {"\x7f"})

    def searching(self, text: str, limit: int) -> int:
        """Steps to find all places in a text where it matches, as sub and findall do."""
        self._begin(text, limit)
        at = 0
        with _deep():
            while at <= len(text):
                ends: list[int] = []
                self._match(self._tree, 0, at, lambda end, ends=ends: bool(ends.append(end)) or True)  # type: ignore[misc]
                at = max(ends[0], at + 1) if ends else at + 1
        return self.steps

    def matching(self, text: str, limit: int) -> int:
        """Steps to tell whether all of a text matches."""
        self.matches(text, limit)
        return self.steps

    def matches(self, text: str, limit: int) -> bool:
        """Whether all of a text matches."""
        self._begin(text, limit)
        with _deep():
            return self._match(self._tree, 0, 0, lambda end: end == len(text))

    def _begin(self, text: str, limit: int) -> None:
        self.text, self.steps, self._limit = text, 0, limit

    def _step(self, times: int = 1) -> None:
        self.steps += times
        if self.steps > self._limit:
            raise TooManySteps

    def _match(self, nodes: list[Node], index: int, at: int, then: Continue) -> bool:
        if index == len(nodes):
            return then(at)
        self._step()
        code, value = nodes[index]
        rest = lambda end: self._match(nodes, index + 1, end, then)  # noqa: E731
        if code in _ONE_CHARACTER:
            return at < len(self.text) and self._takes(code, value, at) and rest(at + 1)
        if code is codes.SUBPATTERN:
            return self._match(value[3].data, 0, at, partial(self._end_group, value[0], at, rest))
        if code is codes.GROUPREF:
            begin, end = self._groups[value]
            same = self.text.startswith(self.text[begin:end], at)
            return same and rest(at + end - begin)
        if code is codes.BRANCH:
            return any(self._match(branch.data, 0, at, rest) for branch in value[1])
        if code is codes.AT:
            return self._is_at(value, at) and rest(at)
        if code in (codes.ASSERT, codes.ASSERT_NOT):
            return self._looks(value, at) is (code is codes.ASSERT) and rest(at)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            return self._repeat(code is codes.MAX_REPEAT, value, at, 0, rest)
        if code is codes.POSSESSIVE_REPEAT:
            end = self._most(value, at)
            return end is not None and rest(end)
        raise NotImplementedError(code)

    def _end_group(self, number: int | None, begin: int, then: Continue, end: int) -> bool:
        if number is not None:
            self._groups[number] = begin, end
        return then(end)

    def _repeat(self, greedy: bool, value: Any, at: int, count: int, then: Continue) -> bool:
        least, most, body = value
        if len(body) == 1 and body[0][0] in _ONE_CHARACTER:
            return self._repeat_character(greedy, value, at, then)

        def again() -> bool:
            if count >= most:
                return False
            return self._match(
                body.data, 0, at, lambda end: end > at and self._repeat(greedy, value, end, count + 1, then)
            )

        self._step()
        if greedy:
            return again() or (count >= least and then(at))
        return (count >= least and then(at)) or again()

    def _repeat_character(self, greedy: bool, value: Any, at: int, then: Continue) -> bool:
        """What _repeat does, in a loop: it tries the same places in the same order, in as many steps."""
        least, most, body = value
        code, taken = body[0]
        first, last, end = at + least, min(len(self.text), at + int(most)), at
        self._step()
        while True:
            if not greedy and end >= first and then(end):
                return True
            self._step(end < at + int(most))
            if end == last or not self._takes(code, taken, end):
                break
            self._step()
            end += 1
        return greedy and any(then(each) for each in range(end, first - 1, -1))

    def _takes(self, code: Any, value: Any, at: int) -> bool:
        """Whether a place of the expression takes the character there."""
        key = (code, id(value), self.text[at])
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = _takes(code, value, self.text[at], self._flags)
        return known

    def _most(self, value: Any, at: int) -> int | None:
        least, most, body = value
        count = 0
        while count < most:
            ends: list[int] = []
            if not self._match(body.data, 0, at, lambda end, ends=ends: bool(ends.append(end)) or True):  # type: ignore[misc]
                break
            if ends[0] == at:
                break
            at, count = ends[0], count + 1
        return at if count >= least else None

    def _looks(self, value: Any, at: int) -> bool:
        direction, body = value
        nodes = body.data
        if direction > 0:
            return self._match(nodes, 0, at, lambda _: True)
        _, width = body.getwidth()
        return at >= width and self._match(nodes, 0, at - width, lambda end: end == at)

    def _is_at(self, where: Any, at: int) -> bool:
        text = self.text
        if where in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
            return at == 0 or bool(self._flags & re.MULTILINE and text[at - 1] == "\n")
        if where in (codes.AT_END, codes.AT_END_STRING):
            return at == len(text) or bool(self._flags & re.MULTILINE and text[at] == "\n")
        is_word = _CATEGORIES[codes.CATEGORY_WORD]
        before, after = at > 0 and is_word(text[at - 1]), at < len(text) and is_word(text[at])
        return (before != after) is (where is codes.AT_BOUNDARY)


def _takes(code: Any, value: Any, character: str, flags: int) -> bool:
    if flags & re.IGNORECASE:
        return any(_takes(code, value, each, 0) for each in {character.lower(), character.upper()})
    if code is codes.ANY:
        return character != "\n" or bool(flags & re.DOTALL)
    if code is codes.LITERAL:
        return ord(character) == value
    if code is codes.NOT_LITERAL:
        return ord(character) != value
    is_negated = value[0][0] is codes.NEGATE
    return any(_is_in(member, character) for member in value) is not is_negated


def _is_in(member: Node, character: str) -> bool:
    code, value = member
    if code is codes.LITERAL:
        return ord(character) == value
    if code is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return code is codes.CATEGORY and _CATEGORIES[value](character)


def _leaves(nodes: Any) -> Iterator[Node]:
    for code, value in nodes:
        if code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            yield code, value
        else:
            for child in _children(code, value):
                yield from _leaves(child)


def _repeats(nodes: Any) -> Iterator[Node]:
    for code, value in nodes:
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
            yield code, value
        for child in _children(code, value):
            yield from _repeats(child)


def _children(code: Any, value: Any) -> list[Any]:
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [value[2]]
    return []


def _example(node: Node) -> str:
    """A character that a place takes; one that many places take, where there is a choice."""
    return next((each for each in "a0A-.=:/@ " + string.printable if _takes(*node, each, 0)), "")


def texts(characters: list[str], words: list[str], times: int) -> Iterator[str]:
    """Texts in which something is there again and again, behind a beginning or none, before an end or none."""
    pieces = [*characters, *map("".join, product(characters, repeat=2)), *words]
    for beginning in ("", *characters, *words[:6]):
        for piece in characters if beginning else pieces:
            for ending in ("", "\x7f"):
                yield beginning + piece * times + ending
