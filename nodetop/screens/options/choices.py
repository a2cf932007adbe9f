"""Options that can be changed while the monitor runs, with their possible values. Pure; the options screen shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from nodetop.keys.presets import PRESETS
from nodetop.model.panels import PANELS
from nodetop.settings.options import Settings

INTERVALS = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True)
class Option:
    """`now` reads its value from the settings, `values` are all possible ones, `change` makes settings of a value."""

    group: str
    name: str
    note: str
    values: Sequence[Any]
    now: Callable[[Settings], Any]
    change: Callable[[Settings, Any], dict[str, Any]]
    words: Callable[[Any], str]

    def text(self, settings: Settings) -> str:
        """Its value as shown to the user."""
        return self.words(self.now(settings))

    def turned(self, settings: Settings, steps: int) -> dict[str, Any]:
        """The settings with the value so many places further on, wrapping around. From a value that is not one of
        these, goes to the next larger or smaller one."""
        values, now = list(self.values), self.now(settings)
        if now in values:
            index = (values.index(now) + steps) % len(values)
        else:
            below = sum(value < now for value in values)
            index = min(below, len(values) - 1) if steps > 0 else max(below - 1, 0)
        return self.change(settings, values[index])


def options(layouts: Sequence[str], themes: Sequence[str]) -> tuple[Option, ...]:
    """All options, with the names of the available layouts and themes."""
    return (
        _field("Look", "theme", "colours", themes, str),
        _field("Look", "ascii", "plain ASCII characters", (None, True, False), _automatic),
        _field("Keys", "keys", "preset; [keys] changes single keys", tuple(PRESETS), str),
        _field("Data", "interval", "seconds between samples", INTERVALS, lambda value: f"{value:g} s"),
        _field("Units", "network_bits", "network rates in bits, not bytes", (False, True), _yes),
        _field("Units", "fahrenheit", "temperatures in °F, not °C", (False, True), _yes),
        _field("Units", "cpu_of_machine", "process CPU of all cores, not of one", (False, True), _yes),
        _field("Layout", "command_folders", "commands with folders", (False, True), _yes),
        Option(
            "Layout",
            "layout",
            "named layout of the node screen",
            layouts,
            lambda settings: settings.layout.name,
            lambda settings, name: {"layout": settings.layout.choose(name)},
            str,
        ),
        *(_panel(name) for name in PANELS),
    )


def _field(group: str, name: str, note: str, values: Sequence[Any], words: Callable[[Any], str]) -> Option:
    return Option(
        group, name, note, values, lambda settings: getattr(settings, name), lambda _, value: {name: value}, words
    )


def _panel(name: str) -> Option:
    return Option(
        "Layout",
        name,
        "panel of the node screen",
        (True, False),
        lambda settings: name not in settings.layout.hidden,
        lambda settings, _: {"layout": settings.layout.toggled(name)},
        lambda shown: "shown" if shown else "hidden",
    )


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _automatic(value: bool | None) -> str:
    return "by locale" if value is None else _yes(value)
