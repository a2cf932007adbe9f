"""The Debian package in a virtual machine with systemd: a hub and a node, installed and enabled as the pages say, run
again after a reboot, see all of the machine, and stop in time."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.servers import until
from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine, booted
from tests.verify.vm.test_server import MOST_EXPOSED, complaints, exposure

ROOT = Path(__file__).parents[3]
UNITS = ("nodetop-server.service", "nodetop-hub.service")
STARTED = {"nodetop-server.service": "event=uplink_connected", "nodetop-hub.service": "the hub of cluster"}
"""What each writes when it has nothing more to load."""
HUB = "https://127.0.0.1:8082"
LONGEST_STOP_SECONDS = 5.0

# The image has nodetop from its wheel too: that one is removed.
INSTALL = """
rm -rf /usr/local/bin/nodetop* /opt/nodetop /etc/systemd/system/nodetop-*
mkfs.ext4 -q /dev/vdb
mkdir /srv/data
echo '/dev/vdb /srv/data ext4 defaults 0 2' >>/etc/fstab
systemctl daemon-reload
mount /srv/data
dpkg -i /root/nodetop.deb
"""
START = """
systemctl enable --now nodetop-hub 2>&1
until [ -s /var/lib/nodetop-hub/hub/hub.pin ]; do sleep 1; done
code=$(nodetop-server --data-dir /var/lib/nodetop-hub invite | sed 's/.*--code //')
printf '[server]\\njoin = "HUB"\\ncode = "%s"\\nnode_name = "worker"\\ninterval = 1\\n' "$code" >/etc/nodetop/node.toml
install -m 600 /var/lib/nodetop-hub/hub/read.token /etc/nodetop/
systemctl enable --now nodetop-server 2>&1
""".replace("HUB", HUB)
STOP = """
systemctl start UNIT
run=$(systemctl show -P InvocationID UNIT)
until journalctl "_SYSTEMD_INVOCATION_ID=$run" | grep 'WORDS' >/dev/null; do sleep 1; done
began=$(date +%s.%N)
systemctl stop UNIT
echo "$(date +%s.%N) $began"
systemctl show -P Result UNIT
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deb")
    environment = {"PATH": "/usr/bin:/bin", "PIP": f"{sys.prefix}/bin/pip"}
    subprocess.run([ROOT / "deploy" / "scripts" / "build-deb", folder], env=environment, check=True)
    (package,) = folder.glob("nodetop-monitor_*.deb")
    return package


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], package: Path) -> Iterator[Machine]:
    """The machine with hub and node from the package, after a reboot."""
    with booted(built[1]) as machine:
        machine.copy(package, "/root/nodetop.deb")
        machine.script(INSTALL, seconds=3600)  # it compiles all modules
        for unit in UNITS:
            assert machine.run("sh", "-c", f"systemctl is-enabled {unit} || true").strip() == "disabled"
        machine.script(START)
        node_of(machine)
        machine.reboot()
    with booted(built[1]) as machine:
        yield machine


def boot_id(machine: Machine) -> str:
    """The part of it that samples have."""
    return machine.run("cat", "/proc/sys/kernel/random/boot_id")[:8]


def node_of(machine: Machine) -> dict[str, Any]:
    """The node's latest sample, by the hub, which also remembers the one before the reboot."""
    boot = boot_id(machine)

    def asked() -> dict[str, Any] | None:
        command = (
            f"nodetop --cluster {HUB} --token-file /etc/nodetop/read.token --pin "
            '"$(cat /var/lib/nodetop-hub/hub/hub.pin)" --node worker --json 2>/dev/null || true'
        )
        lines = machine.run("sh", "-c", command).splitlines()
        sample = json.loads(lines[0]) if lines else {"boot_id": ""}
        return sample if sample["boot_id"].startswith(boot) and has_rates(sample) else None

    found: dict[str, Any] = until(asked, "the hub has a sample of the node", seconds=900)
    return found


def has_rates(sample: dict[str, Any]) -> bool:
    return bool(sample["processes"] and sample["filesystems"] and sample["interval"])


def test_both_run_again_after_a_reboot(installed: Machine, verdict: Notes) -> None:
    sample = node_of(installed)
    verdict("the hub's sample is of this boot (boot_id)", float(sample["boot_id"].startswith(boot_id(installed))), 1, 0)
    for unit in UNITS:
        verdict(f"{unit} of the package: complaints (systemd-analyze verify)", complaints(installed, unit), 0, 0)
        active = installed.run("systemctl", "is-active", unit).strip()
        verdict(f"{unit}: runs after a reboot", float(active == "active"), 1, 0)
        restarts = int(installed.run("systemctl", "show", "-P", "NRestarts", unit))
        verdict(f"{unit}: restarts (systemctl show)", restarts, 0, 0)
        verdict(
            f"{unit} of the package: exposure (systemd-analyze security)", exposure(installed, unit), 0, MOST_EXPOSED
        )


def test_the_node_sees_all_processes_and_mounts(installed: Machine, verdict: Notes) -> None:
    sample = node_of(installed)
    processes = int(installed.run("sh", "-c", "ls -d /proc/[0-9]* | wc -l"))
    verdict("processes, by the service (/proc)", sample["processes"]["total"], processes, 8)
    mounted = installed.run("findmnt", "-rn", "--real", "-o", "TARGET", "-t", "ext4").split()
    ours = {each["mount_point"]: each for each in sample["filesystems"]}
    verdict("file systems on disks, by the service (findmnt)", len(ours.keys() & set(mounted)), len(mounted), 0)
    verdict("of these writable", sum(not ours[name].get("read_only") for name in mounted), len(mounted), 0)


@pytest.mark.parametrize("unit", UNITS)
def test_it_stops(unit: str, installed: Machine, verdict: Notes) -> None:
    def measure(note: Notes) -> None:
        times, result = installed.script(STOP.replace("UNIT", unit).replace("WORDS", STARTED[unit])).splitlines()
        ended, began = map(float, times.split())
        note(f"{unit}: seconds until it has stopped", ended - began, 0, LONGEST_STOP_SECONDS, "s")
        note(f"{unit}: ended by itself (Result=success)", float(result == "success"), 1, 0)

    verdict.settled(measure)  # the machine is emulated, and others use the CPUs below it
