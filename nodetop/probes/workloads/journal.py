"""The last lines of the systemd journal about a workload, as journalctl finds them. journalctl(1),
systemd.journal-fields(7).

journalctl is asked only while someone looks, in a background thread, with a deadline, for so many lines and for the
fields that are shown. What it may read depends on the user.
"""

import json
import re
from collections.abc import Callable, Sequence

from nodetop.base.text import clean
from nodetop.model.cgroups import JournalLine, JournalPart, WorkloadMetrics
from nodetop.probes.base.program import Answer, ask
from nodetop.probes.host_files import HostFiles

MOST_LINES = 100
_SECONDS = 3.0
_LONGEST = 1024
_FIELDS = "PRIORITY,SYSLOG_IDENTIFIER,_COMM,MESSAGE"
_USER = re.compile(r"/user-(\d+)\.slice/|/user@(\d+)\.service/")
_FORBIDDEN = ("not seeing messages", "insufficient permissions")
_WHY_FORBIDDEN = "only root and the members of the groups systemd-journal and adm may read all of the journal"
Run = Callable[[Sequence[str]], Answer]


def read_journal(
    files: HostFiles, workload: WorkloadMetrics, until: float | None, run: Run | None = None
) -> JournalPart:
    """The last lines about a workload, up to a time in UTC seconds (None: now). `run` runs journalctl."""
    if not files.live or files.root or not files.exists("/run/systemd/system"):
        return JournalPart(why="there is no journal here: systemd has not booted this system")
    limits = ["--lines", str(MOST_LINES), *([] if until is None else ["--until", f"@{until:.0f}"])]
    arguments = ["--no-pager", "--output=json", f"--output-fields={_FIELDS}", *limits, "--", *matches(workload)]
    try:
        answer = run(arguments) if run is not None else ask("journalctl", arguments, _SECONDS)
    except FileNotFoundError:
        return JournalPart(why="journalctl is not installed")
    except OSError as error:
        return JournalPart(why=clean(error.strerror or str(error)))
    lines = parse_journal(answer.output)
    if any(each in answer.errors for each in _FORBIDDEN):
        return JournalPart(lines, _WHY_FORBIDDEN)
    if lines:
        return JournalPart(lines)
    failed = answer.errors or f"journalctl ended with {answer.code}"
    return JournalPart(why=failed if answer.code else _nothing(workload))


def matches(workload: WorkloadMetrics) -> list[str]:
    """What journalctl looks for: what its processes wrote, and what systemd or the container's runtime says of it."""
    unit = workload.group.rpartition("/")[2]
    found = [f"_SYSTEMD_CGROUP={workload.group}"]
    user = _USER.search(workload.group)
    if workload.kind == "user_unit" and user is not None:
        owner = f"_UID={user[1] or user[2]}"
        found += ["+", f"_SYSTEMD_USER_UNIT={unit}", owner, "+", f"USER_UNIT={unit}", owner]
    elif workload.kind == "slice":
        found += ["+", f"_SYSTEMD_SLICE={unit}"]
    elif "." in unit:
        found += ["+", f"_SYSTEMD_UNIT={unit}", "+", f"UNIT={unit}", "_PID=1"]
    if workload.kind == "container" and workload.id:
        found += ["+", f"CONTAINER_ID={workload.id}"]
    return found


def _nothing(workload: WorkloadMetrics) -> str:
    if workload.kind in ("container", "pod") and workload.runtime in ("docker", "containerd", "cri-o", "kubernetes"):
        return "no lines: its runtime keeps the log itself, unless its log driver is journald"
    return "no lines"


def parse_journal(text: str) -> tuple[JournalLine, ...]:
    """One JSON object per line; what is none is left out. A field may be a text, a list of bytes, or null if it is very
    long; with several values it is a list of them."""
    found = []
    for line in text.split("\n")[-MOST_LINES - 1 :]:
        try:
            entry = json.loads(line) if line else None
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict):
            found.append(_line(entry))
    return tuple(found)


def _line(entry: dict[str, object]) -> JournalLine:
    priority, at = _text(entry.get("PRIORITY")), _text(entry.get("__REALTIME_TIMESTAMP"))
    program = _text(entry.get("SYSLOG_IDENTIFIER")) or _text(entry.get("_COMM"))
    return JournalLine(
        at=int(at) / 1e6 if at.isdecimal() and at.isascii() and len(at) < 18 else None,
        priority=int(priority) if priority in tuple("01234567") else None,
        program=program,
        text=_text(entry.get("MESSAGE")) if entry.get("MESSAGE") is not None else "(too long to show)",
    )


def _text(value: object) -> str:
    if isinstance(value, list):
        if value and all(isinstance(each, int) and 0 <= each < 256 for each in value):
            return clean(bytes(value[: 4 * _LONGEST]).replace(b"\n", b" ").replace(b"\t", b" "), _LONGEST)
        value = value[-1] if value else ""
    return clean(value.replace("\n", " ").replace("\t", " "), _LONGEST) if isinstance(value, str) else ""
