"""Which control groups are workloads, and which workload is around which, from their paths alone. Pure."""

from nodetop.probes.workloads.kinds import Kind, kind_of


class Nesting:
    """The workloads among the groups that were added, each before those inside it."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        """By path."""
        self.parents: dict[str, str] = {}
        """By path, that of the workload around it; empty for an outermost one."""

    def add(self, path: str) -> None:
        around = self._around(path)
        kind = kind_of(path, self.kinds.get(around))
        if kind is not None:
            self.kinds[path], self.parents[path] = kind, around

    def _around(self, path: str) -> str:
        while path:
            path = path.rpartition("/")[0]
            if path in self.kinds:
                return path
        return ""
