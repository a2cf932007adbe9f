"""The state of a command line while the rules are applied: its words, the current command, the masked output."""

from nodetop.recording.redaction.assignments import has_secret_name, mask_assignments
from nodetop.recording.redaction.elements import mask_elements
from nodetop.recording.redaction.grammar import NOTHING_KNOWN, Grammar, grammar_of, has_subcommands
from nodetop.recording.redaction.ids import holds_id, holds_public_key
from nodetop.recording.redaction.shapes import mask_shapes
from nodetop.recording.redaction.urls import mask_urls
from nodetop.recording.redaction.words import Words

_NEAR = 4
_FARTHEST = 6
"""Plain words between a word and the place of a secret that is counted from it."""
_ENDINGS = (".exe", ".cmd", ".bat", ".py", ".pl", ".rb", ".sh", ".bin", ".jar", ".phar", ".js", ".com")
_MOST_SUBCOMMANDS = 3
_BETWEEN_SETTINGS = (";", ",", "://", '"')


class Command:
    """The command that the current words belong to."""

    def __init__(self, program: str = "", grammar: Grammar | None = None) -> None:
        self.program = program
        self.known = grammar is not None
        self.grammar = grammar or NOTHING_KNOWN
        self.to_skip = self.grammar.skipped
        """Plain words before the program that this one runs."""
        self.plain = [""]
        """Words that are not options. The first, empty, stands for the program itself."""
        self.last_is_secret = False
        self.expects_value = False
        """Whether the next word is the value of an option, which is not a secret."""
        self._path = program

    def add_plain(self, word: str) -> None:
        """Adds a word that is not an option. It may be a subcommand."""
        word = word.strip("\"'")
        # The setting of a registry is known by the end of its name: //registry.example.com/:_password
        self.plain.append(word.rpartition(":")[2] if word.startswith("//") else word)
        if len(self.plain) - 1 > _MOST_SUBCOMMANDS or not has_subcommands(self.program):
            return
        for path in (f"{self._path} {word}", f"{self.program} {word}"):
            if more := grammar_of(path):
                self.grammar = self.grammar.with_subcommand(more)
                self.known, self.to_skip, self._path = True, self.grammar.skipped, path
                self.plain = [""]
                return

    def is_secret_place(self) -> bool:
        """Whether the grammar says that the next plain word is a secret."""
        places = self.grammar.places
        if not places:
            return False
        count = len(self.plain)
        before = [(self.plain[count - back], back) for back in range(1, min(count, _FARTHEST) + 1)]
        # http-basic.example.com USER PASSWORD
        return any((word, back) in places or (word.partition(".")[0], back) in places for word, back in before)


def program_name(word: str) -> str:
    """The name of a program in the tables: without path, file extension and version."""
    name = word.strip("\"'`($){}<").replace("\\", "/").rstrip("/").rpartition("/")[2]
    lower = name.lower()
    if lower.endswith(_ENDINGS):
        name = name[: name.rindex(".")]
    if grammar_of(name) is None:
        shorter = name.rstrip("0123456789.-")
        for other in (name.lower(), shorter, shorter.lower()):
            if other and grammar_of(other) is not None:
                return other
    return name


class Line:
    """Words in, masked words out, one after another. The rules decide what to do with each word."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.command: Command | None = None
        """None if a program is expected next."""
        self.outer: Command | None = None
        """The command whose argument is the script being read."""

    def end_command(self) -> None:
        """Ends the command; a program is expected next. After the argument being read, the outer command continues."""
        if self.outer is None and self.words.is_in_longer_argument(self.at - 1):
            self.outer = self.command
        self.command = None

    def begin_argument(self) -> None:
        """Call it at each word."""
        if self.outer is not None and self.words.begins_argument(self.at):
            self.command, self.outer = self.outer, None

    def emit(self, shown: str, advance: int = 1) -> None:
        """Adds `shown` to the output in place of `advance` words."""
        self.out.append(shown)
        self.length += len(shown) + 1
        self.at += advance

    def emit_inside(self, word: str) -> None:
        """Adds a word that is not a secret as a whole; parts of it may be."""
        self.emit(self.mask_inside(word))

    def mask_inside(self, word: str) -> str:
        """A word with possible secrets in it masked."""
        if len(word) < 4 or word.isalpha():
            return word
        is_url = "://" in word
        if not is_url and holds_public_key(word, self.words.get(self.at - 1)):
            return word
        masked = mask_urls(word)
        if "</" in word:
            masked = mask_elements(masked)
        if "=" in word or ":" in word:
            masked = mask_assignments(masked, is_named=self._follows_secret_name(word))
        return mask_shapes(masked, hexadecimal=not is_url and not self._holds_id(word))

    def mask_harmless(self, word: str) -> str:
        """The same for the value of an option that has no secret, except as a setting among several, or in a URL."""
        if holds_public_key(word, ""):
            return word
        if any(sign in word for sign in _BETWEEN_SETTINGS):
            return self.mask_inside(word)
        return mask_shapes(mask_urls(word), hexadecimal=not self._holds_id(word))

    def _follows_secret_name(self, word: str) -> bool:
        """name=DB_PASSWORD value=..., in words of their own."""
        if "alue" not in word:
            return False
        return any(has_secret_name(before) for before in self.words.texts[max(self.at - _NEAR, 0) : self.at])

    def _holds_id(self, word: str) -> bool:
        return holds_id(self.command.program if self.command else "", word, self.words.get(self.at - 1))
