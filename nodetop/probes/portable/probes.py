"""The probes of systems other than Linux. They use psutil, which supports macOS and the BSDs. What it cannot read is
None, never 0."""

from nodetop.model.snapshot import METRICS
from nodetop.probes.base.probe import NotOnThisSystem, Probe
from nodetop.probes.cgroups.limits import CgroupLimitsProbe
from nodetop.probes.host_files import HostFiles
from nodetop.probes.portable.devices import PortableDisksProbe, PortableNetworkProbe, PortableTemperatureProbe
from nodetop.probes.portable.processes import PortableProcessesProbe
from nodetop.probes.portable.system import (
    PortableCpuProbe,
    PortableFilesystemsProbe,
    PortableHostProbe,
    PortableMemoryProbe,
)


def portable_probes(files: HostFiles, *, all_filesystems: bool = False) -> list[Probe]:
    """One for each metric of NodeSnapshot, in its order."""
    made: list[Probe] = [
        PortableHostProbe(),
        PortableCpuProbe(),
        PortableMemoryProbe(),
        PortableFilesystemsProbe(all_filesystems=all_filesystems),
        PortableDisksProbe(),
        PortableNetworkProbe(),
        PortableTemperatureProbe(),
        PortableProcessesProbe(),
        CgroupLimitsProbe(files),  # finds no limits there, because there is no /proc/self/cgroup
    ]
    known = {probe.name: probe for probe in made}
    return [known.get(name) or NotOnThisSystem(name) for name in METRICS]
