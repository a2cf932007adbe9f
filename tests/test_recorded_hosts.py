"""`nodetop --json`, the real command, on the trees of whole machines."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.recorded_hosts import HOSTS, Host, container, oddities, raspberry_pi, ryzen, server64, virtual_machine

Nodetop = Callable[..., "subprocess.CompletedProcess[str]"]
Seen = Callable[[Callable[[Path], Host]], dict[str, Any]]


@pytest.fixture
def seen(nodetop: Nodetop, tmp_path: Path) -> Seen:
    """What the command says of a machine."""

    def run(build: Callable[[Path], Host]) -> dict[str, Any]:
        host = build(tmp_path)
        done = nodetop("--json", "--interval", "0.25", *roots(host))
        assert (done.returncode, done.stderr) == (0, "")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return run


def roots(host: Host) -> tuple[str, ...]:
    return "--proc-root", str(host.folder / "proc"), "--sys-root", str(host.folder / "sys")


def by(items: list[dict[str, Any]], key: str, *values: str) -> dict[str, tuple[Any, ...]]:
    return {item[key]: tuple(item[name] for name in values) for item in items}


def test_a_server_with_64_cpus(seen: Seen) -> None:
    found = seen(server64)
    assert found["node"] == "db-64"
    assert (found["host"]["cpu_count"], len(found["cpu"]["cores"])) == (64, 64)
    assert by(found["disks"], "device", "kind", "model", "in_total") == {
        "nvme0n1": ("disk", "SAMSUNG MZQL21T9HCJR-00A07", True),
        "nvme1n1": ("disk", "SAMSUNG MZQL21T9HCJR-00A07", True),
        "md0": ("md", "raid1", False),
        "dm-0": ("dm", "vg0-root", False),
    }
    assert by(found["networks"], "interface", "kind", "in_total", "speed_mbps") == {
        "eno1": ("physical", True, 25000),
        "eno2": ("physical", True, 25000),
        "bond0": ("bond", False, 50000),
        "bond0.7": ("vlan", False, None),
        "lo": ("loopback", False, None),
    }
    memory = found["memory"]
    assert (memory["used_bytes"], memory["swap_used_bytes"]) == (128_000_000 * 1024, 2_000_000 * 1024)
    assert found["temperature"]["cpu_celsius"] == 71.0
    assert {core["index"]: core["celsius"] for core in found["cpu"]["cores"] if core["celsius"]} == {0: 62.0, 1: 70.0}
    assert found["processes"]["total"] == 40


def test_a_raspberry_pi(seen: Seen) -> None:
    found = seen(raspberry_pi)
    assert found["cpu"]["model"] == "Cortex-A72"
    assert found["temperature"]["cpu_celsius"] == 47.236
    assert by(found["disks"], "device", "kind", "model") == {"mmcblk0": ("disk", "SD64G")}
    assert list(by(found["filesystems"], "mount_point")) == ["/", "/boot"]
    assert by(found["networks"], "interface", "kind", "in_total") == {
        "eth0": ("physical", True),
        "wlan0": ("wireless", True),
    }
    # Before Linux 3.14: free, buffers, what of the page cache is no shared memory, and reclaimable slab.
    assert found["memory"]["available_bytes"] == (300_000 + 1000 + 200_000 - 2000 + 5000) * 1024


def test_a_ryzen_desktop(seen: Seen) -> None:
    found = seen(ryzen)
    assert found["cpu"]["model"] == "AMD Ryzen 9 5950X 16-Core Processor"
    assert found["temperature"]["cpu_celsius"] == 55.0
    assert list(by(found["filesystems"], "mount_point")) == ["/"]
    assert {sensor["kind"] for sensor in found["temperature"]["sensors"]} == {"cpu", "gpu", "disk", "other"}


def test_a_container(seen: Seen) -> None:
    found = seen(container)
    assert (found["host"]["container"], found["host"]["cpu_count"]) == ("kubernetes", 2)
    assert by(found["filesystems"], "mount_point", "fs_type") == {"/": ("overlay",)}
    assert by(found["networks"], "interface", "in_total") == {"lo": (False,), "eth0": (True,)}
    assert [core["online"] for core in found["cpu"]["cores"]] == [True, True]
    assert found["disks"] == []


def test_a_virtual_machine(seen: Seen) -> None:
    found = seen(virtual_machine)
    assert found["temperature"] is None
    report = next(each for each in found["probes"] if each["name"] == "temperature")
    assert (report["status"], report["reason"]) == ("unavailable", "no temperature sensors")
    assert by(found["disks"], "device", "in_total") == {"vda": (True,)}


def test_an_odd_machine(seen: Seen) -> None:
    found = seen(oddities)
    assert [(core["index"], core["online"]) for core in found["cpu"]["cores"]] == [
        (0, True),
        (1, True),
        (2, False),
        (3, True),
    ]
    rows = {row["pid"]: row for row in found["processes"]["rows"]}
    assert found["processes"]["total"] == len(rows) == 5000
    assert (rows[2]["name"], rows[2]["command"]) == ("a) R 1 (b", "[/foo] [@click=app.quit]x")
    assert rows[4]["state"] == "Z"
    assert found["memory"]["available_bytes"] == found["memory"]["free_bytes"]
    assert no_controls(found)


def no_controls(value: Any) -> bool:
    if isinstance(value, dict):
        return all(no_controls(key) and no_controls(each) for key, each in value.items())
    if isinstance(value, list):
        return all(map(no_controls, value))
    return not isinstance(value, str) or not any(each < " " or "\x7f" <= each < "\xa0" for each in value)


@pytest.mark.parametrize("build", HOSTS, ids=lambda build: build.__name__)
def test_each_has_a_readable_summary(nodetop: Nodetop, tmp_path: Path, build: Callable[[Path], Host]) -> None:
    host = build(tmp_path)
    done = nodetop("--once", "--interval", "0.25", *roots(host))
    assert (done.returncode, done.stderr) == (0, "")
    assert "cpu" in done.stdout.lower()
    assert "\x1b" not in done.stdout
