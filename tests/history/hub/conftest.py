"""Fixtures that the tests of this folder share."""

from pathlib import Path

import pytest

from tests.history.hub.reopened import Hub


@pytest.fixture
def hub(tmp_path: Path):  # type: ignore[no-untyped-def]
    hub = Hub(tmp_path)
    yield hub
    hub.history.close()
