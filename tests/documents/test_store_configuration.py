"""The configurations in the pages about stores of metrics are read by the programs themselves."""

import re
import subprocess
from pathlib import Path

import pytest
import trustme

from tests.prometheus_programs import program

DOCS = Path(__file__).parents[2] / "docs"


def configurations(page: str, folder: Path) -> list[Path]:
    """Each indented block with a scrape configuration, with files that exist in place of those it names."""
    trustme.CA().cert_pem.write_to_path(folder / "secret.pem")
    found = []
    for block in re.findall(r"(?m)(?:^    .*\n|^\n(?=    ))+", (DOCS / page).read_text()):
        if "scrape_configs:" in block:
            text = re.sub(r"/etc/prometheus/\S+?(?=[},])", str(folder / "secret.pem"), re.sub(r"(?m)^    ", "", block))
            found.append(folder / f"{len(found)}.yml")
            found[-1].write_text(text)
    return found


@pytest.mark.parametrize("page", ["scale.md", "prometheus.md"])
def test_prometheus_and_victoria_metrics_read_it(page: str, tmp_path: Path) -> None:
    found = configurations(page, tmp_path)
    assert len(found) == 1
    for command in (
        [program("promtool"), "check", "config", found[0]],
        [program("victoria-metrics"), f"-promscrape.config={found[0]}", "-promscrape.config.strictParse", "-dryRun",
         f"-storageDataPath={tmp_path / 'data'}"],
    ):  # fmt: skip
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
