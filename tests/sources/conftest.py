"""Each kind of source, ready to be asked: see stages.py."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from nodetop.sources import following
from tests.sources.hub.real_hub import HubProcess, hub_when_asked
from tests.sources.stages import KINDS, Kind, Stage


@pytest.fixture(scope="module")
def hub_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], HubProcess]]:
    """One hub for the tests of a module. It samples each second, so it ends with them."""
    with hub_when_asked(tmp_path_factory.mktemp("hub") / "hub") as start:
        yield start


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that was away is asked again soon."""
    monkeypatch.setattr(following, "FIRST_BACKOFF_SECONDS", 0.2)
    monkeypatch.setattr(following, "LONGEST_BACKOFF_SECONDS", 0.3)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


@pytest.fixture
async def stage(kind: Kind, tmp_path: Path, hub_process: Callable[[], HubProcess], brisk: None) -> AsyncIterator[Stage]:
    """Each source; closed afterwards."""
    async with kind.stage(tmp_path, hub_process) as staged:
        yield staged
        await staged.source.aclose()
