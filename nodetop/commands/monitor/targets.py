"""What this monitor can switch to: this host and the table [clusters] of the settings file."""

import asyncio
from collections.abc import Sequence

import click
from msgspec.structs import replace

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.settings.clusters import with_remembered
from nodetop.settings.options import Settings
from nodetop.sources.source import Source, SourceError
from nodetop.sources.targets import Target, Targets

THIS_HOST = "this host"


def targets_of(settings: Settings) -> Targets | None:
    """None if no cluster is remembered, as for visitors in a browser: these must not see the hub's own host."""
    return SettingsTargets(settings) if settings.clusters else None


class SettingsTargets(Targets):
    """A cluster that was opened by its URL is one of them as long as the monitor runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = {THIS_HOST: replace(settings, cluster=None)}
        # How the first cluster is trusted was perhaps set by flags, which say nothing about another one.
        bare = replace(settings, token_file=None, act_token_file=None, ca_file=None, pin=None, insecure_http=False)
        for name in settings.clusters:
            self._settings[name] = with_remembered(replace(bare, cluster=name))
        self.current = THIS_HOST
        if settings.cluster:
            same = (name for name in settings.clusters if self._settings[name].cluster == settings.cluster)
            self.current = next(same, settings.cluster)
            self._settings[self.current] = settings

    @property
    def all(self) -> Sequence[Target]:
        return [
            Target(name, each.cluster if each.cluster and each.cluster != name else "")
            for name, each in self._settings.items()
        ]

    async def open(self, name: str) -> Source:
        settings = self._settings[name]
        try:
            source = await (_hub(settings) if settings.cluster else in_daemon_thread(lambda: _host(settings)))
        except click.UsageError as error:
            raise SourceError(error.format_message()) from None
        except OSError as error:
            raise SourceError(f"{name}: {error.strerror or error}") from None
        self.current = name
        return source


async def _hub(settings: Settings) -> Source:
    from nodetop.commands.base.hub import cluster_source, recognised  # late: HTTP

    # Files of tokens and certificates are read: not on the loop that draws.
    source = await in_daemon_thread(lambda: cluster_source(asyncio.run(recognised(settings))))
    try:
        await source.overview()
    except BaseException:
        await source.aclose()
        raise
    return source


def _host(settings: Settings) -> Source:
    from nodetop.commands.base.host import host_sampler  # late: a cluster needs no probes
    from nodetop.commands.monitor.local_source import live_source

    sampler = host_sampler(settings)
    return live_source(sampler, sampler.sample(), settings, None)[0]
