"""A hub's history, closed at the end."""

from pathlib import Path

import pytest

from tests.history.hub.hubs import Hub


@pytest.fixture
def hub(tmp_path: Path):  # type: ignore[no-untyped-def]
    hub = Hub(tmp_path)
    yield hub
    hub.history.close()
