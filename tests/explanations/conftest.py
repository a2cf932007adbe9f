import pytest

from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler


@pytest.fixture(scope="session")
def here() -> NodeSnapshot:
    """This machine, as it is."""
    files = HostFiles()
    sampler = Sampler(files, probes(files))
    sampler.sample()
    snapshot = sampler.sample()
    while not snapshot.filesystems:  # these are asked in the background
        snapshot = sampler.sample()
    sampler.close()
    return snapshot
