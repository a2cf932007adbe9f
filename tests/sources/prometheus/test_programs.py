"""The top programs of a nodetop-server in a store: the process list shows them in place of processes."""

from nodetop.sources.prometheus.source import PrometheusSource
from nodetop.widgets.base.filter import EVERYTHING
from nodetop.widgets.processes.filter import parse_filter
from nodetop.widgets.processes.state import ProcessState
from tests.sources.prometheus.made_up_nodes import GIB, MadeUpNode, load, until_now
from tests.sources.prometheus.test_source import opened

PROGRAMS = {
    ("mysqld", "mysql"): (1.5, 4 * GIB),
    ("python", "me"): (0.25, GIB),
    ("python", "you"): (0.75, GIB),
    ("\x1b[2Jevil", ""): (0.0, 0),
}


def exposed() -> dict[str, float | str]:
    labels = {key: f'{{program="{key[0]}",user="{key[1]}"}}' for key in PROGRAMS}
    cpu = {f"nodetop_top_program_cpu_ratio{labels[key]}": values[0] for key, values in PROGRAMS.items()}
    memory = {f"nodetop_top_program_resident_memory_bytes{labels[key]}": values[1] for key, values in PROGRAMS.items()}
    return {**cpu, **memory}


async def shown(source: PrometheusSource) -> ProcessState:
    state = ProcessState()
    state.show(await source.snapshot("programs"), 10)
    return state


async def test_the_process_list_shows_programs_without_pids(victoria: str) -> None:
    load(victoria, [MadeUpNode("programs", labels='job="programs"', more=exposed())], until_now(100, 10))
    async with opened(victoria, 'job="programs"') as source:
        state = await shown(source)
        snapshot = await source.snapshot("programs")
    assert [(row.name, row.user, row.cpu_percent) for row in state.rows] == [
        ("mysqld", "mysql", 150), ("python", "you", 75), ("python", "me", 25), ("·[2Jevil", None, 0),
    ]  # fmt: skip
    assert (state.rows[0].resident_bytes, state.rows[0].memory_percent) == (4 * GIB, 25)
    (report,) = [each for each in snapshot.probes if each.name == "processes"]
    assert (report.status, report.reason) == ("ok", "top programs: the store has no single processes")
    state.select(2)
    assert (state.current, state.targets()) == (None, [])  # nothing to signal
    state.sort = "mem"
    state.show(snapshot, 10)
    assert state.index == 2 and state.rows[2].name == "python"  # the cursor stays on it
    state.filter = parse_filter("user=me")
    state.show(snapshot, 10)
    assert [row.user for row in state.rows] == ["me"]
    state.filter = EVERYTHING
    state.show(snapshot, 10)
    assert len(state.rows) == 4
