"""A sample of a machine that has more than a hub takes in, or names that become the same text, is not lost."""

from typing import Any

import msgspec
import pytest

from nodetop.model import wire
from nodetop.model.hub_api import BODY_LIMIT
from nodetop.model.raw_counters import RawCounters
from nodetop.model.snapshot import (
    CoreMetrics,
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    NetworkMetrics,
    NodeSnapshot,
    ProbeReport,
    SensorReading,
    TemperatureMetrics,
    WorkloadMetrics,
    WorkloadSummary,
)
from nodetop.server.api.push_body import read_push
from nodetop.server.base import limits
from nodetop.server.sample_limits import acceptable
from tests.history.samples import START
from tests.server.api.long_lists import with_list

LONG = "/mnt/" + "x" * 4000


def machine(**more: Any) -> NodeSnapshot:
    probes = tuple(ProbeReport(name=name) for name in ("networks", "disks", "workloads", "filesystems"))
    return NodeSnapshot(node="web-01", taken_at=START, boot_id="b", seq=1, probes=probes, **more)


def mount(path: str, percent: float = 1.0, **more: Any) -> FilesystemMetrics:
    return FilesystemMetrics(device="x", mount_point=path, fs_type="fuse.x", used_percent=percent, **more)


def taken(snapshot: NodeSnapshot) -> NodeSnapshot:
    """As the hub has it. Fails if the hub refuses it."""
    body = wire.encode(acceptable(snapshot))
    assert len(body) < BODY_LIMIT
    (found,) = read_push(body).samples
    return found


def reasons(snapshot: NodeSnapshot) -> dict[str, str | None]:
    return {report.name: report.reason for report in snapshot.probes}


MANY = [
    machine(cpu=CpuMetrics(cores=tuple(CoreMetrics(index=number) for number in range(2048)))),
    machine(disks=tuple(DiskMetrics(device=f"sd{number}") for number in range(400))),
    machine(networks=tuple(NetworkMetrics(interface=f"veth{number}") for number in range(1000))),
    machine(networks=(NetworkMetrics(interface="kube-ipvs0", addresses=tuple(f"10.0.{n}.1" for n in range(250))),)),
    machine(filesystems=tuple(mount(f"/m{number}") for number in range(2000))),
    machine(temperature=TemperatureMetrics(sensors=(SensorReading(chip="c", label="l"),) * 3000)),
    machine(counters=RawCounters(cpus={str(number): (1, 2) for number in range(2048)})),
    machine(disks=(DiskMetrics(device="a·"),) * 2),
    machine(networks=(NetworkMetrics(interface="a·"),) * 2),
    machine(workloads=WorkloadSummary(rows=(WorkloadMetrics(group="/user.slice/a·", kind="group"),) * 2)),
    machine(filesystems=tuple(mount(f"{LONG}{n}", other_mount_points=(LONG,) * 16) for n in range(300))),
]


@pytest.mark.parametrize("path", limits.LISTS)
def test_no_list_is_forgotten(path: str) -> None:
    fields = {"node": "web-01", "taken_at": START, "boot_id": "b"} | with_list(path, limits.LISTS[path] + 1)
    taken(msgspec.convert(fields, NodeSnapshot))


@pytest.mark.parametrize("snapshot", MANY)
def test_the_hub_takes_it(snapshot: NodeSnapshot) -> None:
    taken(snapshot)


def test_the_most_telling_rows_stay_and_it_says_how_many_do_not() -> None:
    veths = tuple(NetworkMetrics(interface=f"veth{n}", in_total=False) for n in range(200))
    busy = NetworkMetrics(interface="veth-busy", in_total=False, receive_bytes_per_second=5.0)
    found = taken(machine(networks=(*veths, busy, NetworkMetrics(interface="eno1")), filesystems=(mount("/"),)))
    assert found.networks is not None and len(found.networks) == 128
    assert [each.interface for each in found.networks[-2:]] == ["veth-busy", "eno1"]
    assert reasons(found) == {
        "networks": "the hub gets 128 of 202", "disks": None, "workloads": None, "filesystems": None,
    }  # fmt: skip


def test_a_user_with_long_mounts_hides_neither_the_node_nor_its_root() -> None:
    found = taken(machine(filesystems=(*(mount(f"{LONG}{n}", 99.0) for n in range(1000)), mount("/", 40.0))))
    assert found.filesystems is not None and "/" in [each.mount_point for each in found.filesystems]
    assert "of 1001" in str(reasons(found)["filesystems"])


def test_what_fits_stays_the_same() -> None:
    snapshot = machine(disks=(DiskMetrics(device="sda"),), cpu=CpuMetrics(cores=(CoreMetrics(index=0),)))
    same = acceptable(snapshot)
    assert wire.encode(same) == wire.encode(snapshot) and same.disks is snapshot.disks
