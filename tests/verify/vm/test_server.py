"""The units of deploy/ inside a virtual machine: systemd takes them and finds them little exposed, a hub and a node run
as they do, and the hub says of the node what the machine says of itself."""

from typing import Any

import pytest

from tests.server.servers import until
from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine

UNITS = ("nodetop-server.service", "nodetop-hub.service")
HUB = "https://127.0.0.1:8082"
MOST_EXPOSED = 2.0
"""Of ten, as systemd rates it."""
JOIN = """
systemctl start nodetop-hub
until [ -s /var/lib/nodetop-hub/hub/hub.pin ]; do sleep 1; done
code=$(nodetop-server --data-dir /var/lib/nodetop-hub invite | sed 's/.*--code //')
umask 77
mkdir -p /etc/nodetop
printf '[server]\\njoin = "HUB"\\ncode = "%s"\\nnode_name = "worker"\\ninterval = 1\\n' "$code" >/etc/nodetop/node.toml
install -m 600 /var/lib/nodetop-hub/hub/read.token /etc/nodetop/
systemctl start nodetop-server
""".replace("HUB", HUB)


def complaints(machine: Machine, unit: str) -> int:
    """Lines that `systemd-analyze verify` writes about a unit."""
    path = machine.run("systemctl", "show", "-P", "FragmentPath", unit).strip()
    return len(machine.run("sh", "-c", f"systemd-analyze verify --man=no {path} 2>&1 || echo failed").splitlines())


def exposure(machine: Machine, unit: str) -> float:
    rated = machine.run("systemd-analyze", "security", unit, "--no-pager").splitlines()[-1]
    return float(rated.partition(": ")[2].split()[0])


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_a_unit(unit: str, machine: Machine, verdict: Notes) -> None:
    verdict(f"{unit}: complaints (systemd-analyze verify)", complaints(machine, unit), 0, 0)
    verdict(f"{unit}: exposure (systemd-analyze security)", exposure(machine, unit), 0, MOST_EXPOSED)


def test_a_hub_and_a_node(machine: Machine, verdict: Notes) -> None:
    machine.script(JOIN)
    pin = machine.run("cat", "/var/lib/nodetop-hub/hub/hub.pin").strip()

    def row() -> dict[str, Any] | None:
        found = machine.json(
            "nodetop", "--cluster", HUB, "--token-file", "/etc/nodetop/read.token", "--pin", pin, "--json"
        )
        return next((each for each in found["nodes"] if each["node"] == "worker" and each["cpu_count"]), None)

    found = until(row, "the hub has a sample of the node", seconds=900)
    own = machine.snapshot()
    for unit in UNITS:
        active = machine.run("systemctl", "is-active", unit).strip()
        verdict(f"{unit}: runs", float(active == "active"), 1, 0)
    verdict("CPUs of the node, by the hub (nproc)", found["cpu_count"], int(machine.run("nproc")), 0)
    total = own["memory"]["total_bytes"]
    verdict("memory of the node, by the hub (its own snapshot)", found["memory_total_bytes"], total, 0, "B")
    processes = int(machine.run("sh", "-c", "ls -d /proc/[0-9]* | wc -l"))
    verdict("processes of the node, by the hub (/proc)", found["processes_total"], processes, 8)
