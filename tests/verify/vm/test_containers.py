"""Podman's containers inside a virtual machine: names, CPU, memory, and the network of one that has its own and of one
in the host's, beside `podman stats` and `ss --cgroup`. And the journal of a unit."""

import json
import re
from typing import Any

from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine
from tests.verify.vm.monitor import MONITOR

MIB = 2**20
MOVED = 2 * MIB
"""Bytes that are sent to each container, which sends them back."""
IMAGE = """
mkdir -p /run/image/bin
cp /bin/busybox /run/image/bin/
for name in sh nc cat; do ln -sf busybox /run/image/bin/$name; done
tar -C /run/image -c . | podman import -q - localhost/busybox >/dev/null
podman run -q -d --name busy --cpus 0.3 --memory 64m --pids-limit 20 --network none localhost/busybox \\
    sh -c 'while :; do :; done' >/dev/null
podman run -q -d --name apart localhost/busybox sh -c 'while :; do nc -l -p 80 -e cat; done' >/dev/null
podman run -q -d --name open --network host localhost/busybox sh -c 'while :; do nc -l -p 8080 -e cat; done' >/dev/null
"""
CLIENT = f"""
import pathlib, socket, sys, threading, time
def connected(address):
    while True:
        try:
            return socket.create_connection(address)
        except OSError:
            time.sleep(0.2)
both = [connected((sys.argv[1], 80)), connected(("127.0.0.1", 8080))]
pathlib.Path("/run/connected").touch()
while not pathlib.Path("/run/go").exists():
    time.sleep(0.1)
for each in both:
    threading.Thread(target=each.sendall, args=(bytes({MOVED}),)).start()
    each.recv({MOVED}, socket.MSG_WAITALL)
pathlib.Path("/run/moved").touch()
while not pathlib.Path("/run/over").exists():
    time.sleep(0.1)
"""
BESIDE = """
rm -f /run/connected /run/go /run/moved /run/read /run/end /run/over
python3 /run/client.py "$(podman inspect -f '{{.NetworkSettings.Networks.podman.IPAddress}}' apart)" &
until [ -e /run/connected ]; do sleep 0.2; done
told() {
    podman stats --no-stream --format json >/run/podman-$1
    ss -tinOH --cgroup state established >/run/ss-$1
}
told before
/opt/nodetop/bin/python /run/monitor.py container >/run/counted &
monitor=$!
until [ -e /run/read ]; do sleep 0.2; done
touch /run/go
until [ -e /run/moved ]; do sleep 0.2; done
told after
touch /run/end
wait $monitor
touch /run/over  # the connections are open until they were read for the last time
wait
"""


def podman(machine: Machine, when: str) -> dict[str, dict[str, str]]:
    """What `podman stats` says of each container, by name."""
    return {each["name"]: each for each in json.loads(machine.run("cat", f"/run/podman-{when}"))}


def size(text: str) -> float:
    """Bytes in podman's words: `2.168MB`."""
    found = re.fullmatch(r"([\d.]+)([kMG]?)i?B", text.strip())
    assert found is not None, text
    return float(found[1]) * {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}[found[2]]


def network(told: dict[str, str]) -> float:
    return sum(map(size, told["net_io"].split("/")))


def connections(machine: Machine, when: str, group: str) -> tuple[int, int]:
    """Bytes received and acknowledged on the connections that ss shows for a group or those inside it."""
    lines = machine.run("cat", f"/run/ss-{when}").splitlines()
    own = [line for line in lines if f"cgroup:{group}" in line]
    sums = [sum(int(each) for line in own for each in re.findall(rf"bytes_{name}:(\d+)", line)) for name in
            ("received", "acked")]  # fmt: skip
    return sums[0], sums[1]


def test_containers_beside_podman_and_ss(machine: Machine, verdict: Notes) -> None:
    machine.script(IMAGE)
    for name, text in {"client": CLIENT, "monitor": MONITOR}.items():
        machine.run("tee", f"/run/{name}.py", stdin=text)
    machine.script(BESIDE)
    counted: dict[str, Any] = machine.json("cat", "/run/counted")
    rows, before, after = counted["rows"], podman(machine, "before"), podman(machine, "after")
    verdict("containers by name (podman ps)", len(rows.keys() & after.keys()), len(after), 0)
    ids = machine.run("podman", "ps", "-q").split()
    verdict("containers by id (podman ps)", len({row["id"] for row in rows.values()} & set(ids)), len(ids), 0)

    def moved(name: str, field: str) -> float:
        found: float = counted["sums"][name][field]
        return found

    busy, cpu = rows["busy"], moved("busy", "cpu_percent") / counted["seconds"]
    verdict("CPU of one held back (podman stats)", cpu, float(after["busy"]["cpu_percent"].rstrip("%")), 3, "%")
    verdict("cores (podman run --cpus)", busy["cpu_limit_cores"], 0.3, 0)
    verdict("memory limit (podman run --memory)", busy["memory_limit_bytes"], 64 * MIB, 0, "B")
    verdict("limit of tasks (podman run --pids-limit)", busy["tasks_limit"], 20, 0)
    verdict("memory (podman stats)", busy["memory_bytes"], size(after["busy"]["mem_usage"].split("/")[0]), MIB, "B")
    apart = moved("apart", "receive_bytes_per_second") + moved("apart", "transmit_bytes_per_second")
    theirs = network(after["apart"]) - network(before["apart"])
    verdict("its own network is read", float(rows["apart"]["network"] == "interfaces"), 1, 0)
    verdict("received and sent by one (podman stats)", apart, theirs, 5000, "B", relative=0.01)
    group = rows["open"]["group"]
    received, sent = (
        now - old
        for now, old in zip(connections(machine, "after", group), connections(machine, "before", group), strict=True)
    )
    verdict("one in the host's network: connections", float(rows["open"]["network"] == "connections"), 1, 0)
    verdict("received by it (ss --cgroup)", moved("open", "receive_bytes_per_second"), received, 0, "B")
    verdict("sent by it (ss --cgroup)", moved("open", "transmit_bytes_per_second"), sent, 0, "B")
    verdict("received by it (what was sent)", received, MOVED, 0, "B")
    machine.run("podman", "rm", "-f", "-t", "0", "busy", "apart", "open")


JOURNAL = """
systemd-run -q --unit=talker sh -c 'echo one word; echo "<3>broken" >&2; sleep 600'
"""
ASKED = """
import sys
from nodetop.model.cgroups import WorkloadMetrics
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.journal import read_journal
found = read_journal(HostFiles(), WorkloadMetrics(group=sys.argv[1], kind="unit"), None)
print(found.why)
print(*(f"{line.priority} {line.text}" for line in found.lines), sep="\\n")
"""


def test_the_journal_of_a_unit(machine: Machine, verdict: Notes) -> None:
    machine.script(JOURNAL)
    group = "/system.slice/talker.service"
    asked = ("/opt/nodetop/bin/python", "-c", ASKED, group)
    _, *ours = machine.run(*asked).splitlines()
    theirs = machine.run("journalctl", "-u", "talker", "-o", "cat", "--no-pager").splitlines()
    verdict("lines of its journal (journalctl -u)", len(ours), len(theirs), 0)
    verdict("all of them in order", sum(ours[n][2:] == line for n, line in enumerate(theirs)), len(theirs), 0)
    why = machine.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *asked).splitlines()[0]
    verdict("an ordinary user is told the group", float("systemd-journal" in why), 1, 0)
    machine.run("systemctl", "stop", "talker")
