"""The pens of one screen, each named by a character: a row's pens are a string, compared as fast as its text. Names
begin at chr(0), as Python has the first 256 characters once each and need not make them anew."""

from msgspec.structs import replace

from nodetop.terminal.sgr import PLAIN, Pen, after, change

UNKNOWN_PEN = ""


class Pens:
    """Names of pens, and what is asked about them for every frame, answered once."""

    def __init__(self) -> None:
        self._names: dict[Pen, str] = {}
        self._pens: dict[str, Pen] = {}
        self.on_blank: dict[str, str] = {}
        """By name: the pen that looks the same on a blank, and the same for all that do."""
        self.after: dict[tuple[str, str], str] = {}
        """By name and SGR parameters: the next pen. Filled by `learn`."""
        self.of_sequence = _OfSequence(self)
        """By a theme's SGR sequence: the pen that it sets. Raises ValueError if it is not understood."""
        self._changes: dict[tuple[str, str], str] = {}
        self._apart: dict[tuple[str, str], tuple[bool, str, bool, str]] = {}
        self._for_blanks: dict[tuple[str, str], str] = {}
        self.plain = self.name(PLAIN)

    def name(self, pen: Pen) -> str:
        name = self._names.get(pen)
        if name is None:
            name = self._names[pen] = chr(len(self._names))
            self._pens[name] = pen
            self.on_blank[name] = name
            self.on_blank[name] = self.name(pen.on_blank())
        return name

    def is_ground(self, name: str) -> bool:
        """Whether it is nothing but a background colour, or plain."""
        return self._pens[name] == Pen(ground=self._pens[name].ground)

    def learn(self, name: str, parameters: str) -> str | None:
        """The pen after an SGR sequence with these parameters; None if they are not understood."""
        pen = after(self._pens[name], parameters)
        if pen is None:
            return None
        found = self.after[name, parameters] = self.name(pen)
        return found

    def for_blanks(self, old: str, name: str) -> str:
        """The pen to draw blanks of this one with, if the terminal has the old pen: as little different as possible."""
        found = self._for_blanks.get((old, name))
        if found is None:
            kept = replace(self._pens[old], ground=self._pens[name].ground) if old else self._pens[name]
            found = self.name(kept) if kept.on_blank() == self._pens[name].on_blank() else name
            self._for_blanks[old, name] = found
        return found

    def change(self, old: str, new: str) -> str:
        """The sequence that changes pens; `old` may be UNKNOWN_PEN."""
        found = self._changes.get((old, new))
        if found is None:
            found = self._changes[old, new] = change(self._pens.get(old), self._pens[new])
        return found

    def apart(self, first: str, name: str) -> tuple[bool, str, bool, str]:
        """Orders pens by what is long to change, those like the first one before others: ground, then attributes."""
        key = (first, name)
        found = self._apart.get(key)
        if found is None:
            old, new = self._pens.get(first, PLAIN), self._pens[name] if name else PLAIN
            on = ";".join(sorted(new.attributes))
            found = (new.ground != old.ground, new.ground, new.attributes != old.attributes, on)
            self._apart[key] = found
        return found


class _OfSequence(dict[str, str]):
    """Filled when a sequence is first asked for; a dict, as each run of each line asks."""

    def __init__(self, pens: Pens) -> None:
        self._pens = pens

    def __missing__(self, sequence: str) -> str:
        found = self._pens.learn(self._pens.plain, sequence[2:-1])
        if found is None:
            raise ValueError(f"{sequence!r} sets no pen")
        self[sequence] = found
        return found
