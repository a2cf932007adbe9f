"""A command line as words, and where the value of an option ends."""

from nodetop.recording.redaction.values import QUOTES

COMMAND_ENDS = frozenset(("|", "||", "|&", "&&", "&", ";", ";;", "\\;"))
NO_VALUES = COMMAND_ENDS | {"<", "<<", "<<<", ">", ">>", "2>", "2>&1", "&>"}
"""Words that cannot be the value of an option."""
SUBSTITUTIONS = ("$(", "<(", "`", '"$(', '"`', "'$(")
_LONGEST_QUOTED = 24


class Words:
    """The words between blanks. If the original arguments are known, it is also known which words belong to one
    argument, because an argument may contain blanks."""

    def __init__(self, text: str) -> None:
        """`text` has blanks between words, or NULs between arguments."""
        self._argument: list[int] | None = None
        if "\0" not in text:
            self.texts = text.split()
            return
        pieces = [(piece, number) for number, argument in enumerate(text.split("\0")) for piece in argument.split()]
        self.texts = [piece for piece, _ in pieces]
        self._argument = [number for _, number in pieces]

    def __len__(self) -> int:
        return len(self.texts)

    def get(self, index: int) -> str:
        """A word; empty past the end."""
        return self.texts[index] if 0 <= index < len(self.texts) else ""

    def has_empty_value(self, index: int) -> bool:
        """Whether the argument after this word's argument is empty."""
        if self._argument is None or index + 1 >= len(self.texts):
            return False
        return self._argument[index + 1] > self._argument[index] + 1

    def end_of_value(self, option: int, first: int, joined: int = 0, *, one_word: bool = False) -> int:
        """The index after the last word of the value of the option in word `option`. The value begins in word `first`,
        after `joined` characters. If the end is unknown, the value reaches to the next word that begins something else:
        it is better to mask too much than to show the end of a pass phrase. With `one_word`, for example if a command
        follows, it is one word only."""
        quoted = self._end_of_quoted(self.texts[first][joined:], first)
        if quoted:
            return quoted
        if self._argument is None:
            return first + 1 if one_word else self._guessed_end(first + 1)
        if self._continues_argument(first) if joined else self._argument[first] == self._argument[option]:
            return first + 1  # inside a script
        return self._argument_end(first)

    def end_of_header(self, first: int) -> int:
        """The index after the value of a header. The value begins in word `first` and may have several words."""
        if self._continues_argument(first):
            return self._argument_end(first)
        end = first
        while end < len(self.texts) and not _begins_option(self.texts[end]) and self.texts[end] not in COMMAND_ENDS:
            end += 1
            if self.texts[end - 1][-1] in "\"'":
                break
        return end

    def has_arguments(self) -> bool:
        """Whether the original arguments are known."""
        return self._argument is not None

    def begins_argument(self, index: int) -> bool:
        """Whether a word is known to be the first of an argument."""
        return self._argument is not None and not self._continues_argument(index)

    def is_in_longer_argument(self, index: int) -> bool:
        """Whether a word is known to belong to an argument of several words."""
        return self._continues_argument(index) or self._continues_argument(index + 1)

    def _continues_argument(self, index: int) -> bool:
        """Whether a word belongs to the same argument as the previous word."""
        known = self._argument
        return known is not None and 0 < index < len(known) and known[index - 1] == known[index]

    def _argument_end(self, first: int) -> int:
        assert self._argument is not None
        end = first + 1
        while end < len(self.texts) and self._argument[end] == self._argument[first]:
            end += 1
        return end

    def _guessed_end(self, index: int) -> int:
        while index < len(self.texts) and not begins_something(self.texts[index]):
            index += 1
        return index

    def _end_of_quoted(self, value: str, first: int) -> int | None:
        """The index after the word that closes the quote at the start of a value."""
        quote = value.lstrip("$\\")[:1]
        if not quote or quote not in QUOTES:
            return None
        if len(value) > 1 and value.find(quote, value.index(quote) + 1) > 0:
            return first + 1
        for index in range(first + 1, min(first + _LONGEST_QUOTED, len(self.texts))):
            if quote in self.texts[index]:
                return index + 1
        return None


def _begins_option(word: str) -> bool:
    return (word[0] == "-" and word[1:2].isalpha()) or word[:2] == "--" or "://" in word


def begins_something(word: str) -> bool:
    """Whether a word cannot be part of a pass phrase: an option, a URL, a file, a setting, an operator."""
    if word in COMMAND_ENDS or _begins_option(word):
        return True
    name, sign, _ = word.partition("=")
    if sign and name.replace("_", "a").replace(".", "a").replace("-", "a").isalnum() and not name[0].isdigit():
        return True
    return word[0] == "/" and "/" in word[2:]
