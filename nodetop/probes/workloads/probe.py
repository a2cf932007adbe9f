"""Workloads: control groups by name, with the kernel's own counters for each of them.

Read in a background thread, every thirty seconds while nobody looks at them, else for every sample. One reading reads
a limited number of groups: those on the screen, the busiest ones, and as many of the others as fit, in turn; while
nobody looks, a quarter of them. So the cost does not grow with the number of groups, and each has its turn within a few
readings. The rates of a row cover the time between the two readings of its group.
"""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from nodetop.model.cgroups import WorkloadMetrics, WorkloadSummary
from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.base.probe import Probe, Unavailable
from nodetop.probes.cgroups.kept_mounts import KeptMounts
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.counters import CounterReader, Counters, Facts, reader_for
from nodetop.probes.workloads.members import first_pid, own_groups
from nodetop.probes.workloads.names import Names
from nodetop.probes.workloads.rows import Record, row_of
from nodetop.probes.workloads.traffic import Traffic
from nodetop.probes.workloads.tree import MOST_GROUPS, Found, Trees, Walk, Walker, trees_of

UNWATCHED_SECONDS = 30.0
WATCHED_SECONDS = 0.2
"""Shorter than any interval between samples, so that it is read for each of them."""
WALK_SECONDS = 5.0
UNWATCHED_WALK_SECONDS = 60.0
"""How long the list of groups is used; while nobody looks, new ones are found later."""
MOST_READ = 200
_PART = 8
_UNWATCHED_SHARE = 4
"""While nobody looks, one reading reads one in so many groups, besides new and busy ones."""
_LEAST_READ = 16
_BUSIEST = 50
_BUSY_PERCENT = 1.0
"""Of one core. Groups that use less have their turn with the idle ones."""
_FACTS_SECONDS, _UNWATCHED_FACTS_SECONDS = 30.0, 120.0
_LEAST_SECONDS = 0.2
"""The counters of some controllers are added up only this often."""
_NONE = Facts()


class WorkloadsReading(NamedTuple):
    """The workloads that were read so far, by path, and all that there are."""

    records: dict[str, Record]
    walk: Walk
    network_problem: str | None = None


class WorkloadsProbe(Probe):
    """Fills `workloads`. Keeps what it read of each group until it reads it again."""

    name = "workloads"

    def __init__(
        self,
        files: HostFiles,
        names: Names | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        traffic: Traffic | None = None,
        rest: Rest = no_rest,
    ) -> None:
        """`rest` is called after each few groups."""
        self.slow_seconds = UNWATCHED_SECONDS
        self._files, self._mounts = files, KeptMounts(files)
        self.names = names or Names(files)
        self._monotonic, self._rest = monotonic, rest
        self._traffic = traffic or Traffic(files, monotonic=monotonic)
        self._trees: Trees | None = None
        self._reader: CounterReader | None = None
        self._walker: Walker | None = None
        self._walk = Walk((), 0, False)
        self._walk_at = float("-inf")
        self._found: dict[str, Found] = {}
        self._records: dict[str, Record] = {}
        self._waiting: list[str] = []
        self._watched: frozenset[str] = frozenset()

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        self._watched = groups or frozenset()
        self.slow_seconds = UNWATCHED_SECONDS if groups is None else WATCHED_SECONDS

    @property
    def _is_watched(self) -> bool:
        return self.slow_seconds == WATCHED_SECONDS

    def read(self) -> WorkloadsReading:
        """Raises Unavailable if no control groups are mounted."""
        now = self._monotonic()
        if now >= self._walk_at + (WALK_SECONDS if self._is_watched else UNWATCHED_WALK_SECONDS):
            self._look_again()
            self._walk_at = now
        found = self._found
        chosen = set(self._chosen(found))
        self._traffic.read(found, chosen, self._walk.ids, self._first_pid, self._rest)
        cut = (f"only the first {MOST_GROUPS:,} control groups" if self._walk.is_cut else None, self._traffic.cut)
        self.notice = "; ".join(filter(None, cut)) or None
        records: dict[str, Record] = {}
        for number, (path, each) in enumerate(found.items(), 1):
            if number % _PART == 0:
                self._rest()
            old = self._records.get(path)
            record = self._read_one(each, old, found) if path in chosen else old
            if record is not None:
                records[path] = record
        self._records = records
        return WorkloadsReading(records, self._walk, self._traffic.problem)

    def derive(
        self, previous: WorkloadsReading | None, current: WorkloadsReading, elapsed: float | None
    ) -> WorkloadSummary:
        rows = _distinct(record.row for record in current.records.values())
        if previous is None:
            rows = {group: _without_rates(row) for group, row in rows.items()}
        kinds = [each.kind.kind for each in current.walk.found]
        return WorkloadSummary(
            groups=current.walk.groups,
            total=len(kinds),
            containers=kinds.count("container"),
            pods=kinds.count("pod"),
            units=kinds.count("unit") + kinds.count("user_unit"),
            network_problem=current.network_problem,
            rows=tuple(rows.values()),
        )

    def _look_again(self) -> None:
        trees = trees_of(self._mounts.now())
        if trees != self._trees or self._reader is None or self._walker is None:
            if trees.unified is None and not trees.controllers:
                raise Unavailable("no control groups are mounted")
            self._trees, self._reader = trees, reader_for(self._files, trees)
            self._walker = Walker(self._files, trees)
        else:
            self._reader.look_again()
        self._walk = self._walker.walk(all_trees=self._is_watched, rest=self._rest)
        self._found = {each.path: each for each in self._walk.found}

    def _first_pid(self, path: str) -> int | None:
        assert self._trees is not None
        folders = [self._files.path(each.folder) for each in self._trees.mounted]
        return first_pid(folders, own_groups(path, self._walk.paths, self._found))

    def _chosen(self, found: dict[str, Found]) -> Iterable[str]:
        """The groups to read this time, at most MOST_READ: those on the screen, busy ones, new ones, others in turn."""
        most = MOST_READ if self._is_watched else min(max(len(found) // _UNWATCHED_SHARE, _LEAST_READ), MOST_READ)
        if len(found) <= most:
            return found
        watched = [path for path, each in found.items() if each.shown in self._watched][:MOST_READ]
        chosen = dict.fromkeys(watched)
        busiest = sorted(self._records.values(), key=_busy, reverse=True)[:_BUSIEST]
        chosen |= dict.fromkeys(record.found.path for record in busiest if _busy(record) >= _BUSY_PERCENT)
        new = (path for path in found if path not in self._records)
        chosen |= dict.fromkeys(islice(new, MOST_READ - min(len(chosen), MOST_READ)))
        while len(chosen) < most:
            if not self._waiting:
                self._waiting = list(reversed(found))
            chosen[self._waiting.pop()] = None
        return [path for path in chosen if path in found]

    def _read_one(self, found: Found, old: Record | None, all_found: dict[str, Found]) -> Record | None:
        assert self._reader is not None
        now = self._monotonic()
        if old is not None and old.found == found and now - old.at < _LEAST_SECONDS:
            return old
        counters = self._reader.counters(found.path)
        if counters is None:
            return None
        facts, facts_at = (old.facts, old.facts_at) if old is not None else (_NONE, float("-inf"))
        before, seconds = (old.counters, now - old.at) if old is not None else (None, None)
        facts_for = _FACTS_SECONDS if self._is_watched else _UNWATCHED_FACTS_SECONDS
        if found.shown in self._watched or now - facts_at >= facts_for or _is_another(before, counters):
            facts, facts_at = self._reader.facts(found.path), now
        parent = all_found.get(found.parent)
        named = self.names.of_group(found.path, found.kind)
        container = self.names.of_processes(found.path)
        use = self._traffic.of(found.path)
        row = row_of(found, named, container, parent.shown if parent else "", counters, facts, before, seconds, use)
        return Record(found, now, counters, facts, facts_at, row)


def _is_another(before: Counters | None, now: Counters) -> bool:
    """Whether it is a new group with the same name, as after a restart of a unit: it counts from zero."""
    old, new = (each.cpu_microseconds if each is not None else None for each in (before, now))
    return old is not None and (new is None or new < old)


def _busy(record: Record) -> float:
    return record.row.cpu_percent or 0.0


def _distinct(rows: Iterable[WorkloadMetrics]) -> dict[str, WorkloadMetrics]:
    """By group. Two groups with unprintable names may look the same; then the first one counts."""
    found: dict[str, WorkloadMetrics] = {}
    for row in rows:
        found.setdefault(row.group, row)
    return found


def _without_rates(row: WorkloadMetrics) -> WorkloadMetrics:
    return replace(
        row, cpu_percent=None, cpu_limit_percent=None, cpu_throttled_percent=None, read_bytes_per_second=None,
        write_bytes_per_second=None, reads_per_second=None, writes_per_second=None, receive_bytes_per_second=None,
        transmit_bytes_per_second=None, retransmits_per_second=None,
    )  # fmt: skip
