"""A VictoriaMetrics that the tests of this folder share."""

from collections.abc import Iterator

import pytest

from tests.prometheus_programs import victoria_metrics


@pytest.fixture(scope="session")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its URL."""
    with victoria_metrics(tmp_path_factory.mktemp("victoria")) as url:
        yield url
