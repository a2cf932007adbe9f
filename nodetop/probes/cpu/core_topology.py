"""The logical CPUs of each core. /sys/devices/system/cpu (kernel admin-guide/cputopology.rst)."""

from nodetop.probes.host_files import HostFiles

_FOLDER = "/sys/devices/system/cpu"

Die = tuple[int, int]
"""The hardware's numbers of a package and of a die in it. There may be gaps."""


class CoreTopology:
    """Read once, and again when CPUs go online or offline."""

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._online: str | None = None
        self._cpus: dict[tuple[Die, int | None], list[int]] | None = None

    def dies(self) -> list[Die]:
        """The dies that have an online CPU, ascending. The kernel numbers them from 0 in this order."""
        return sorted({die for die, _ in self._known()})

    def cpus(self, die: Die, core: int) -> list[int]:
        """The numbers of a core's logical CPUs: two if it runs two threads; empty if there is no such core."""
        return self._known().get((die, core), [])

    def _known(self) -> dict[tuple[Die, int | None], list[int]]:
        online = self._files.line(f"{_FOLDER}/online")
        if self._cpus is None or online != self._online:
            self._online, self._cpus = online, self._read()
        return self._cpus

    def _read(self) -> dict[tuple[Die, int | None], list[int]]:
        found: dict[tuple[Die, int | None], list[int]] = {}
        names = [name for name in self._files.names(_FOLDER) if name.startswith("cpu") and name[3:].isdecimal()]
        for number in sorted(int(name[3:]) for name in names):
            folder = f"{_FOLDER}/cpu{number}/topology"
            package = self._files.number(f"{folder}/physical_package_id")
            if package is not None:
                die = package, self._files.number(f"{folder}/die_id") or 0
                found.setdefault((die, self._files.number(f"{folder}/core_id")), []).append(number)
        return found
