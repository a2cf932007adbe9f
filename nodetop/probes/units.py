"""systemd units that have failed or are being restarted, as `systemctl` tells them. systemctl(1), systemd.service(5).

systemctl asks systemd over D-Bus, so this runs in a background thread, at most every 30 seconds, with a deadline, and
only on a machine that systemd has booted. Its output is of the forms that all versions since 2016 have.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from nodetop.base.text import clean
from nodetop.model.cgroups import UnitProblem, UnitSummary
from nodetop.probes.base.probe import Probe
from nodetop.probes.base.program import ask
from nodetop.probes.host_files import HostFiles

SECONDS = 30.0
_DEADLINE_SECONDS = 5.0
_MOST_PROBLEMS = 64
_COUNT_SECONDS = 300.0
"""How often all services are asked how often they were restarted: systemd answers for each with all that it knows."""
_COUNTS = ("show", "--type=service", "--property=Id,NRestarts", "*")
_LIST = ("list-units", "--all", "--state=failed,auto-restart", "--plain", "--no-legend", "--no-pager", "--full")
_PROPERTIES = "Id,Result,ExecMainStatus,NRestarts,StateChangeTimestampMonotonic"
_STATES = {"failed": "failed", "auto-restart": "restarting", "auto-restart-queued": "restarting"}
Run = Callable[[Sequence[str]], str]


class Listed(NamedTuple):
    """A unit in the output of `systemctl list-units`."""

    unit: str
    state: str


class UnitsProbe(Probe):
    """Fills `units`."""

    name = "units"
    slow_seconds = SECONDS

    def __init__(
        self,
        files: HostFiles,
        ignored: Sequence[str] = (),
        *,
        run: Run | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ignored` are patterns of units to leave out: `*`, `?`, `[a-z]`. `run` returns the output of systemctl with
        these arguments. Raises OSError."""
        self._files = files
        self._ignored = tuple(ignored)
        self._run = run or run_systemctl
        self._monotonic = monotonic
        self._restarts: dict[str, int] = {}
        self._counted_at: float | None = None

    def read(self) -> UnitSummary | None:
        """None unless this host was booted by systemd, sd_booted(3). Raises OSError if systemctl fails."""
        if not self._files.live or self._files.root or not self._files.exists("/run/systemd/system"):
            return None
        everything = parse_list(self._run(_LIST))
        self._count_restarts()
        told = {each.unit for each in everything}
        watched = [unit for unit in self._restarts if unit not in told]
        details = self._details([each.unit for each in everything][:_MOST_PROBLEMS] + watched[:_MOST_PROBLEMS])
        # A unit that is started again at once is hardly ever seen waiting for it, but the count of its restarts grows.
        everything += [Listed(unit, "restarting") for unit in watched if self._grew(unit, details.get(unit, {}))]
        listed = [each for each in everything if not any(fnmatchcase(each.unit, word) for word in self._ignored)]
        boot = time.time() - time.clock_gettime(time.CLOCK_MONOTONIC)
        states = [each.state for each in listed]
        return UnitSummary(
            failed=states.count("failed"),
            restarting=states.count("restarting"),
            ignored=len(everything) - len(listed) if self._ignored else None,
            problems=tuple(problem(each, details.get(each.unit, {}), boot) for each in listed[:_MOST_PROBLEMS]),
        )

    def _count_restarts(self) -> None:
        """Finds the services that were ever restarted; what was known of them stays."""
        now = self._monotonic()
        if self._counted_at is not None and now - self._counted_at < _COUNT_SECONDS:
            return
        try:
            told = parse_show(self._run(_COUNTS))
        except OSError:  # what systemctl listed is worth showing without it
            return
        is_first, self._counted_at = self._counted_at is None, now
        counts = {unit: _number(each, "NRestarts") or 0 for unit, each in told.items()}
        self._restarts = {
            unit: self._restarts.get(unit, count if is_first else 0) for unit, count in counts.items() if count
        }

    def _details(self, units: Sequence[str]) -> dict[str, dict[str, str]]:
        return parse_show(self._run(("show", f"--property={_PROPERTIES}", "--", *units))) if units else {}

    def _grew(self, unit: str, properties: Mapping[str, str]) -> bool:
        before, count = self._restarts[unit], _number(properties, "NRestarts")
        if count is not None:
            self._restarts[unit] = count
        return count is not None and count > before

    def derive(
        self, previous: UnitSummary | None, current: UnitSummary | None, elapsed: float | None
    ) -> UnitSummary | None:
        return current


def parse_list(text: str) -> list[Listed]:
    """Lines of UNIT LOAD ACTIVE SUB DESCRIPTION; failed units first."""
    found = []
    for line in text.split("\n"):
        fields = line.split(None, 4)
        state = next((_STATES[word] for word in fields[2:4] if word in _STATES), None)
        if state is not None:
            found.append(Listed(fields[0], state))
    return sorted(found, key=lambda each: (each.state != "failed", each.unit))


def parse_show(text: str) -> dict[str, dict[str, str]]:
    """Properties by unit, from blocks of NAME=VALUE with an empty line between them."""
    found: dict[str, dict[str, str]] = {}
    for block in text.split("\n\n"):
        properties = dict(line.split("=", 1) for line in block.split("\n") if "=" in line)
        if "Id" in properties:
            found[properties["Id"]] = properties
    return found


def problem(listed: Listed, properties: dict[str, str], boot: float) -> UnitProblem:
    """`boot` is when monotonic time began, in UTC seconds."""
    result, changed = properties.get("Result"), _number(properties, "StateChangeTimestampMonotonic")
    return UnitProblem(
        unit=clean(listed.unit),
        state=listed.state,
        result=clean(result) if result and result != "success" else None,
        exit_status=_number(properties, "ExecMainStatus"),
        restarts=_number(properties, "NRestarts"),
        since=round(boot + changed / 1e6) if changed else None,
    )


def _number(properties: Mapping[str, str], name: str) -> int | None:
    text = properties.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else None


def run_systemctl(arguments: Sequence[str]) -> str:
    """The output of systemctl. Raises OSError if it is not there, fails, or needs longer than the deadline."""
    answer = ask("systemctl", arguments, _DEADLINE_SECONDS)
    if answer.code:
        raise OSError(answer.errors or f"systemctl ended with {answer.code}")
    return answer.output
