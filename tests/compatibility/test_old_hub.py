"""What a hub keeps in its folder: the journal, the checkpoint, tokens, who it is. As an earlier nodetop wrote them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from nodetop.base.clock import FakeClock
from nodetop.base.hub_address import parse_hub_url
from nodetop.history.hub.envelope import SampleEnvelope, decode
from nodetop.history.hub.history import HubHistory
from nodetop.history.hub.journal import Journal
from nodetop.history.store import HistoryStore
from nodetop.server.base.folder import instance_id
from nodetop.server.base.tokens import load_tokens, read_token_file
from nodetop.server.fleet.requests import FORGET, answer, pending
from nodetop.sources.hub.token import TokenFile
from tests.compatibility.known import NOON, STORED, WITH_JOURNAL, rounded
from tests.compatibility.old_files import FILES, copied

pytestmark = pytest.mark.may_block  # a hub opens its files before it serves

EVER = 0.0, 4e9
RECORDS = {
    5: ["lab/hub-1 2"],
    6: [f"lab/node-a {seq}" for seq in range(9, 16)],
    7: [f"lab/web-1 {seq}" for seq in range(9, 16)],
    8: ["lab/hub-1 2"],
    9: ["lab/node-a 16"],
    10: ["lab/web-1 16"],
    11: ["lab/hub-1 2"],
    12: ["lab/node-a 17", "lab/node-a 18"],
    13: ["lab/web-1 17", "lab/web-1 18"],
    14: ["east/db-1 5"],
}
LATEST = ["east/db-1 4", "lab/hub-1 2", "lab/node-a 15", "lab/web-1 15"]
"""In the checkpoint."""
UP_TO = 7
"""The last record of the journal that the checkpoint holds."""
TAIL = 40
"""Bytes that a kill may cut off."""


def name(envelope: SampleEnvelope) -> str:
    return f"{'/'.join(envelope.key)} {envelope.sample.seq}"


def records(journal: Journal) -> dict[int, list[str]]:
    return {position: [name(each) for each in decode(payload)] for position, payload in journal.replay()}


def cut(folder: Path) -> None:
    """The last segment of the journal as a kill while writing leaves it."""
    last = max(folder.glob("*.journal"))
    last.write_bytes(last.read_bytes()[:-TAIL])


class Hub:
    """The old hub's history, opened again by a clock soon after its last sample."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        self.journal = Journal(folder / "journal", report=self.said.append)
        self.history = HubHistory(
            HistoryStore(folder / "history", cluster="lab", report=self.said.append),
            self.journal,
            folder / "hub.checkpoint",
            clock=FakeClock(wall=NOON + 300),
            report=self.said.append,
        )
        self.restored = list(self.history.restore())


def test_the_journal_is_read(tmp_path: Path) -> None:
    said: list[str] = []
    journal = Journal(copied("hub/journal", tmp_path / "journal"), report=said.append)
    assert records(journal) == RECORDS
    assert (journal.next, journal.damaged, said) == (15, 0, [])
    journal.release(UP_TO)
    assert len(list((tmp_path / "journal").glob("*.journal"))) == 2
    journal.close()


def test_a_torn_tail_costs_one_record(tmp_path: Path) -> None:
    cut(copied("hub/journal", tmp_path / "journal"))
    journal = Journal(tmp_path / "journal")
    assert records(journal) == {position: each for position, each in RECORDS.items() if position != 14}
    assert (journal.next, journal.damaged) == (14, 0)
    journal.close()


async def test_the_hub_knows_what_it_knew(tmp_path: Path) -> None:
    hub = Hub(copied("hub", tmp_path / "hub"))
    found = [name(each) for each in hub.restored]
    assert sorted(found[:4]) == LATEST
    assert found[4:] == [each for position, some in RECORDS.items() if position > UP_TO for each in some]
    last = hub.restored[-2]
    assert (last.key, last.received_at // 1, last.instance) == (("lab", "web-1"), NOON + 240, f"{0x19C:032x}")
    assert last.sample.processes is not None
    assert [row.command for row in last.sample.processes.rows] == ["nginx -g daemon off;", "postgres -D /srv/db"]
    for key, points in WITH_JOURNAL.items():
        assert rounded(await hub.history.points(*key, *EVER, 300.0)) == points
    recent = hub.history.recent("lab", "web-1")
    assert [point.at for point in recent] == [NOON - 330 + 60 * index for index in range(10)]
    assert [point.load_1m.mean for point in recent if point.load_1m] == [(49 + index) / 10 for index in range(10)]
    assert (recent[0].top_cpu[0].value, recent[0].top_cpu[0].command) == (24.5, "")
    assert recent[-1].top_cpu[0].command == "nginx -g daemon off;"  # from a sample of the journal
    assert {(point.boot_time, point.oom_kills) for point in recent} == {(1_769_700_000.0, 2)}
    hub.history.close()
    assert (hub.history.problem, hub.said) == (None, [])


async def test_what_was_taken_is_not_taken_again(tmp_path: Path) -> None:
    hub = Hub(copied("hub", tmp_path / "hub"))
    last = hub.restored[-2]
    old = [replace(last, sample=replace(last.sample, seq=seq)) for seq in (1, 8, 15, 18, 19)]
    assert await hub.history.accept(old) == [False, False, False, False, True]
    hub.history.close()
    again = Hub(tmp_path / "hub")
    assert "lab/web-1 19" in [name(each) for each in again.restored]
    assert rounded(await again.history.points("east", "db-1", *EVER, 300.0)) == WITH_JOURNAL["east", "db-1"]
    again.history.close()
    assert (again.history.problem, again.said) == (None, [])


async def test_without_the_checkpoint_its_days_and_its_journal_tell(tmp_path: Path) -> None:
    folder = copied("hub", tmp_path / "hub")
    (folder / "hub.checkpoint").unlink()
    hub = Hub(folder)
    last = hub.restored[-2]
    assert await hub.history.accept([replace(last, sample=replace(last.sample, seq=1))]) == [False]
    for key, points in WITH_JOURNAL.items():
        assert rounded(await hub.history.points(*key, *EVER, 300.0)) == points
    hub.history.close()


async def test_with_a_torn_tail_all_else_is_there(tmp_path: Path) -> None:
    cut(copied("hub", tmp_path / "hub") / "journal")
    hub = Hub(tmp_path / "hub")
    assert name(hub.restored[-1]) == "lab/web-1 18"
    assert await hub.history.points("east", "db-1", *EVER, 300.0) == STORED["east", "db-1"]
    assert rounded(await hub.history.points("lab", "web-1", *EVER, 300.0)) == WITH_JOURNAL["lab", "web-1"]
    hub.history.close()


def test_its_tokens_are_accepted(tmp_path: Path) -> None:
    folder = copied("hub", tmp_path / "hub")
    tokens = load_tokens(folder / "push.token", folder / "read.token", None)
    push, read = ((FILES / "hub" / f"{role}.token").read_bytes().strip() for role in ("push", "read"))
    assert list(tokens.find(push)) == ["push"]
    assert list(tokens.find(read)) == ["read"]


def test_a_token_file_with_remarks_and_patterns_is_read(tmp_path: Path) -> None:
    first, second = read_token_file(copied("tokens/push.token", tmp_path / "push.token"))
    assert (first.nodes, second.nodes) == ("web-*", "*")
    assert first.digest.hex().startswith("d31b97722917") and second.digest.hex().startswith("4ae40e92abbe")


def test_the_monitor_finds_the_token_beside_the_hubs_address(tmp_path: Path) -> None:
    folder = copied("hub", tmp_path / "hub")
    url = (folder / "hub.url").read_text().strip()
    wanted = (FILES / "hub" / "read.token").read_text().strip()
    assert TokenFile(parse_hub_url(url), given=None, hub_folder=folder)() == wanted
    assert TokenFile(parse_hub_url("http://127.0.0.1:1"), given=None, hub_folder=folder)() is None


@pytest.mark.parametrize(
    ("role", "instance"), [("hub", "7d6f73c324327ba5e59d64004d632bc7"), ("node", "4c0ea705106b7b3ee7a1335f27b718ed")]
)
def test_the_instance_id_stays_the_same(tmp_path: Path, role: str, instance: str) -> None:
    machine = tmp_path / "machine-id"
    machine.write_text("0123456789abcdef" * 2 + "\n")
    folder = copied(role, tmp_path / role)
    assert instance_id(folder, machine) == instance
    machine.write_text("another\n")
    assert instance_id(folder, machine) != instance


def test_what_it_was_asked_to_forget_is_read(tmp_path: Path) -> None:
    copied("forget", tmp_path / "forget")
    (asked,) = pending(tmp_path, FORGET)
    assert asked.name == "web-1"
    answer(asked, is_known=True)
    assert list((tmp_path / "forget").iterdir()) == []
