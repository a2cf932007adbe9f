"""What the terminal can show, according to the environment."""

from collections.abc import Mapping

from nodetop.drawing.theme import Depth

_TRUECOLOR_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio", "WarpTerminal"})
_TRUECOLOR_TERMS = ("direct", "truecolor", "kitty", "alacritty", "ghostty", "wezterm", "foot", "contour", "rio")
_SIXTEEN_TERMS = ("linux", "xterm-16color", "vt220", "cons25", "ansi", "screen", "rxvt", "cygwin")


def colour_depth(env: Mapping[str, str]) -> Depth:
    """How many colours to send. A non-empty NO_COLOR (no-color.org) or a dumb terminal means none."""
    term = env.get("TERM", "").lower()
    if env.get("NO_COLOR") or term in ("dumb", "unknown") or term.startswith(("vt100", "vt102")):
        return "none"
    if env.get("COLORTERM", "").lower() in ("truecolor", "24bit") or env.get("WT_SESSION"):
        return "truecolor"
    if env.get("TERM_PROGRAM") in _TRUECOLOR_PROGRAMS or any(name in term for name in _TRUECOLOR_TERMS):
        return "truecolor"
    if "256" in term:
        return "256"
    if term in _SIXTEEN_TERMS:
        return "16"
    return "256" if term.startswith(("xterm", "tmux", "screen", "rxvt")) else "16"


def wants_ascii(env: Mapping[str, str]) -> bool:
    """Whether the locale is not UTF-8, so that braille and box characters would be shown as question marks.

    An unset locale counts as UTF-8 (containers and services have none, and the terminal that is used is a modern one),
    except on the Linux console, whose font has no braille.
    """
    if env.get("TERM", "").lower() == "linux":
        return True
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    name, dot, charset = locale.partition(".")
    if dot:
        return charset.partition("@")[0].replace("-", "").lower() not in ("utf8", "utf8mac")
    return name in ("C", "POSIX")  # set explicitly: Python replaces an implicit C by C.UTF-8
