import time
from pathlib import Path

import pytest

from nodetop.probes.host_files import HostFiles
from tests.loop_watch import LoopWatch


async def test_a_file_read_on_the_loop_is_found(tmp_path: Path) -> None:
    with LoopWatch() as watch:
        HostFiles().line("/proc/uptime")
    assert len(watch.found) == 1
    assert "host_files.py" in watch.found[0]


def test_without_a_loop_nothing_is_found() -> None:
    with LoopWatch() as watch:
        HostFiles().line("/proc/uptime")
    assert watch.found == []


@pytest.mark.may_block
async def test_what_others_do_is_not_ours() -> None:
    with LoopWatch() as watch:
        time.sleep(0)
    assert watch.found == []
