"""What a user decided about alerts, as an earlier nodetop kept it."""

from pathlib import Path

from nodetop.alerts.file import AlertFile
from nodetop.alerts.handling import Entry, Handling, Scope
from tests.compatibility.known import NOON
from tests.compatibility.old_files import copied

SEEN = Entry(scope=Scope("node-a", "memory", ""), changed_at=1769860803.227011, acknowledged_at=1769860803.227011)
MUTED = Entry(scope=Scope("node-a", "temperature", ""), changed_at=1769860803.3456938, muted_until=1769864403.3456924)
KIND_MUTED = Entry(scope=Scope(None, "temperature", None), changed_at=1769860803.4383414, muted_until=1769947203.43834)


def test_decisions_are_read(tmp_path: Path) -> None:
    copied("local", tmp_path / "data")
    file = AlertFile(tmp_path / "data")
    assert file.read() == Handling(entries=(SEEN, MUTED, KIND_MUTED))
    assert file.problem is None


def test_a_new_decision_stands_beside_the_old_ones(tmp_path: Path) -> None:
    copied("local", tmp_path / "data")
    file = AlertFile(tmp_path / "data")
    now = NOON + 600
    both = file.add(Handling().muted(MUTED.scope, None, now).muted(Scope("web-1"), now + 60, now), now)
    taken_back = Entry(scope=MUTED.scope, changed_at=now)
    new = Entry(scope=Scope("web-1"), changed_at=now, muted_until=now + 60)
    assert file.problem is None
    assert sorted(both.entries, key=lambda entry: (entry.changed_at, entry.muted_until or 0)) == [
        SEEN,
        KIND_MUTED,
        taken_back,
        new,
    ]
    assert AlertFile(tmp_path / "data").read() == both
