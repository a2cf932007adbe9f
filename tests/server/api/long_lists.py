"""Samples with a long list, for each list of a sample."""

from typing import Any

KEYS = {
    "processes.rows": "pid", "processes.thread_rows": "pid", "cpu.cores": "index", "disks": "device",
    "networks": "interface", "filesystems": "mount_point", "temperature.sensors": "label", "probes": "name",
    "workloads.rows": "group",
}  # fmt: skip
NEEDED = {
    "filesystems": {"device": "d", "fs_type": "ext4"},
    "temperature.sensors": {"chip": "c"},
    "workloads.rows": {"kind": "unit"},
}


def with_list(path: str, count: int) -> dict[str, Any]:
    """The fields of a sample that has so many different items in the list at this path."""
    key = KEYS.get(path)
    numbered = key in ("pid", "index")
    items: list[Any] = [
        NEEDED.get(path, {}) | {key: number + 1 if numbered else f"a{number}"} if key else f"10.0.0.{number}"
        for number in range(count)
    ]
    whole, _, part = path.partition(".")
    if key is None:
        return {whole: [{KEYS[whole]: "eth0", part: items}]}
    return {whole: {part: items} if part else items}
