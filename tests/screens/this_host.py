"""This host as a source that takes samples only when a test says so, without blocking the event loop."""

from nodetop.base.daemon_thread import in_daemon_thread
from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.sampler import Sampler
from nodetop.sources.local.source import LocalSource
from nodetop.sources.source import SnapshotTaken


class ThisHost(LocalSource):
    """Its processes alone."""

    def __init__(self, sampler: Sampler, *, readonly: bool = False) -> None:
        super().__init__(sampler, interval=3600.0, readonly=readonly)
        self.sampler = sampler

    def _start(self) -> None:
        """No samples of its own."""

    async def sample(self) -> NodeSnapshot:
        return await in_daemon_thread(self.sampler.sample)

    def show(self, snapshot: NodeSnapshot) -> None:
        self._deliver(SnapshotTaken(snapshot))


async def this_host(*, readonly: bool = False) -> ThisHost:
    def make() -> Sampler:
        files = HostFiles()
        return Sampler(files, [ProcessesProbe(files)], node="here")

    return ThisHost(await in_daemon_thread(make), readonly=readonly)
