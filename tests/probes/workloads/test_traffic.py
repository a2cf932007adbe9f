"""Network traffic of workloads: connections by group, interfaces by namespace, and what is not counted twice."""

import os
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from nodetop.model.cgroups import WorkloadMetrics
from nodetop.probes.workloads.connection import Connection, Connections, SocketsError
from nodetop.probes.workloads.connections import NO_IDS, TOO_OLD, ConnectionRates
from nodetop.probes.workloads.namespaces import Counted, parse_retransmits, read_namespace
from nodetop.probes.workloads.probe import WorkloadsProbe
from nodetop.probes.workloads.traffic import OTHER_NETWORK, Traffic
from nodetop.widgets.workloads.state import WorkloadState
from tests.probes.cgroups.cgroup_hosts import V1, CgroupHost
from tests.probes.workloads.workload_hosts import WorkloadHost, container_id, kubernetes_node, lxc_host, pod_uid

Listed = Mapping[int, tuple[str, int, int, int]]
"""By cookie: the path of the group, bytes received and sent, segments sent again."""
NET_DEV = """Inter-|   Receive                        |  Transmit
 face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls carrier compressed
    lo:     900       9    0    0    0    0    0    0      900       9    0    0    0    0    0    0
  eth0: {received}    9    0    0    0    0    0    0   {sent}       9    0    0    0    0    0    0
 veth1:     777       9    0    0    0    0    0    0      777       9    0    0    0    0    0    0
"""
SNMP = "Ip: Forwarding\nIp: 1\nTcp: RtoAlgorithm RetransSegs InErrs\nTcp: 1 {again} 0\n"


class Network:
    """The network of a recorded host: what the kernel lists, and a probe with a clock that stands still."""

    def __init__(self, host: CgroupHost, listed: Listed | None = None) -> None:
        self.host = host
        self.now = 1000.0
        self.listed: Listed = listed or {}
        self.is_cut = False
        self.process(1)
        own = os.stat(host.files.path("/proc/1/net/dev")).st_ino
        connections = ConnectionRates(monotonic=lambda: self.now, list_connections=self._list)
        traffic = Traffic(host.files, monotonic=lambda: self.now, connections=connections, own=lambda: own)
        self.probe = WorkloadsProbe(host.files, monotonic=lambda: self.now, traffic=traffic)

    def _list(self) -> Connections:
        def id_of(path: str) -> int:
            return os.stat(self.host.files.path(f"/sys/fs/cgroup{path}")).st_ino

        found = {cookie: Connection(id_of(path), *counts) for cookie, (path, *counts) in self.listed.items()}
        return Connections(found, self.is_cut)

    def process(self, pid: int, group: str | None = None, shares: int | None = None) -> None:
        """A process in a namespace of its own, or in that of another process."""
        if shares is None:
            self.host.write(f"/proc/{pid}/net/snmp", SNMP.format(again=0))
            self.host.write(f"/proc/{pid}/net/dev", NET_DEV.format(received=0, sent=0))
        else:
            self.host.link(f"/proc/{pid}/net", self.host.files.path(f"/proc/{shares}/net"))
        if group is not None:
            self.host.v2(group, cgroup__procs=str(pid))

    def moved(self, pid: int, received: int, sent: int, again: int = 0) -> None:
        Path(self.host.files.path(f"/proc/{pid}/net/dev")).write_text(NET_DEV.format(received=received, sent=sent))
        Path(self.host.files.path(f"/proc/{pid}/net/snmp")).write_text(SNMP.format(again=again))

    def after(self, seconds: float, change: Callable[[], object] = lambda: None) -> dict[str, WorkloadMetrics]:
        """The rows, by name, of a reading that follows one by so many seconds."""
        before = self.probe.read()
        change()
        self.now += seconds
        summary = self.probe.derive(before, self.probe.read(), seconds)
        self.problem = summary.network_problem
        return {row.name: row for row in summary.rows}

    def set(self, **listed: tuple[str, int, int, int]) -> None:
        self.listed = {int(cookie[1:]): each for cookie, each in listed.items()}


def used(row: WorkloadMetrics) -> tuple[float | None, float | None, float | None]:
    return row.receive_bytes_per_second, row.transmit_bytes_per_second, row.retransmits_per_second


def host_of(folder: Path, *groups: str) -> WorkloadHost:
    host = WorkloadHost(folder)
    for group in groups:
        host.group(group)
    return host


WEB, DB = "/system.slice/web.service", "/system.slice/db.service"


def test_connections_count_for_their_group_and_those_around_it(tmp_path: Path) -> None:
    host = host_of(tmp_path, "/system.slice", WEB, f"{WEB}/inner", DB)
    network = Network(host, {1: (WEB, 1000, 100, 1), 2: (f"{WEB}/inner", 50, 0, 0), 3: (DB, 9, 9, 0)})
    first = network.probe.read().records
    assert {used(each.row) for each in first.values()} == {(None, None, None)}
    rows = network.after(2, lambda: network.set(
        _1=(WEB, 3000, 500, 5), _2=(f"{WEB}/inner", 70, 0, 0), _3=(DB, 9, 9, 0), _4=(WEB, 80, 20, 0)))  # fmt: skip
    assert used(rows["web.service"]) == (1050.0, 210.0, 2.0)
    assert used(rows["db.service"]) == (0.0, 0.0, 0.0)
    assert used(rows["system.slice"]) == (1050.0, 210.0, 2.0)
    assert rows["web.service"].network == "connections" and network.problem is None


def test_closed_connections_and_counters_that_run_backwards_give_nothing(tmp_path: Path) -> None:
    network = Network(host_of(tmp_path, WEB), {1: (WEB, 1000, 100, 1), 2: (WEB, 500, 50, 5)})
    rows = network.after(2, lambda: network.set(_2=(WEB, 400, 60, 0)))
    assert used(rows["web.service"]) == (0.0, 5.0, 0.0)


def test_too_many_connections_are_said_and_those_not_seen_before_do_not_count(tmp_path: Path) -> None:
    network = Network(host_of(tmp_path, WEB), {1: (WEB, 0, 0, 0)})
    network.is_cut = True
    rows = network.after(1, lambda: network.set(_1=(WEB, 10, 0, 0), _2=(WEB, 10**12, 0, 0)))
    assert used(rows["web.service"])[0] == 10.0
    assert network.problem == network.probe.notice == "network: only the first 2 TCP connections"


def test_listing_that_takes_long_is_done_less_often(tmp_path: Path) -> None:
    network, times = Network(host_of(tmp_path, WEB)), list[float]()

    def slow() -> Connections:
        times.append(network.now)
        network.now += 0.5
        return Connections({})

    rates = ConnectionRates(monotonic=lambda: network.now, list_connections=slow)
    while network.now < 1060:
        rates.read({WEB: 1})
        network.now += 1
    pauses = [after - before for before, after in pairwise(times)]
    assert len(pauses) == 5 and all(10 <= pause < 12 for pause in pauses)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Connections({1: Connection(None, 1, 1, 1)}), TOO_OLD),
        (SocketsError("the kernel does not list its sockets"), "network: the kernel does not list its sockets"),
    ],
)
def test_without_connections_the_reason_is_said(
    tmp_path: Path, answer: Connections | SocketsError, problem: str
) -> None:
    def answered() -> Connections:
        if isinstance(answer, SocketsError):
            raise answer
        return answer

    rates = ConnectionRates(list_connections=answered)
    rates.read({WEB: 1})
    assert rates.of(WEB) is None and rates.problem == problem


def test_control_groups_of_version_1_alone_say_nothing_of_connections(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.mounted(V1.format(n=41, root="/", name="memory"))
    host.v1("memory", "/docker", memory__usage_in_bytes="4096")
    network = Network(host)
    row = network.after(1)["docker"]
    assert (row.network, network.problem) == (None, NO_IDS)


def test_without_the_hosts_network_its_connections_are_not_seen(tmp_path: Path) -> None:
    network = Network(host_of(tmp_path, WEB), {1: (WEB, 0, 0, 0)})
    traffic = Traffic(network.host.files, own=lambda: 0)
    network.probe = WorkloadsProbe(network.host.files, monotonic=lambda: network.now, traffic=traffic)
    row = network.after(1)["web.service"]
    assert (row.network, network.problem) == (None, OTHER_NETWORK)


def test_the_containers_of_a_pod_share_its_interfaces_and_a_sum_counts_them_once(tmp_path: Path) -> None:
    network = Network(kubernetes_node(tmp_path, pods=2))
    pods = {name: f"/kubepods.slice{above}-pod{pod_uid(name).replace('-', '_')}.slice" for name, above in (
        ("web-000", "/kubepods"), ("web-001", "/kubepods-burstable.slice/kubepods-burstable"))}  # fmt: skip
    for pid, (name, pod) in enumerate(pods.items(), 100):
        network.process(pid, f"{pod}/cri-containerd-{container_id(name + ' sandbox')}.scope")
        network.process(pid + 10, f"{pod}/cri-containerd-{container_id(name)}.scope", shares=pid)
    rows = network.after(2, lambda: (network.moved(100, 2000, 400, 6), network.moved(101, 20, 0)))
    assert used(rows["kube-system/web-000/app"]) == used(rows["kube-system/web-000"]) == (1000.0, 200.0, 3.0)
    assert rows["kube-system/web-000/app"].network == "interfaces"
    assert used(rows["shop/web-001"]) == (10.0, 0.0, 0.0)
    assert used(rows["kubepods.slice"]) == (1010.0, 200.0, 3.0)
    assert rows["kubepods.slice"].network == "both"
    state = WorkloadState()
    state.counted = [row for row in rows.values() if row.is_inner and row.group.startswith("/kubepods")]
    assert len(state.counted) == 4
    assert (state.totals.receive_bytes_per_second, state.totals.network) == (1010.0, "interfaces")


def test_an_inner_containers_traffic_counts_once_in_the_slice_around_both(tmp_path: Path) -> None:
    network = Network(lxc_host(tmp_path))
    network.process(100, "/lxc.payload.c1/system.slice/ssh.service")
    inner = f"/lxc.payload.c1/system.slice/docker-{container_id('docker in lxc')}.scope"
    network.process(101, inner)
    rows = network.after(1, lambda: (network.moved(100, 70, 7), network.moved(101, 50, 5)))
    assert used(rows["c1"])[:2] == (70.0, 7.0)
    assert used(rows[container_id("docker in lxc")[:12]])[:2] == (50.0, 5.0)


def test_a_process_that_ended_is_replaced_by_another_of_its_group(tmp_path: Path) -> None:
    group = f"/system.slice/docker-{container_id('a')}.scope"
    host = host_of(tmp_path, "/system.slice", group)
    network = Network(host)
    network.process(100, group)
    name = container_id("a")[:12]
    assert network.after(1, lambda: network.moved(100, 10, 0))[name].receive_bytes_per_second == 10.0

    def exchanged() -> None:
        kept = Path(network.host.files.path("/proc/kept"))
        Path(network.host.files.path("/proc/100/net")).rename(kept)
        network.host.link("/proc/101/net", str(kept))
        host.v2(group, cgroup__procs="101")
        (kept / "dev").write_text(NET_DEV.format(received=40, sent=0))

    assert network.after(1, exchanged)[name].receive_bytes_per_second == 30.0


def test_a_pid_that_another_process_has_now_does_not_count_for_the_group(tmp_path: Path) -> None:
    group = f"/system.slice/docker-{container_id('a')}.scope"
    network = Network(host_of(tmp_path, "/system.slice", group))
    network.process(100, group)
    name = container_id("a")[:12]
    assert network.after(1, lambda: network.moved(100, 10, 0))[name].receive_bytes_per_second == 10.0

    def reused() -> None:
        network.host.remove("/proc/100/net")
        network.process(100, shares=1)
        network.host.v2(group, cgroup__procs="")

    assert used(network.after(1, reused)[name]) == (0.0, 0.0, 0.0), "connections, of which there are none"


def test_what_is_counted_of_a_namespace(tmp_path: Path) -> None:
    network = Network(host_of(tmp_path))
    network.process(7)
    network.moved(7, 123, 456, 7)
    assert read_namespace(network.host.files, 7) == Counted(123, 456, 7)
    assert read_namespace(network.host.files, 8) is None
    network.host.write("/proc/7/net/snmp", "Tcp: RetransSegs\nTcp: \xff\nTcp: 5\n")
    assert read_namespace(network.host.files, 7) == Counted(123, 456, None)
    assert parse_retransmits(b"Tcp: A RetransSegs\nTcp: 1") is None
