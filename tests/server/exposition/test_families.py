"""Pages for Prometheus from snapshots and counters of any machine, read back with the client library's parsers."""

import asyncio
from typing import Any

import msgspec
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from nodetop.base.text import clean
from nodetop.model.raw_counters import RawCounters, WorkloadCounters
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.exposition.encoding import encoded, negotiated
from nodetop.server.exposition.families import Families
from nodetop.server.exposition.node import add_node
from nodetop.server.exposition.own import add_own
from tests.server.servers import sample

TEXT, OPENMETRICS = "text/plain;version=0.0.4", "application/openmetrics-text;version=1.0.0"


def page(families: Families, accept: str) -> str:
    encoder, _ = negotiated(accept)

    async def whole() -> bytes:
        return b"".join([piece async for piece in encoded(families, encoder)])

    return asyncio.run(whole()).decode()


def values(families: Families, accept: str = TEXT) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    parse = parse_openmetrics if accept == OPENMETRICS else parse_text
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in parse(page(families, accept))
        for each in family.samples
    }


def snapshot(**parts: Any) -> NodeSnapshot:
    return msgspec.convert(sample(**parts), NodeSnapshot)


def of(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


HOSTILE = 'a"}\n\x1b[2J\\ {x="\u202e'


def test_hostile_names_stay_label_values_in_both_formats() -> None:
    families = Families()
    counters = RawCounters(
        cpus={HOSTILE: (1, 2, 3, 4)},
        memory={'x"} 1\nevil': 5, "é": 6, "MemTotal_bytes": 7},
        disks={HOSTILE: tuple(range(17))},
        networks={HOSTILE: tuple(range(16))},
        uname={"sysname": HOSTILE},
    )
    add_node(families, snapshot(host={"hostname": HOSTILE}), counters, 1.0)
    for accept in (TEXT, OPENMETRICS):
        found = values(families, accept)
        assert of("node_memory_MemTotal_bytes") in found
        assert not any("evil" in name or "é" in name for name, _ in found)
        assert "\x1b" not in page(families, accept)
        devices = {dict(labels)["device"] for name, labels in found if name.startswith("node_disk")}
        assert devices == {clean(HOSTILE)} != {HOSTILE}


def test_units_are_those_of_node_exporter() -> None:
    families = Families()
    counters = RawCounters(
        ticks_per_second=100,
        cpus={"0": (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000)},
        disks={"sda": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)},
        pressure={"cpu_some": 1_500_000},
    )
    add_node(families, snapshot(), counters, 12.0)
    found = values(families)
    assert found[of("node_cpu_seconds_total", cpu="0", mode="softirq")] == 7.0
    assert found[of("node_cpu_guest_seconds_total", cpu="0", mode="nice")] == 10.0
    assert found[of("node_disk_read_bytes_total", device="sda")] == 3 * 512
    assert found[of("node_disk_write_time_seconds_total", device="sda")] == 0.008
    assert found[of("node_pressure_cpu_waiting_seconds_total")] == 1.5
    assert found[of("node_time_seconds")] == 12.0


def test_what_is_not_known_has_no_line() -> None:
    families = Families()
    add_node(families, snapshot(memory={"total_bytes": 1000}), None, 1.0)
    add_own(families, snapshot(), None)
    assert {name for name, _ in values(families)} == {"node_time_seconds", "node_memory_MemTotal_bytes"}


def test_space_and_inodes_of_a_file_system() -> None:
    families = Families()
    filesystem = {
        "device": "/dev/sda1",
        "mount_point": "/",
        "fs_type": "ext4",
        "total_bytes": 1000,
        "used_bytes": 300,
        "available_bytes": 650,
        "inodes_total": 9_999_999,
        "inodes_used_percent": 100 * 1_234_567 / 9_999_999,
    }
    add_node(families, snapshot(filesystems=[filesystem]), None, 1.0)
    labels = {"device": "/dev/sda1", "fstype": "ext4", "mountpoint": "/"}
    found = values(families)
    assert found[of("node_filesystem_free_bytes", **labels)] == 700
    assert found[of("node_filesystem_avail_bytes", **labels)] == 650
    assert found[of("node_filesystem_files_free", **labels)] == 9_999_999 - 1_234_567
    assert found[of("node_filesystem_device_error", **labels)] == 0


def test_programs_are_added_up_without_pids() -> None:
    rows = [
        {"pid": pid, "name": name, "user": "me", "cpu_percent": 50.0, "resident_bytes": 10}
        for pid, name in ((1, "a"), (2, "a"), (3, "b"))
    ]
    families = Families()
    add_own(families, snapshot(processes={"rows": rows}), None)
    found = values(families)
    assert found[of("nodetop_top_program_cpu_ratio", program="a", user="me")] == 1.0
    assert found[of("nodetop_top_program_resident_memory_bytes", program="b", user="me")] == 10
    assert len([name for name, _ in found if name == "nodetop_top_program_cpu_ratio"]) == 2


def test_workloads_are_the_innermost_ones_with_their_counters() -> None:
    rows = [
        {"group": "/a.slice", "kind": "slice", "name": "a.slice", "is_outer": True, "memory_bytes": 9},
        {"group": f"/a.slice/{HOSTILE}", "kind": "unit", "name": HOSTILE, "cpu_percent": 150.0, "oom_kills": 2},
        {
            "group": "/b",
            "kind": "container",
            "name": "b",
            "memory_bytes": 4096,
            "cpu_limit_cores": 0.5,
            "receive_bytes_per_second": 7.0,
            "network": "interfaces",
        },
    ]
    taken = snapshot(workloads={"rows": rows, "containers": 1, "units": 7})
    counters = RawCounters(workloads={"/b": WorkloadCounters(cpu_microseconds=2_500_000, written_bytes=12)})
    families = Families()
    add_own(families, taken, counters)
    for accept in (TEXT, OPENMETRICS):
        found = values(families, accept)
        b = {"group": "/b", "kind": "container", "workload": "b"}
        hostile = {"group": clean(f"/a.slice/{HOSTILE}"), "kind": "unit", "workload": clean(HOSTILE)}
        assert found == {
            of("nodetop_workloads", kind="container"): 1,
            of("nodetop_workloads", kind="unit"): 7,
            of("nodetop_workload_cpu_ratio", **hostile): 1.5,
            of("nodetop_workload_oom_kills_total", **hostile): 2,
            of("nodetop_workload_memory_working_set_bytes", **b): 4096,
            of("nodetop_workload_cpu_limit_cores", **b): 0.5,
            of("nodetop_workload_network_receive_bytes_per_second", **b, network="interfaces"): 7,
            of("nodetop_workload_cpu_seconds_total", **b): 2.5,
            of("nodetop_workload_written_bytes_total", **b): 12,
        }


def test_a_long_label_is_cut() -> None:
    families = Families()
    add_own(families, snapshot(workloads={"rows": [{"group": "/" + "x" * 4000, "kind": "unit", "tasks": 1}]}), None)
    (labels,) = (dict(labels) for _, labels in values(families))
    assert labels["group"] == "/" + "x" * 1023


def test_a_page_of_many_pieces_has_each_family_once_and_one_end() -> None:
    families = Families()
    for number in range(60):
        families.labels = (("instance", f"n{number}"),)
        add_node(families, snapshot(), RawCounters(cpus={str(cpu): (1,) * 10 for cpu in range(16)}), 1.0)
    text = page(families, OPENMETRICS)
    assert text.count("# EOF") == 1
    assert text.endswith("# EOF\n")
    assert text.count("# TYPE node_cpu_seconds counter") == 1
    assert len(values(families, OPENMETRICS)) == 60 * (16 * 10 + 1)
