"""What nodetop can be asked to do, and the doing of it. Imports are late: a script pays only for what it asked for."""

import os
import sys
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import click

from nodetop.base.version import __version__
from nodetop.commands.click_types import tell
from nodetop.model.snapshot import NodeSnapshot
from nodetop.recording.file import Reader, Recording, RecordingError, recorded
from nodetop.settings.options import Settings


@dataclass(frozen=True)
class Mode:
    """What nodetop is asked to do."""

    once: bool
    as_json: bool
    count: int | None
    record: Path | None
    replay: Path | None
    speed: float | None
    node: str | None
    check: bool
    conditions: tuple[str, ...]

    def refuse_nonsense(self, settings: Settings) -> None:
        """Refuses what makes no sense together. Raises click.UsageError."""
        for wrong, reason in (
            (
                self.check and not self.conditions,
                "--check needs conditions: nodetop --check 'cpu<90' 'filesystem:/<90'",
            ),
            (self.check and (self.once or self.as_json), "--check has an output of its own, without --once and --json"),
            (self.check and self.record, "--record goes with the monitor or with --json"),
            (self.check and self.speed is not None, "--speed goes with the monitor"),
            (self.once and self.as_json, "--once and --json are two forms of output: choose one"),
            (self.count is not None and not self.as_json, "--count goes with --json"),
            (self.record and self.once, "--record goes with the monitor or with --json"),
            (self.record and self.replay, "--record and --replay: a recording is not recorded again, copy the file"),
            (self.speed is not None and not self.replay, "--speed goes with --replay"),
            (settings.cluster and self.replay, "--cluster and --replay show two different things: choose one"),
            (settings.cluster and self.record, "--record goes with this host, not with --cluster"),
            (self.node is not None and not settings.cluster, "--node goes with --cluster"),
            (self.speed is not None and (self.once or self.as_json), "--speed goes with the monitor"),
        ):
            if wrong:
                raise click.UsageError(reason)


def run(mode: Mode, settings: Settings, first_gap: float) -> int:
    """Does it. Returns the exit code; raises click.UsageError, OSError."""
    try:
        if mode.check:
            return _check(mode, settings, first_gap)
        if settings.cluster:
            return _cluster(mode, settings)
        if mode.as_json:
            return _print_json(mode, settings, first_gap)
        if mode.once:
            return _print_summary(mode, settings, first_gap)
        return _monitor(mode, settings)
    except RecordingError as error:
        raise click.UsageError(str(error)) from None


def _check(mode: Mode, settings: Settings, first_gap: float) -> int:
    from nodetop.commands.check.run import check, conditions

    wanted = conditions(mode.conditions)
    if settings.cluster:
        from nodetop.commands import cluster as cluster_modes

        return cluster_modes.check(settings, mode.node, wanted)
    snapshots, notices = _latest(mode, settings, first_gap)
    code = check(snapshots, wanted, None if mode.replay else lambda: _with_all_mounts(settings))
    _notice(notices)
    return code


def _with_all_mounts(settings: Settings) -> NodeSnapshot:
    from nodetop.commands.host import host_sampler

    with closing(host_sampler(replace(settings, all_filesystems=True))) as sampler:
        return sampler.sample()


def _cluster(mode: Mode, settings: Settings) -> int:
    from nodetop.commands import cluster as cluster_modes

    if mode.as_json:
        from nodetop.commands.json import standard_output

        return cluster_modes.print_json(settings, mode.node, mode.count, standard_output())
    if mode.once:
        return cluster_modes.print_once(settings, mode.node, ascii_only=_is_ascii(settings))
    _need_terminal()
    _check_keys(settings)
    return cluster_modes.monitor_cluster(settings, mode.node)


def _print_json(mode: Mode, settings: Settings, first_gap: float) -> int:
    from nodetop.commands.host import host_sampler
    from nodetop.commands.json import print_snapshots, sampled, standard_output

    out = standard_output()
    if mode.replay:
        reader = Reader(mode.replay)
        print_snapshots(reader, mode.count or 0, out)
        return _notice(reader.notices)
    with _recording(mode) as recording, closing(host_sampler(settings)) as sampler:
        snapshots = sampled(sampler.sample, settings.interval, first_gap)
        if recording:
            snapshots = recorded(snapshots, recording)
        print_snapshots(snapshots, 1 if mode.count is None else mode.count, out)
    return 0


def _print_summary(mode: Mode, settings: Settings, first_gap: float) -> int:
    snapshots, notices = _latest(mode, settings, first_gap)
    from nodetop.commands.once.summary import print_summary  # rich, while nothing is being measured

    print_summary(snapshots, settings, ascii_only=_is_ascii(settings))
    return _notice(notices)


def _latest(mode: Mode, settings: Settings, first_gap: float) -> tuple[list[NodeSnapshot], list[str]]:
    """The last snapshot of each node of a recording, or one of this host; and what was passed over."""
    if mode.replay:
        reader = Reader(mode.replay)
        return list({snapshot.node: snapshot for snapshot in reader}.values()), reader.notices
    from nodetop.commands.host import host_sampler
    from nodetop.commands.json import sampled

    with closing(host_sampler(settings)) as sampler:
        return [next(sampled(sampler.sample, settings.interval, first_gap))], []


def _is_ascii(settings: Settings) -> bool:
    from nodetop.drawing.terminal import wants_ascii

    return wants_ascii(os.environ) if settings.ascii is None else settings.ascii


def _need_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        raise click.UsageError("the monitor needs a terminal; scripts use --once or --json")
    if os.environ.get("TERM") == "dumb":
        raise click.UsageError("the terminal says that it cannot be drawn on (TERM=dumb); use --once, or set TERM")


def _check_keys(settings: Settings) -> None:
    """A preset chosen by a flag may clash with keys of the file."""
    from nodetop.keys.keymap import KeymapError, keymap

    try:
        keymap(settings.keys, settings.key_changes)
    except KeymapError as error:
        raise click.UsageError(f"keys {settings.keys} with the table [keys] of the settings file: {error}") from None


def _monitor(mode: Mode, settings: Settings) -> int:
    _need_terminal()
    _check_keys(settings)
    from nodetop.commands.monitor import monitor_host, monitor_recording

    if mode.replay:
        return monitor_recording(mode.replay, settings, mode.speed)
    with _recording(mode) as recording:
        return monitor_host(settings, recording)


def _recording(mode: Mode) -> AbstractContextManager[Recording | None]:
    return Recording(mode.record, __version__) if mode.record else nullcontext()


def _notice(lines: list[str]) -> int:
    for line in lines:
        tell(line)
    return 0
