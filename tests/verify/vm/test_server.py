"""The units of deploy/ inside a virtual machine: systemd takes them and finds them little exposed, a hub and a node run
as they do, and the hub says of the node what the machine says of itself."""

from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.server.servers import until
from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine

UNITS = ("nodetop-server.service", "nodetop-hub.service")
HUB = "https://127.0.0.1:8082"
MOST_EXPOSED = 2.0
"""Of ten, as systemd rates it."""
JOIN = f"""
mkdir -p /etc/systemd/system/nodetop-server.service.d
command=$(sed -n 's,^ExecStart=,,p' /etc/systemd/system/nodetop-server.service | sed 's,https://[^ ]*,{HUB},')
command="$command --ca-file /etc/nodetop/ca.pem --node-name worker --interval 1"
printf '[Service]\\nExecStart=\\nExecStart=%s\\n' "$command" \\
    >/etc/systemd/system/nodetop-server.service.d/join.conf
systemctl daemon-reload
systemctl start nodetop-hub
until [ -s /var/lib/nodetop-hub/hub/push.token ]; do sleep 1; done
cp /var/lib/nodetop-hub/hub/push.token /etc/nodetop/push.token
systemctl start nodetop-server
"""
ASK = ("--cluster", HUB, "--token-file", "/var/lib/nodetop-hub/hub/read.token", "--ca-file", "/etc/nodetop/ca.pem")


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_a_unit(unit: str, machine: Machine, verdict: Notes) -> None:
    machine.run("systemd-analyze", "verify", "--man=no", f"/etc/systemd/system/{unit}")
    rated = machine.run("systemd-analyze", "security", unit, "--no-pager").splitlines()[-1]
    exposure = float(rated.partition(": ")[2].split()[0])
    verdict(
        f"{unit}: exposure, {MOST_EXPOSED:.0f} at most (systemd-analyze security)", max(exposure, 2), MOST_EXPOSED, 0
    )


@pytest.fixture
def certified(machine: Machine, tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    files = {
        "hub.key": certificate.private_key_pem.bytes(),
        "hub.pem": b"".join(each.bytes() for each in certificate.cert_chain_pems),
        "ca.pem": authority.cert_pem.bytes(),
    }
    machine.run("mkdir", "-p", "/etc/nodetop")
    for name, content in files.items():
        machine.run(
            "sh", "-c", f"umask {22 if name == 'ca.pem' else 77}; cat >/etc/nodetop/{name}", stdin=content.decode()
        )


@pytest.mark.usefixtures("certified")
def test_a_hub_and_a_node(machine: Machine, verdict: Notes) -> None:
    machine.script(JOIN)

    def row() -> dict[str, Any] | None:
        found = machine.json("nodetop", *ASK, "--json")
        return next((each for each in found["nodes"] if each["node"] == "worker" and each["cpu_count"]), None)

    found = until(row, "the hub has a sample of the node", seconds=120)
    own = machine.snapshot()
    for unit in UNITS:
        active = machine.run("systemctl", "is-active", unit).strip()
        verdict(f"{unit}: runs", float(active == "active"), 1, 0)
    verdict("CPUs of the node, by the hub (nproc)", found["cpu_count"], int(machine.run("nproc")), 0)
    total = own["memory"]["total_bytes"]
    verdict("memory of the node, by the hub (its own snapshot)", found["memory_total_bytes"], total, 0, "B")
    processes = int(machine.run("sh", "-c", "ls -d /proc/[0-9]* | wc -l"))
    verdict("processes of the node, by the hub (/proc)", found["processes_total"], processes, 8)
