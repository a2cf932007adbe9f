"""Replays the crash states of a hub's history and of the programs of programs.py."""

import asyncio
import itertools
import random
import shutil
from pathlib import Path

from tests.crash.programs import PROGRAMS
from tests.crash.replay import AFTER_KILL, AFTER_POWER_LOSS, Recorder, lay_out, states, unsynced
from tests.crash.report import Row
from tests.history.crash import envelope, open_history

ACTS = 120
NODES, PUSHES = 3, 90
_Acknowledged = list[tuple[int, str, int]]
"""The moment, the node, the number of the sample."""


def replay_program(name: str, folder: Path, count: int, dice: random.Random) -> Row:
    """Checks each state against what the program had reported by then."""
    program, row = PROGRAMS[name], Row(f"{name}, replayed")
    origin = folder / "origin"
    origin.mkdir()
    if name == "settings":
        (origin / "nodetop.toml").write_text(PROGRAMS["settings"].OWN)  # type: ignore[union-attr]
    before = {path: path.read_bytes() for path in origin.rglob("*") if path.is_file()}
    told: list[tuple[int, str]] = []
    with Recorder().recording() as recorder:
        for line in itertools.islice(program.acts(origin), ACTS):
            told.append((len(recorder.calls), line))
    row.acknowledged = len(told)
    with unsynced():
        for moment, how, found in states(recorder.calls, AFTER_KILL + AFTER_POWER_LOSS, count, dice):
            state = folder / "state"
            lay_out(before | found, origin, state)
            said = [line for at, line in told if at <= moment]
            faults = program.faults(state, said, after_power_loss=how in AFTER_POWER_LOSS)
            row.faults += [f"after {moment} calls ({how}): {fault}" for fault in faults]
            row.states += 1
            shutil.rmtree(state, ignore_errors=True)
    return row


def replay_hub(folder: Path, count: int, dice: random.Random) -> Row:
    """A hub takes samples and writes its history from time to time. Then every state is opened as a hub would do."""
    row, origin = Row("hub, replayed"), folder / "origin"
    origin.mkdir()
    recorder = Recorder()
    acknowledged = asyncio.run(_load(origin, recorder, dice))
    row.acknowledged = len(acknowledged)
    with unsynced():
        for moment, how, found in states(recorder.calls, AFTER_KILL + AFTER_POWER_LOSS, count, dice):
            state = folder / "state"
            lay_out(found, origin, state)
            state.mkdir(exist_ok=True)
            faults = asyncio.run(_faults(state, acknowledged, moment))
            row.faults += [f"after {moment} calls ({how}): {fault}" for fault in faults]
            row.states += 1
            shutil.rmtree(state, ignore_errors=True)
    return row


async def _load(origin: Path, recorder: Recorder, dice: random.Random) -> _Acknowledged:
    acknowledged: _Acknowledged = []
    with recorder.recording():
        history = open_history(origin)
        assert list(history.restore()) == []
        for seq in range(PUSHES):
            for node in range(NODES):
                numbers = [seq, max(seq - dice.randint(0, 3), 0)]
                answers = await history.accept([envelope(f"node-{node}", number) for number in numbers])
                moment = len(recorder.calls)
                acknowledged += [(moment, f"node-{node}", n) for n, new in zip(numbers, answers, strict=True) if new]
            if seq % 15 == 14:
                await asyncio.to_thread(history.write)
            if seq == PUSHES // 2:
                await history.forget("c", "node-2")
        await history.aclose()
    return acknowledged


async def _faults(state: Path, acknowledged: _Acknowledged, moment: int) -> list[str]:
    """Every sample acknowledged by then is counted once, and every other sample can be accepted once."""
    faults = []
    history = open_history(state)
    try:
        latest = {each.sample.node: each.sample.seq for each in history.restore()}
        known = {(node, seq) for at, node, seq in acknowledged if at <= moment}
        counted = 0
        for node in sorted({node for _, node, _ in acknowledged}):
            points = await history.points("c", node, 0, 2e9 * 2, 0)
            counted += sum(point.samples for point in points)
            newest = max((seq for name, seq in known if name == node), default=-1)
            if node != "node-2" and latest.get(node, -1) < newest:  # that one was forgotten in between
                faults.append(f"the latest of {node} went back from {newest} to {latest.get(node)}")
        offered = [envelope(node, seq) for _, node, seq in acknowledged]
        answers = await history.accept(offered)
        for (_, node, seq), is_new in zip(acknowledged, answers, strict=True):
            counted += is_new is True
            if is_new is not False and (node, seq) in known:
                faults.append(f"sample {seq} of {node} was lost")
        if counted != len(acknowledged):
            faults.append(f"{counted} samples are counted instead of {len(acknowledged)}")
    finally:
        history.close()
    return faults
