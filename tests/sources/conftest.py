"""Fixtures that the tests of this folder share."""

import pytest

from nodetop.sources import hub as hub_module


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "FIRST_BACKOFF_SECONDS", 0.02)
    monkeypatch.setattr(hub_module, "LONGEST_BACKOFF_SECONDS", 0.05)
