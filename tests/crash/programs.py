"""Programs that write until they are killed. Each prints what is safe by then, and can be checked."""

import itertools
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from nodetop.alerts.file import AlertFile
from nodetop.alerts.handling import Handling, Scope
from nodetop.base.clock import FakeClock
from nodetop.history.store import HistoryStore
from nodetop.model import wire
from nodetop.server.uplink.spool import Spool
from nodetop.settings.memory import SettingsMemory
from tests.history.samples import START, point, sample

MOST_DECISIONS = 200


class Program(Protocol):
    def acts(self, folder: Path) -> Iterator[str]:
        """Continues from what is there. After each yield, the yielded item is safe."""

    def faults(self, folder: Path, told: list[str], *, after_power_loss: bool = False) -> list[str]:
        """What was reported as safe and is missing or wrong."""


ATOMIC = ("create", "write", "sync", "close", "replace", "sync_directory")


class Runnable:
    steps: tuple[str, ...] = ATOMIC
    """The items, in order."""

    def run(self, folder: Path) -> None:
        for line in self.acts(folder):  # type: ignore[attr-defined]
            os.write(1, line.encode() + b"\n")


class SpoolProgram(Runnable):
    """A node's spool: samples are added, some are sent. Not synced: a power loss may lose the newest."""

    steps = ("create", "write", "close", "remove")

    def acts(self, folder: Path) -> Iterator[str]:
        first = (folder / "next").stat().st_size if (folder / "next").exists() else 0
        clock = FakeClock(wall=START + 20.0 * first)
        spool = Spool(folder / "spool", max_bytes=4 * 1024 * 1024, clock=clock, boot="b")
        for seq in itertools.count(first):
            with (folder / "next").open("ab") as file:
                file.write(b".")
            clock.advance(20)
            spool.put(sample(clock.wall(), seq=seq))
            yield f"put {seq}"
            if seq % 4 == 0 and (ticket := spool.oldest(6, 1 << 20)):
                sent = [wire.decode_snapshot(each.json).seq for each in ticket.samples]
                yield "sending " + " ".join(map(str, sent))
                spool.done(ticket)

    def faults(self, folder: Path, told: list[str], *, after_power_loss: bool = False) -> list[str]:
        put = {int(line.split()[1]) for line in told if line.startswith("put")}
        sent = {int(seq) for line in told if line.startswith("sending") for seq in line.split()[1:]}
        spool = Spool(folder / "spool", clock=FakeClock(wall=START), boot="b")
        found = set()
        while ticket := spool.oldest(60, 1 << 20):
            found |= {wire.decode_snapshot(each.json).seq for each in ticket.samples}
            spool.done(ticket)
        spool.close()
        faults = [f"sample {seq} was lost" for seq in sorted(put - sent - found) if not after_power_loss]
        if spool.dropped and not after_power_loss:
            faults.append(f"{spool.dropped} samples were counted as damaged")
        return faults + [f"sample {seq} was never put" for seq in found if seq > max(put, default=0) + 1]


class HistoryProgram(Runnable):
    """The local history: points, each replaced as it gets more samples."""

    def acts(self, folder: Path) -> Iterator[str]:
        store = HistoryStore(folder / "history")
        first = max((int((each.at - START) / 300) for each in self._points(folder)), default=0)
        for number in itertools.count(first):
            for samples in range(1, 4):
                at = START + 300.0 * number
                store.add("node", [point(at, samples=samples)])
                yield f"{number} {samples}"

    def _points(self, folder: Path) -> list:  # type: ignore[type-arg]
        return HistoryStore(folder / "history").points("node", 0, 2 * START)

    def faults(self, folder: Path, told: list[str], *, after_power_loss: bool = False) -> list[str]:
        expected: dict[float, int] = {}
        for line in told:
            number, samples = map(int, line.split())
            expected[START + 300.0 * number] = max(samples, expected.get(START + 300.0 * number, 0))
        found = {each.at: each.samples for each in self._points(folder)}
        aside = [f"{path.name} was set aside" for path in (folder / "history").rglob("*.corrupt-*")]
        return aside + [
            f"point {at} has {found.get(at)} of {samples} samples"
            for at, samples in expected.items()
            if found.get(at, 0) < samples
        ]


class SettingsProgram(Runnable):
    """A settings file that the user has also edited."""

    OWN = "# mine\n[server]\nlisten = '127.0.0.1:0'\n"

    def acts(self, folder: Path) -> Iterator[str]:
        path = folder / "nodetop.toml"
        if not path.exists():
            path.write_text(self.OWN)
        memory = SettingsMemory(path)
        for number in itertools.count(tomllib.loads(path.read_text()).get("top-processes", 0) + 1):
            memory.save({"": {"top-processes": number}})
            yield str(number)

    def faults(self, folder: Path, told: list[str], *, after_power_loss: bool = False) -> list[str]:
        path = folder / "nodetop.toml"
        text = path.read_text() if path.exists() else ""
        last = max(map(int, told), default=0)
        if not told and not text:
            return []
        try:
            found = tomllib.loads(text).get("top-processes", 0)
        except tomllib.TOMLDecodeError as error:
            return [f"the file is no TOML: {error}"]
        faults = [] if found >= last else [f"{found} is there, {last} was written"]
        return faults + ([] if "# mine" in text and "[server]" in text else ["what the user wrote is gone"])


class AlertsProgram(Runnable):
    """The file of decisions about alerts."""

    def acts(self, folder: Path) -> Iterator[str]:
        file = AlertFile(folder)
        for number in itertools.count(len(file.read().entries)):
            scope = Scope(node=f"node-{number % MOST_DECISIONS}")
            file.add(Handling().muted(scope, START + number, START + number), START + number)
            assert file.problem is None, file.problem
            yield str(number)

    def faults(self, folder: Path, told: list[str], *, after_power_loss: bool = False) -> list[str]:
        file = AlertFile(folder)
        found = {entry.scope.node: entry.changed_at for entry in file.read().entries}
        if file.problem is not None:
            return [file.problem]
        expected = {f"node-{number % MOST_DECISIONS}": START + number for number in sorted(map(int, told))}
        return [f"the decision about {node} is gone" for node, at in expected.items() if found.get(node, 0) < at]


PROGRAMS: dict[str, SpoolProgram | HistoryProgram | SettingsProgram | AlertsProgram] = {
    "spool": SpoolProgram(),
    "history": HistoryProgram(),
    "settings": SettingsProgram(),
    "alerts": AlertsProgram(),
}
