"""All probes, in the order of the snapshot's fields. Add a line here for a new metric."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from nodetop.probes.base.late import LateProbe
from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.base.probe import Probe
from nodetop.probes.host_files import HostFiles


def probes(
    files: HostFiles,
    *,
    platform: str = sys.platform,
    all_filesystems: bool = False,
    ignored_units: Sequence[str] = (),
    rest: Rest = no_rest,
) -> list[Probe]:
    """New probes for a host, one for each metric of NodeSnapshot. `platform` is as in sys.platform: Linux is read
    directly from /proc and /sys, other systems through psutil. `all_filesystems`: also those without storage.
    `ignored_units`: patterns of systemd units that do not count as failed. `rest` is called now and then
    in long readings, see pace.py."""
    if platform == "linux":
        return _linux(files, all_filesystems, ignored_units, rest)
    return _portable(files, all_filesystems)


def _linux(files: HostFiles, all_filesystems: bool, ignored_units: Sequence[str], rest: Rest) -> list[Probe]:
    from nodetop.probes.balance.probe import BalanceProbe  # a system loads its own probes alone
    from nodetop.probes.cgroups.limits import CgroupLimitsProbe
    from nodetop.probes.cpu.probe import CpuProbe
    from nodetop.probes.disks import DisksProbe
    from nodetop.probes.filesystems import FilesystemsProbe
    from nodetop.probes.host import HostProbe
    from nodetop.probes.memory import MemoryProbe
    from nodetop.probes.network.probe import NetworkProbe
    from nodetop.probes.processes.probe import ProcessesProbe
    from nodetop.probes.temperature.probe import TemperatureProbe

    workloads = LateProbe("workloads", lambda: _workloads(files, rest))
    temperature = TemperatureProbe(files)
    filesystems = FilesystemsProbe(files, all_filesystems=all_filesystems)
    cpu, memory = CpuProbe(files, core_celsius=lambda: temperature.core_celsius), MemoryProbe(files)
    processes = ProcessesProbe(files, renamed=lambda: _renamed(workloads), rest=rest)
    return [
        HostProbe(files),
        cpu,
        memory,
        filesystems,
        DisksProbe(files, mounted=lambda: filesystems.mounted),
        NetworkProbe(files),
        temperature,
        processes,
        BalanceProbe(files, cpu, memory, processes),
        CgroupLimitsProbe(files),
        workloads,
        LateProbe("units", lambda: _units(files, ignored_units)),
    ]


def _workloads(files: HostFiles, rest: Rest) -> Probe:
    from nodetop.probes.workloads.probe import WorkloadsProbe  # late: the first frame does not wait for it

    return WorkloadsProbe(files, rest=rest)


def _renamed(workloads: LateProbe) -> Mapping[str, str]:
    """Names of containers, once the workloads have been read."""
    made: Any = workloads.made
    return {} if made is None else made.names.renamed


def _units(files: HostFiles, ignored: Sequence[str]) -> Probe:
    from nodetop.probes.units import UnitsProbe  # late: the first frame does not wait for systemctl

    return UnitsProbe(files, ignored)


def _portable(files: HostFiles, all_filesystems: bool) -> list[Probe]:
    from nodetop.probes.portable.probes import portable_probes  # psutil, which Linux does without

    return portable_probes(files, all_filesystems=all_filesystems)
