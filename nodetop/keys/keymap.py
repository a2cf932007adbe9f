"""Which keys do what: the defaults, changed by a preset, changed by the user. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from nodetop.keys.action import Action
from nodetop.keys.modes import Offer
from nodetop.keys.names import KeyNameError, parse_keys
from nodetop.keys.presets import PRESETS
from nodetop.keys.tables import TABLES


class KeymapError(ValueError):
    """Keys that cannot be used. `action` is the wrong entry; the message says what is wrong and what is allowed."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(message)
        self.action = action


class Keymap(Struct, frozen=True):
    """Keys in canonical form, by the id of the action."""

    keys: Mapping[str, tuple[str, ...]]

    def of(self, action: Action) -> tuple[str, ...]:
        """All keys of an action; none if the user has removed them."""
        return self.keys.get(action.id, ())

    def first(self, name: str) -> str:
        """The key with which an action is mentioned; empty if it has none."""
        return next(iter(self.keys.get(name, ())), "")

    def footer(self, actions: Iterable[Action]) -> tuple[tuple[str, str], ...]:
        """Key and label of the actions that the footer shows and that have a key."""
        return self.offered(Offer(each.id, each.label, each.beside) for each in actions if each.label)

    def offered(self, offers: Iterable[Offer]) -> tuple[tuple[str, str], ...]:
        """Key and label of these actions, of those that have a key."""
        shown = (
            (" ".join(filter(None, (self.first(each.id), each.beside and self.first(each.beside)))), each.label)
            for each in offers
        )
        return tuple((key, label) for key, label in shown if key)


def keymap(preset: str = "htop", changes: Mapping[str, str] | None = None) -> Keymap:
    """A preset with the user's changes: keys separated by spaces, by action id; "" for none. Raises KeymapError."""
    changes = changes or {}
    return _keymap(preset, tuple(sorted(changes.items())))


@lru_cache(maxsize=8)
def _keymap(preset: str, changes: tuple[tuple[str, str], ...]) -> Keymap:
    chosen = {action.id: action.keys for table in TABLES.values() for action in table}
    chosen.update(PRESETS[preset])
    keys = {name: parse_keys(text) for name, text in chosen.items()}
    for name, text in changes:
        if name not in keys:
            raise KeymapError(name, f"there is no action {name!r}; {_alike(name, keys)}")
        try:
            keys[name] = parse_keys(text)
        except KeyNameError as error:
            raise KeymapError(name, f"{name}: {error}") from None
    _refuse_clashes(keys, [name for name, _ in changes])
    _refuse_traps(keys)
    return Keymap(keys)


def _refuse_clashes(keys: Mapping[str, tuple[str, ...]], changed: Sequence[str]) -> None:
    for screen, table in TABLES.items():
        taken: dict[str, str] = {}
        for action in table:
            for key in keys[action.id]:
                other = taken.setdefault(key, action.id)
                if other != action.id:
                    blamed, kept = (other, action.id) if action.id not in changed else (action.id, other)
                    raise KeymapError(
                        blamed,
                        f"{key} would be both {blamed} and {kept} on the {screen} screen; give {kept} another key",
                    )


def _refuse_traps(keys: Mapping[str, tuple[str, ...]]) -> None:
    """Requires keys for the actions without which the user could not leave, or find out how."""
    for name in ("help", "escape"):
        if not keys[name]:
            raise KeymapError(name, f"{name} needs a key")


def _alike(name: str, known: Iterable[str]) -> str:
    import difflib  # only a wrong name needs it

    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}?" if close else f"known actions: {', '.join(sorted(known))}"
