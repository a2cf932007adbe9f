"""Fixtures that the tests of this folder share."""

import pytest

from nodetop.server.uplink import retry as uplink_retry


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules with shorter times."""
    monkeypatch.setattr(uplink_retry, "QUICK_SECONDS", (0.02, 0.04, 0.08))
    monkeypatch.setattr(uplink_retry, "STEADY_SECONDS", 0.1)
    monkeypatch.setattr(uplink_retry, "HELD_SECONDS", 0.1)
