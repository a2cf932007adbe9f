"""All watched values of one node. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter

from msgspec import Struct

from nodetop.alerts.alert import Alert
from nodetop.alerts.filling import Filling, StoredFilling
from nodetop.alerts.kills import Kills, StoredKills
from nodetop.alerts.own_rule import OwnRule
from nodetop.alerts.rule import Rule, Rules
from nodetop.alerts.sample import Reading, Sample, kernel_boot
from nodetop.alerts.track import StoredTrack, Track
from nodetop.base.text import clean

MOST_TRACKS = 512
"""Most items of one node that are watched at once; there may be any number of mounts."""
_Item = tuple[str, str]


class StoredWatch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node's watch as it is kept over a restart."""

    last_at: float | None = None
    tracks: tuple[StoredTrack, ...] = ()
    kills: StoredKills = StoredKills()
    filling: StoredFilling = StoredFilling()
    """Of the fullest file system: what earlier versions wrote."""
    fillings: dict[str, StoredFilling] = {}
    """Of each file system that grows, by mount point."""
    still: dict[str, tuple[float, float]] = {}
    boot: tuple[str, int] = ("", 0)
    boots: StoredKills = StoredKills()


class NodeWatch:
    """Takes samples in order of time and reports which alerts ended."""

    def __init__(self, node: str, rules: Rules) -> None:
        self.node = node
        self.last_at: float | None = None
        self.fillings: dict[str, Filling] = {}
        """By mount point; empty for the fullest, if only that is known."""
        self.kills = Kills()
        self._rules = rules
        self._tracks: dict[_Item, Track] = {}
        self._still: dict[str, tuple[float, float]] = {}
        """For rules on values that no longer change: the value, and since when."""
        self._boots = Kills()
        self._boot = ("", 0)
        """The kernel's boot id, and how many boots were seen."""
        self._uptime: float | None = None

    def stored(self) -> StoredWatch:
        """Its content, for restore()."""
        return StoredWatch(
            last_at=self.last_at,
            tracks=tuple(track.stored(item) for (_, item), track in self._tracks.items()),
            kills=self.kills.stored(),
            fillings={item: each.stored() for item, each in self.fillings.items() if each.is_growing},
            still=dict(self._still),
            boot=self._boot,
            boots=self._boots.stored(),
        )

    def restore(self, stored: StoredWatch) -> None:
        """Continues from an earlier run. Tracks of rules that no longer exist are left out."""
        self.last_at = stored.last_at
        self.kills.restore(stored.kills)
        fillings = stored.fillings or ({stored.filling.name or "": stored.filling} if stored.filling.open else {})
        for item, filling in fillings.items():
            self.fillings.setdefault(item, Filling()).restore(filling)
        self._still, self._boot = dict(stored.still), (kernel_boot(stored.boot[0]), stored.boot[1])
        self._boots.restore(stored.boots)
        for each in stored.tracks:
            rule = self._rules.get(each.rule)
            if rule is not None:
                self._tracks[each.rule, each.item] = Track.restored(each, rule)

    def take(self, sample: Sample) -> tuple[list[Alert], bool]:
        """Takes a sample. Returns the alerts that it ended, and whether anything changed that is displayed."""
        is_first = self.last_at is None
        if self.last_at is not None and sample.at < self.last_at:
            self._clock_went_back(sample.at)
        self.last_at = sample.at
        readings = (*sample.readings, *self._derived(sample))
        ended, changed = self._gone(sample, readings)
        for reading in readings:
            rule = self._rules.get(reading.rule)
            if rule is not None:
                if isinstance(rule, OwnRule) and rule.is_unchanged:
                    reading = self._unchanged(reading, sample.at)
                changed |= self._judge(rule, reading, sample, ended, is_first)
        return ended, changed or bool(ended)

    def _derived(self, sample: Sample) -> Iterator[Reading]:
        """Readings that are computed from several samples."""
        if sample.oom_kills is not None:
            self.kills.add(sample.at, sample.oom_kills)
            yield Reading("oom_kills", float(self.kills.recent(sample.at)))
        if sample.boot_id or sample.uptime is not None:
            if self._is_rebooted(sample):
                self._boot = sample.boot_id, self._boot[1] + 1
            self._uptime = sample.uptime
            self._boots.add(sample.at, self._boot[1])
            yield Reading("reboots", float(self._boots.recent(sample.at)))
        if sample.filling:
            yield from self._filling(sample)

    def _is_rebooted(self, sample: Sample) -> bool:
        if sample.boot_id:
            return sample.boot_id != self._boot[0]
        return sample.uptime is not None and self._uptime is not None and sample.uptime < self._uptime

    def _filling(self, sample: Sample) -> Iterator[Reading]:
        for item in self.fillings.keys() - {each.item for each in sample.filling}:
            del self.fillings[item]
        for item, percent, name in sample.filling:
            filling = self.fillings.get(item)
            if filling is None:
                filling = self.fillings[item] = Filling()
            filling.add(sample.at, percent, name)
            yield Reading("full_in_hours", filling.hours, item, clean(name) if name else "fullest")

    def _unchanged(self, reading: Reading, at: float) -> Reading:
        """The seconds since the value last changed."""
        if reading.value is None:
            return reading
        key = f"{reading.rule} {reading.item}"
        value, since = self._still.get(key, (None, at))
        if value != reading.value or since > at:
            if len(self._still) >= MOST_TRACKS and key not in self._still:
                self._still.clear()
            self._still[key] = reading.value, at
            since = at
        return reading._replace(value=at - since)

    def _judge(self, rule: Rule, reading: Reading, sample: Sample, ended: list[Alert], is_first: bool) -> bool:
        item, value = (reading.rule, reading.item), reading.value
        track = self._tracks.get(item)
        if track is None:
            level = rule.warning if reading.levels is None else reading.levels[0]
            is_near = value is not None and (value <= level.clear if rule.kind.below else value >= level.clear)
            if not is_near or len(self._tracks) >= MOST_TRACKS:
                return False
            track = self._tracks[item] = Track(rule, sample.began_at)
            track.since_before = is_first
        was_open = track.severity > 0
        changed = track.take(_with_levels(rule, reading), reading, sample)
        if was_open and not track.severity:
            ended.append(track.alert(self.node, reading.item, sample.at))
        if track.is_idle():
            del self._tracks[item]
        return changed

    def _gone(self, sample: Sample, readings: Iterable[Reading]) -> tuple[list[Alert], bool]:
        """Ends alerts of items that no longer exist, such as an unmounted file system. An alert that history knew only
        as "the fullest" continues as that of the fullest file system, if it is still as full."""
        ended: list[Alert] = []
        changed = False
        if not sample.complete:
            return ended, changed
        there = {(each.rule, each.item) for each in readings}
        for item in [item for item in self._tracks if item[0] in sample.complete and item not in there]:
            track = self._tracks.pop(item)
            if not track.severity:
                continue
            successor = self._successor(item[0], readings) if not item[1] else None
            if successor is not None:
                self._inherit(successor, track)
                changed = True
            else:
                ended.append(track.alert(self.node, item[1], sample.at))
        return ended, changed

    def _inherit(self, item: _Item, older: Track) -> None:
        """Continues an alert under this item, with its original start."""
        own = self._tracks.get(item)
        if own is None or not own.severity:
            self._tracks[item] = older
        else:
            own.started_at, own.since_before = older.started_at, older.since_before

    def _successor(self, rule: str, readings: Iterable[Reading]) -> _Item | None:
        known = [(each.value, each.item) for each in readings if each.rule == rule and each.value is not None]
        worst = min if self._rules[rule].kind.below else max
        return (rule, worst(known)[1]) if known else None

    def _clock_went_back(self, at: float) -> None:
        for track in self._tracks.values():
            track.clock_went_back(at)

    def lose(self, rules: frozenset[str] | None = None) -> bool:
        """Sets the node's alerts to unknown. Returns whether that changed anything."""
        wanted = [track for (rule, _), track in self._tracks.items() if rules is None or rule in rules]
        return sum(track.lose() for track in wanted) > 0

    @property
    def is_open(self) -> bool:
        """Whether any alert is open."""
        return any(track.severity for track in self._tracks.values())

    def alerts(self) -> Iterator[Alert]:
        """Its open alerts."""
        return (track.alert(self.node, item) for (_, item), track in self._tracks.items() if track.severity)

    def end_all(self, at: float) -> list[Alert]:
        """Ends all alerts: the node has been removed."""
        alerts = [track.alert(self.node, item, at) for (_, item), track in self._tracks.items() if track.severity]
        self._tracks.clear()
        return alerts

    def continue_from(self, late: "NodeWatch") -> None:
        """Takes over what a watch of late samples found up to this watch's first sample: alerts that began there."""
        for item, track in late._tracks.items():
            own = self._tracks.get(item)
            if own is not None and own.severity:
                own.started_at = min(own.started_at, track.started_at) if track.severity else own.started_at
            elif track.severity:
                track.is_unknown = True  # until the next sample
                self._tracks[item] = track

    def end_unless_known(self, ended: Alert) -> bool:
        """Drops an alert that late samples have ended, if the samples since do not say that it is open. Returns whether
        it was dropped."""
        track = self._tracks.get((ended.rule, ended.item))
        if track is None or not track.severity or track.is_known:
            return False
        del self._tracks[ended.rule, ended.item]
        return True

    def precede(self, older: "NodeWatch") -> bool:
        """Takes over the alerts of a watch of earlier times. Returns whether that changed anything."""
        before, fullest = older.fillings.get(""), max(self.fillings.values(), key=attrgetter("percent"), default=None)
        if before is not None and fullest is not None:
            fullest.precede(before.points)
        news = False
        for item, track in older._tracks.items():
            if not track.severity:
                continue
            news = True
            track.is_unknown = True  # until the next sample
            self._inherit(item, track)
        return news


def _with_levels(rule: Rule, reading: Reading) -> Rule:
    if reading.levels is None:
        return rule
    return replace(rule, warning=reading.levels[0], critical=reading.levels[1])
