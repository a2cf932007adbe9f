"""Hostile and wrong data of a real store: names, values, counters that are reset, clocks, targets of two jobs."""

import time

from msgspec import to_builtins

from nodetop.base.text import clean
from nodetop.model.snapshot import NodeSnapshot
from tests.sources.prometheus.made_up_nodes import GIB, MadeUpNode, load, put, until_now
from tests.sources.prometheus.test_source import STEP, opened, rows_of


def hostile_workloads() -> dict[str, float | str]:
    """Workloads with names that are commands to a terminal, values that are none, a long one, and many."""
    labels = [
        'group="/\x1b]0;pwned\x07",kind="\x1b[31m",workload="[@click=x]pod"',
        f'group="/{"x" * 60_000}",kind="unit",workload="long"',
        'group="",kind="",workload=""',
        'group="/../..",kind="unit",workload="[/]"',
        *(f'group="/g{number}",kind="unit",workload="g{number}"' for number in range(600)),
    ]
    values: tuple[float | str, ...] = (4096.0, "NaN", "+Inf", -1.0, *map(float, range(600)))
    return {
        f"nodetop_workload_memory_working_set_bytes{{{each}}}": value
        for each, value in zip(labels, values, strict=True)
    }


def hostile_node(name: str) -> MadeUpNode:
    label = 'device="\x1b]0;pwned\x07[@click=x]\u202e"'
    return MadeUpNode(
        name,
        labels='job="hostile",cluster="c\x1b[31m"',
        more={
            f"node_disk_io_time_seconds_total{{{label}}}": "NaN",
            f"node_disk_read_bytes_total{{{label}}}": 5.0,
            f"node_network_receive_bytes_total{{{label}}}": "+Inf",
            'node_filesystem_size_bytes{device="a",fstype="x",mountpoint="/\x1b[2J"}': "1e300",
            'node_filesystem_free_bytes{device="a",fstype="x",mountpoint="/\x1b[2J"}': "-1e300",
            'node_filesystem_avail_bytes{device="a",fstype="x",mountpoint="/\x1b[2J"}': "NaN",
            "node_load1": "-Inf",
            "node_memory_MemAvailable_bytes": 99 * GIB,
            'node_cpu_seconds_total{cpu="x\x1b",mode="idle"}': 5.0,
            'node_cpu_seconds_total{cpu="1",mode="evil\x1b"}': "1e99",
            'node_os_info{pretty_name="\x1b[1mroot"}': 1,
            'node_hwmon_temp_celsius{chip="coretemp\x1b",sensor="[/]"}': 1e12,
            "node_vmstat_oom_kill": "1e40",
            'nodetop_top_program_cpu_ratio{program="\x1b[2Jpwned[/]",user="\u202e"}': 5.0,
            'nodetop_top_program_cpu_ratio{program="x",user="y"}': "NaN",
            'nodetop_top_program_resident_memory_bytes{program="z",user=""}': "1e300",
            **hostile_workloads(),
        },
    )


def texts(value: object) -> list[str]:
    """All texts in a snapshot or a row."""

    def walk(tree: object) -> list[str]:
        if isinstance(tree, str):
            return [tree]
        if isinstance(tree, dict):
            return [text for each in tree.values() for text in walk(each)]
        return [text for each in tree for text in walk(each)] if isinstance(tree, list | tuple) else []

    return walk(to_builtins(value))


async def test_hostile_labels_and_values_become_clean_text_and_numbers_within_bounds(victoria: str) -> None:
    load(victoria, [hostile_node("evil\x1b[2J"), hostile_node("[link=x]node")], until_now(100, STEP))
    async with opened(victoria, 'job="hostile"') as source:
        _, rows = await source.overview()
        snapshots = [await source.snapshot(row.node) for row in rows]
        assert [row.node for row in rows] == ["[link=x]node", clean("evil\x1b[2J")]
        await source.history(rows[1].node, time.time() - 600, time.time(), 60)
        await source.cluster.trends(12)
    for each in (*rows, *snapshots):
        assert all(text.isprintable() for text in texts(each)), each
    found: NodeSnapshot = snapshots[1]
    assert found.cpu is not None and found.cpu.load_1m is None
    assert found.memory is not None and found.memory.used_bytes == 0


async def test_counters_that_are_reset_give_no_negative_rates(victoria: str) -> None:
    now = time.time()
    lines = []
    for number in range(20):
        at, value = now - STEP * (19 - number), (1e9 + number * 1e6 if number < 17 else number * 1e3)
        lines += list(MadeUpNode("reset", labels='job="reset"').lines(at))
        lines.append(
            f'node_disk_written_bytes_total{{instance="reset",job="reset",device="sdb"}} {value} {at * 1000:.0f}'
        )
    put(victoria, lines)
    async with opened(victoria, 'job="reset"') as source:
        found = await source.snapshot("reset")
    (disk,) = [each for each in found.disks or () if each.device == "sdb"]
    assert disk.write_bytes_per_second is not None
    assert 0 <= disk.write_bytes_per_second < 1e7


async def test_a_target_of_two_jobs_is_one_node_and_a_wrong_clock_makes_no_age_below_zero(victoria: str) -> None:
    times = until_now(100, STEP)
    for job, load_1m in (("twice-a", 1.0), ("twice-b", 2.0)):
        load(victoria, [MadeUpNode("twice", load=load_1m, labels=f'job="{job}"')], times)
    ahead = [at + 3600 for at in times]
    load(victoria, [MadeUpNode("ahead", labels='job="twice-a"')], ahead)
    load(victoria, [MadeUpNode("behind", labels='job="twice-a"')], [at - 1800 for at in times])
    async with opened(victoria, 'job=~"twice-.*"') as source:
        rows = await rows_of(source)
        found = await source.snapshot("twice")
    assert (rows["twice"].load_1m, rows["twice"].state) == (1.0, "up")
    assert found.cpu is not None and found.cpu.load_1m == 1.0
    assert rows["behind"].state == "gone"
    assert all(row.age_seconds is None or row.age_seconds >= 0 for row in rows.values())


async def test_a_job_that_was_renamed_does_not_hide_its_nodes(victoria: str) -> None:
    now = time.time()
    load(
        victoria,
        [MadeUpNode("renamed", load=1.0, labels='job="renamed-a"')],
        [now - 900 + n for n in range(0, 300, 10)],
    )
    async with opened(victoria, 'job=~"renamed-.*"') as source:
        assert (await rows_of(source))["renamed"].state != "up"
        load(victoria, [MadeUpNode("renamed", load=2.0, labels='job="renamed-b"')], until_now(100, STEP))
        row = (await rows_of(source))["renamed"]
        assert (row.state, row.load_1m) == ("up", 2.0)
        found = await source.snapshot("renamed")
        assert found.cpu is not None and found.cpu.load_1m == 2.0
        (before,) = (await source.cluster.at(now - 700, 12)).nodes
        assert (before.node, before.load_1m) == ("renamed", 1.0)
