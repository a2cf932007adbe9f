"""The latest snapshots of this host or of a recording, for --once and --check."""

from contextlib import closing

from nodetop.commands.base.host import host_sampler, sampled
from nodetop.commands.base.mode import Mode
from nodetop.model.snapshot import NodeSnapshot
from nodetop.recording.file import Reader
from nodetop.settings.options import Settings


def latest(mode: Mode, settings: Settings, first_gap: float) -> tuple[list[NodeSnapshot], list[str]]:
    """The last snapshot of each node of a recording, or one of this host; those of the time of --at if there is one.
    And notices about skipped parts."""
    if mode.replay and mode.at is not None:
        from nodetop.commands.base.past import recorded_at  # late: the whole file, in memory
        from nodetop.recording.reader import read

        file = read(mode.replay)
        return recorded_at(file, mode.at), file.notices
    if mode.replay:
        reader = Reader(mode.replay)
        return list({snapshot.node: snapshot for snapshot in reader}.values()), reader.notices
    if mode.at is not None:
        from nodetop.commands.base.past import host_at, parse_at  # late: the history, which most do without

        at = parse_at(mode.at)
        assert at is not None
        return [host_at(settings, at)], []
    with closing(host_sampler(settings)) as sampler:
        sampler.watch_groups(frozenset())  # so that both samples read the workloads, and their rates are known
        return [next(sampled(sampler.sample, settings.interval, first_gap))], []
