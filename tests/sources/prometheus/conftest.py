"""A VictoriaMetrics that the tests of a module share: it is busy also when it is not asked, so it ends with them."""

from collections.abc import Iterator

import pytest

from tests.prometheus_programs import victoria_metrics


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its URL."""
    with victoria_metrics(tmp_path_factory.mktemp("victoria")) as url:
        yield url
