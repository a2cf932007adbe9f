"""Which logical CPUs a core has. /sys/devices/system/cpu (kernel admin-guide/cputopology.rst)."""

from nodetop.probes.base.host_files import HostFiles

_FOLDER = "/sys/devices/system/cpu"


class CoreTopology:
    """Read once, and again when CPUs come or go."""

    def __init__(self, files: HostFiles) -> None:
        self._files = files
        self._online: str | None = None
        self._cpus: dict[tuple[int | None, int | None], list[int]] | None = None

    def cpus(self, package: int, core: int) -> list[int]:
        """Numbers of the logical CPUs of a core: two where it runs two threads; none for one that is not there."""
        online = self._files.line(f"{_FOLDER}/online")
        if self._cpus is None or online != self._online:
            self._online, self._cpus = online, self._read()
        return self._cpus.get((package, core), [])

    def _read(self) -> dict[tuple[int | None, int | None], list[int]]:
        found: dict[tuple[int | None, int | None], list[int]] = {}
        names = [name for name in self._files.names(_FOLDER) if name.startswith("cpu") and name[3:].isdecimal()]
        for number in sorted(int(name[3:]) for name in names):
            folder = f"{_FOLDER}/cpu{number}/topology"
            package, core = (self._files.number(f"{folder}/{name}") for name in ("physical_package_id", "core_id"))
            found.setdefault((package, core), []).append(number)
        return found
