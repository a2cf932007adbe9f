"""A disk that turns read-only while a hub runs, as ext4 does after an error of the device."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import Fault, tool
from tests.faults.test_disks import HUB, points
from tests.server.servers import push, sample, server, until


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[str]:
    """The image at this folder. The name of its device in /sys/fs/ext4."""
    tool("mount", "-o", "loop,errors=remount-ro", image, folder)
    try:
        yield Path(tool("findmnt", "-no", "SOURCE", folder).strip()).name
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.long
def test_a_disk_that_turns_read_only(tmp_path: Path, fault: Fault) -> None:
    image, disk = tmp_path / "image", tmp_path / "disk"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(400 * 2**20)
    with fault("the hub's disk turns read-only while it runs", "503 and a reason; reads go on; later all is there"):
        tool("mkfs.ext4", "-q", image)
        with mounted(image, disk) as device, server(disk, *HUB) as hub:
            with hub.client("push") as pusher, hub.client() as reader:
                taken = [seq for seq in range(1, 4) if push(pusher, sample("a", seq)).status_code == 200]
                assert taken == [1, 2, 3]
                Path(f"/sys/fs/ext4/{device}/trigger_fs_error").write_text("1")
                until(lambda: push(pusher, sample("a", 4)).status_code == 503, seconds=40)
                problem = until(lambda: reader.get("/api/v2/status").json()["problem"])
                assert str(hub.hub) in problem and "read-only" in problem.lower(), problem
                assert points(hub, "a") == 3
                assert reader.get("/api/v2/clusters/default/node-metrics/a").json()["seq"] == 3
            hub.end()
        subprocess.run(["e2fsck", "-p", image], check=False, capture_output=True)
        with mounted(image, disk), server(disk, *HUB) as hub, hub.client("push") as pusher:
            assert points(hub, "a") == 3
            assert push(pusher, sample("a", 4)).status_code == 200
            assert hub.end() == 0
