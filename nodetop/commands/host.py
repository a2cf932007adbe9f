"""This host, or the one the settings point at, as something that can be sampled."""

from nodetop.probes.base.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from nodetop.settings.options import Settings


def host_sampler(settings: Settings) -> Sampler:
    """All probes of the host below the settings' roots."""
    files = HostFiles(settings.proc_root, settings.sys_root, settings.host_root)
    return Sampler(files, probes(files, all_filesystems=settings.all_filesystems), node=settings.node_name)
