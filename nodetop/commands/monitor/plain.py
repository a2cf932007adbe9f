"""The most usual start: `nodetop` on a terminal, without options but switches and --interval, NODETOP_* variables or a
settings file. It gives the settings that click would give, and does without click, which takes a sixth of a start.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from nodetop.commands.base.output import EXIT_INTERRUPTED, drop_unwritten, print_os_error
from nodetop.settings.home import settings_file
from nodetop.settings.options import ENVIRONMENT_PREFIX, LONGEST_INTERVAL, SHORTEST_INTERVAL, Settings, options


def plain_settings(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Settings | None:
    """None: the command line, the environment or the file has to be read, or there is something to refuse."""
    if any(name.lstrip("_").startswith(ENVIRONMENT_PREFIX) for name in environment) or not _has_terminal(environment):
        return None
    try:
        settings_file().stat()
    except FileNotFoundError:
        values = _read(arguments)
        return None if values is None else Settings(**values, settings_file=settings_file())
    except OSError:
        pass
    return None


def _has_terminal(environment: Mapping[str, str]) -> bool:
    is_terminal = sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()
    return bool(is_terminal) and environment.get("TERM") != "dumb"


def _read(arguments: Sequence[str]) -> dict[str, Any] | None:
    """The values of these options by setting; None if one of them is another option, or wrong."""
    switches = _switches()
    values: dict[str, Any] = {}
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument in switches:
            name, values[name] = switches[argument]
        elif argument == "--interval" and rest and (seconds := _seconds(rest.pop(0))) is not None:
            values["interval"] = seconds
        else:
            return None
    return values


def _switches() -> dict[str, tuple[str, bool]]:
    """The setting and the value of each flag that needs no value."""
    switches: dict[str, tuple[str, bool]] = {}
    for name, option in options(Settings).items():
        if option.kind is None:
            on, off = option.flags[0].split("/")
            switches |= {on: (name, True), off: (name, False)}
    return switches


def _seconds(text: str) -> float | None:
    if not text.isascii() or not text.replace(".", "", 1).isdigit():
        return None
    seconds = float(text)
    return seconds if SHORTEST_INTERVAL <= seconds <= LONGEST_INTERVAL else None


def run_plain(settings: Settings) -> int:
    """Runs the monitor of this host. Returns the exit code."""
    from nodetop.commands.monitor.host import monitor_host  # late: when it is known that this is what runs

    try:
        return monitor_host(settings, None)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OSError as error:
        return print_os_error(error)
    finally:
        drop_unwritten()
