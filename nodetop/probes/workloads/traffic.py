"""What workloads receive and send over the network, without root.

A workload in this program's own network namespace: its TCP connections, see connections.py. UDP is not seen, nor what a
connection moved after the last reading before it closed; so this is the least that was moved.

A workload with a network namespace of its own, as most containers have: the counters of its interfaces, which count
everything. Workloads that share a namespace, as the containers of a pod do, have the same numbers.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nodetop.model.derived import total
from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.base.probe import delta_rate
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.connections import ConnectionRates, Rates
from nodetop.probes.workloads.namespaces import Counted, namespace_of, own_namespace, read_namespace
from nodetop.probes.workloads.tree import Found

_LOOK_AGAIN_SECONDS, _LONGEST_SECONDS = 30.0, 300.0
"""For workloads without a known process, and for those whose process still runs in the same namespace."""
_PART = 8
OTHER_NETWORK = "network: this program is not in the host's network (hostNetwork), so it sees no connections of it"


class Use(NamedTuple):
    """The rates of a workload. `scope` says what they count: connections, interfaces, or both (a slice with workloads
    of either kind); None: nothing is known. `namespace` stands for a network namespace of its own."""

    rates: Rates = Rates()
    scope: str | None = None
    namespace: int | None = None


class _Member(NamedTuple):
    """A process of a workload, and the namespace it was in at that time."""

    pid: int | None
    namespace: int | None
    at: float


class Traffic:
    """For one thread."""

    def __init__(
        self, files: HostFiles, *, monotonic: Callable[[], float] = time.monotonic,
        connections: ConnectionRates | None = None, own: Callable[[], int | None] = own_namespace,
    ) -> None:  # fmt: skip
        self._files = files
        self._monotonic = monotonic
        self._connections = connections or ConnectionRates(monotonic=monotonic)
        self._own = own()
        self._members: dict[str, _Member] = {}
        self._counted: dict[int, tuple[Counted, float]] = {}
        self._rates: dict[int, Rates] = {}
        self._outermost: dict[str, int] = {}
        self.problem: str | None = None
        """Why nothing is known of connections, or not of all."""

    def read(
        self, found: Mapping[str, Found], chosen: Iterable[str], ids: Mapping[str, int],
        first_pid: Callable[[str], int | None], rest: Rest = no_rest,
    ) -> None:  # fmt: skip
        """Reads the connections of all workloads, and the namespaces of the chosen ones. `first_pid` returns a process
        of a group; `rest` is called after each few groups."""
        host = namespace_of(self._files, 1)
        if self._files.proc == "/proc" or host == self._own:
            self._connections.read(ids)
            self.problem = self._connections.problem
        else:
            self.problem = OTHER_NETWORK
        now = self._monotonic()
        self._members = {path: member for path, member in self._members.items() if path in found}
        pids: dict[int, int] = {}
        for number, path in enumerate(chosen, 1):
            if number % _PART == 0:
                rest()
            if found[path].kind.is_closed or found[path].is_inner:
                member = self._member(path, now, first_pid)
                if member.pid is not None and member.namespace is not None:
                    pids[member.namespace] = member.pid
        pids = {namespace: pid for namespace, pid in pids.items() if namespace not in (host, self._own)}
        for namespace, pid in pids.items():
            self._count(namespace, pid, self._monotonic())
        self._forget()
        self._outermost = dict(self._without_inner())

    @property
    def cut(self) -> str | None:
        """What of the connections was left out because there are too many; None: nothing."""
        return self.problem if self._connections.is_cut else None

    def of(self, path: str) -> Use:
        """What is known of the workload at this path."""
        namespace = self._own_namespace(path)
        if namespace is not None:
            return Use(self._rates.get(namespace, Rates()), "interfaces", namespace)
        inside = {each for place, each in self._outermost.items() if place.startswith(path + "/")}
        rates = [self._rates.get(each, Rates()) for each in inside]
        connections = None if self.problem == OTHER_NETWORK else self._connections.of(path)
        if connections is not None:
            rates.append(connections)
        return Use(_sum(rates), "both" if inside else "connections") if rates else Use()

    def _own_namespace(self, path: str) -> int | None:
        member = self._members.get(path)
        return member.namespace if member is not None and member.namespace in self._counted else None

    def _member(self, path: str, now: float, first_pid: Callable[[str], int | None]) -> _Member:
        """A process of a workload. Another one is looked for when it has ended, and now and then."""
        old = self._members.get(path)
        if old is not None:
            seconds = now - old.at
            if seconds < _LOOK_AGAIN_SECONDS and old.pid is None:
                return old
            if seconds < _LONGEST_SECONDS and old.pid is not None and self._is_there(old.pid, old.namespace):
                return old
        pid = first_pid(path)
        namespace = None if pid is None else namespace_of(self._files, pid)
        found = self._members[path] = _Member(pid, namespace, now)
        return found

    def _is_there(self, pid: int, namespace: int | None) -> bool:
        return namespace_of(self._files, pid) == namespace

    def _count(self, namespace: int, pid: int, now: float) -> None:
        totals = read_namespace(self._files, pid)
        if totals is None:
            return
        before, at = self._counted.get(namespace, (None, now))
        self._counted[namespace] = totals, now
        if before is not None and now > at:
            grown = (delta_rate(old, new, now - at) for old, new in zip(before, totals, strict=True))
            self._rates[namespace] = Rates(*grown)

    def _without_inner(self) -> Iterator[tuple[str, int]]:
        """The workloads with a namespace of their own, without those inside another such one: what moves through an
        inner one passes the outer one's interfaces as well."""
        own = {path: member.namespace for path, member in self._members.items() if member.namespace in self._counted}
        for path, namespace in own.items():
            around = path.rpartition("/")[0]
            while around and around not in own:
                around = around.rpartition("/")[0]
            if not around and namespace is not None:
                yield path, namespace

    def _forget(self) -> None:
        """Drops namespaces that no workload has any more."""
        used = {member.namespace for member in self._members.values()}
        for namespace in self._counted.keys() - used:
            del self._counted[namespace]
            self._rates.pop(namespace, None)


def _sum(rates: Sequence[Rates]) -> Rates:
    return Rates(*(total(values, lambda value: value) for values in zip(*rates, strict=True)))
