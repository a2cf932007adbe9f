"""`nodetop --cluster URL`: the monitor with all nodes of a hub or a store, or with one of them opened first."""

from msgspec.structs import replace

from nodetop.commands.base.hub import ask, cluster_source, opened
from nodetop.commands.monitor.start import given_back
from nodetop.commands.monitor.targets import targets_of
from nodetop.settings.options import Settings
from nodetop.terminal.tty import Tty


def monitor_cluster(settings: Settings, node: str | None, at: float | None = None) -> int:
    """The monitor, once the hub has answered, standing at a time if one is given. Returns the exit code; raises
    click.UsageError."""

    targets = targets_of(settings)

    async def question() -> None:
        nonlocal settings
        async with opened(settings, prints_notice=False) as source:
            settings = replace(settings, cluster=source.url)
            await (source.overview() if node is None else source.snapshot(node))

    # A wrong URL or token is reported here, where the message stays visible; later problems are shown in the monitor.
    if not ask(question()):
        return 1
    source, tty = cluster_source(settings), Tty.open()
    with given_back(tty):
        from nodetop.commands.monitor.run_app import run_app  # late: Textual is not needed before the hub has answered

        return run_app(source, settings, tty, node, at, targets)
