"""The help of both commands and of their subcommands."""

import click
import pytest

from nodetop.cli import _command as nodetop
from nodetop.server.cli import _command as server


def helps(command: click.Command, name: str, parent: click.Context | None = None) -> dict[str, str]:
    """The help of a command and of those below it, on a terminal of 80 columns."""
    context = click.Context(command, info_name=name, parent=parent, terminal_width=80)
    below = command.commands if isinstance(command, click.Group) else {}
    found = {context.command_path: command.get_help(context)}
    for word, each in below.items():
        found |= helps(each, word, context)
    return found


HELPS = helps(nodetop, "nodetop") | helps(server, "nodetop-server")


@pytest.mark.parametrize("command", HELPS)
def test_no_help_is_cut(command: str) -> None:
    assert [line for line in HELPS[command].splitlines()[1:] if line.endswith("...")] == []


def test_a_subcommand_says_what_its_own_options_do() -> None:
    assert len(HELPS) > 10
    for command in ("nodetop export", "nodetop alerts", "nodetop alerts try"):
        assert "Show many nodes" not in HELPS[command]
        assert "acknowledge" not in HELPS[command], "it acknowledges nothing"
