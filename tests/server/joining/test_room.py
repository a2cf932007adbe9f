"""How many tokens a hub issues, and whose token ends when there are too many: in a fleet whose nodes come and go."""

from pathlib import Path

import pytest

from nodetop.base.clock import FakeClock
from nodetop.base.join_code import JoinCode
from nodetop.model.hub_api import JoinRequest
from nodetop.server.base.errors import Refusal
from nodetop.server.joining.invites import Invites, Role
from nodetop.server.joining.joining import FORGOTTEN_SECONDS, Joining

pytestmark = pytest.mark.may_block  # codes are made in the loop here
DAY = 86_400.0
ID = "a" * 32


class Hub:
    def __init__(self, folder: Path, most: int) -> None:
        self.clock = FakeClock(wall=2e9)
        self.heard: dict[str, float] = {}
        self.joining = Joining(
            folder, cluster="c", max_nodes=most, pin=None, clock=self.clock, silence=self._silence, on_change=list
        )
        self._folder = folder

    def _silence(self, cluster: str, node: str | None) -> float:
        assert (cluster == "c") == (node is not None)
        return self.clock.wall() - self.heard.get(node or cluster, -1e12)

    async def join(self, name: str, role: Role = "push", cluster: str | None = None) -> None:
        code = JoinCode.new(b"")
        invite = Invites(self._folder).create(code, role, uses=1, expires_at=self.clock.wall() + DAY)
        await self.joining.trade(invite, JoinRequest(name=name, instance=ID, cluster_id=cluster, role=role), "there")

    @property
    def names(self) -> set[str]:
        return {each.name for each in self.joining.members.all()}


async def test_the_node_that_was_silent_for_longest_makes_room_after_a_week(tmp_path: Path) -> None:
    hub = Hub(tmp_path, most=3)
    for name, cluster in (("old", None), ("busy", None), ("relay", "lower")):
        await hub.join(name, cluster=cluster)
    await hub.join("busy", "read")
    hub.heard["old"] = hub.clock.wall() + DAY
    hub.clock.advance(FORGOTTEN_SECONDS)
    hub.heard |= {"busy": hub.clock.wall(), "lower": hub.clock.wall()}
    with pytest.raises(Refusal, match="too many tokens"):
        await hub.join("new")
    hub.clock.advance(DAY)
    await hub.join("new")
    assert hub.names == {"busy", "lower/*", "new"}
    with pytest.raises(Refusal):  # it joined just now, and has not sent anything yet
        await hub.join("newer")
    await hub.join("busy")
    assert Joining(
        tmp_path, cluster="c", max_nodes=3, pin=None, clock=hub.clock, silence=hub._silence, on_change=list
    ).members.count("push") == 3  # fmt: skip


async def test_people_keep_their_tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodetop.server.joining.joining.READERS", 1)
    hub = Hub(tmp_path, most=3)
    await hub.join("ada", "read")
    hub.clock.advance(100 * DAY)
    with pytest.raises(Refusal):
        await hub.join("bob", "read")
    assert hub.names == {"ada"}
