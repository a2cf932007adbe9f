"""A recording with known incidents."""

import json
import time
from pathlib import Path

from tests.server.servers import sample


def recording(folder: Path) -> Path:
    """Six hours of a sample each minute: three times ten minutes without one of two nginx, twice a disk that is busy
    for six minutes, one file system that is full for an hour, and twenty bursts of a minute on the network."""
    begin = time.time() // 60 * 60 - 6 * 3600
    path = folder / "made.jsonl"
    with path.open("w") as file:
        for minute in range(360):
            workers = 1 if any(start <= minute < start + 10 for start in (30, 100, 200)) else 2
            rows = [{"pid": 10 + n, "ppid": 1, "name": "nginx", "command": "nginx"} for n in range(workers)]
            busy = 95.0 if any(start <= minute < start + 6 for start in (50, 250)) else 3.0
            made = sample(
                "web", seq=minute + 1, taken_at=begin + 60 * minute, interval=60.0,
                processes={"total": workers, "rows": rows},
                disks=[{"device": "sda", "utilisation_percent": busy, "in_total": True}, {"device": "sdb"}],
                filesystems=[
                    {"device": "a", "mount_point": "/", "fs_type": "ext4", "used_percent": 96.0},
                    {"device": "b", "mount_point": "/srv", "fs_type": "ext4", "available_bytes": 10**9,
                     "used_percent": 95.0 if 120 <= minute < 180 else 40.0},
                ],
                networks=[{"interface": "eth0", "in_total": True,
                           "receive_bytes_per_second": 9e7 if minute % 18 == 0 else 1e3}],
            )  # fmt: skip
            file.write(json.dumps(made) + "\n")
    return path
