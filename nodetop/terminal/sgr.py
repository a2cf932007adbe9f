"""SGR, the escape sequences that set colours and attributes: what they set, and the shortest way from one to another.

ECMA-48 section 8.3.117, and 38 and 48 with 5 or 2 (ITU-T T.416) as xterm writes them, with semicolons.
"""

from functools import lru_cache

from msgspec import Struct

_OFF = {
    "1": "22", "2": "22", "3": "23", "4": "24", "21": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29",
    "51": "54", "52": "54", "53": "55",
}  # fmt: skip
"""Attributes, and what switches each off: 22 both bold and dim."""
_VISIBLE_ON_BLANKS = frozenset({"4", "21", "5", "6", "7", "9", "51", "52", "53"})
_LENGTH = {"5": 3, "2": 5}
"""Numbers that a colour of 38 or 48 takes: 38;5;N and 38;2;R;G;B."""


class Pen(Struct, frozen=True):
    """How the next characters are drawn: colours as SGR writes them ("" is the terminal's own), and attributes."""

    ink: str = ""
    ground: str = ""
    attributes: frozenset[str] = frozenset()

    def on_blank(self) -> "Pen":
        """What can be seen of it where there is only a blank."""
        return self if self.attributes & _VISIBLE_ON_BLANKS else Pen(ground=self.ground)


PLAIN = Pen()


@lru_cache(maxsize=1024)
def after(pen: Pen, parameters: str) -> Pen | None:
    """The pen after `ESC [ parameters m`; None if that holds a number that is not known here."""
    ink, ground, attributes = pen.ink, pen.ground, pen.attributes
    codes = [code.lstrip("0") or "0" for code in parameters.split(";")]
    while codes:
        code = codes[0]
        taken = _LENGTH.get("".join(codes[1:2]), 0) if code in ("38", "48") else 1
        if not taken or taken > len(codes):
            return None
        colour = ";".join(codes[:taken])
        del codes[:taken]
        if code == "0":
            ink, ground, attributes = "", "", frozenset()
        elif code in _OFF:
            attributes |= {code}
        elif code in _OFF.values():
            attributes = frozenset(each for each in attributes if _OFF[each] != code)
        elif code == "39" or code == "38" or code in _INKS:
            ink = "" if code == "39" else colour
        elif code == "49" or code == "48" or code in _GROUNDS:
            ground = "" if code == "49" else colour
        else:
            return None
    return Pen(ink, ground, attributes)


_INKS = frozenset(str(code) for start in (30, 90) for code in range(start, start + 8))
_GROUNDS = frozenset(str(code) for start in (40, 100) for code in range(start, start + 8))


@lru_cache(maxsize=4096)
def change(old: Pen | None, new: Pen) -> str:
    """The shortest sequence that leads from one pen, None if it is not known, to another."""
    whole = ";".join(["", *sorted(new.attributes), *filter(None, (new.ink, new.ground))])
    if old is None or new == PLAIN:
        return f"\x1b[{whole}m"
    off = sorted({_OFF[each] for each in old.attributes - new.attributes})
    on = sorted(each for each in new.attributes if each not in old.attributes or _OFF[each] in off)
    ink = [new.ink or "39"] if new.ink != old.ink else []
    ground = [new.ground or "49"] if new.ground != old.ground else []
    step = ";".join([*off, *on, *ink, *ground])
    return f"\x1b[{min(step, whole, key=len)}m"
