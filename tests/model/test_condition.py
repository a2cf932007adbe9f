"""The language of --check, and what becomes of conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nodetop.base.terms import TermError
from nodetop.commands.check.command import print_verdicts
from nodetop.commands.check.snapshots import check_snapshots
from nodetop.commands.check.verdict import Verdict, exit_code, judge, lines
from nodetop.model.condition import ASKED, DEVICES, Condition, Found, parse
from nodetop.model.node_status import status
from nodetop.model.snapshot import FilesystemMetrics, MemoryMetrics, ProbeReport, ProcessMetrics, ProcessSummary
from tests.screens.scripted import with_processes
from tests.widgets.scenes import server

SERVER = server(40)
GIB = 2**30


def found(text: str) -> Found:
    return parse(text).of_snapshot(SERVER)


@pytest.mark.parametrize(
    ("text", "holds", "shown"),
    [
        ("memory<95", True, "71.6%"),
        ("filesystem:/<90", True, "71.4%"),
        ("filesystem:/var/lib/postgresql<90%", False, "91.2%"),
        ("filesystem<90", False, "91.2%"),
        ("inodes:/<=3", True, "3.0%"),
        ("free:/>5G", True, "28.0G"),
        ("available>1G", True, "17.8G"),
        ("load_5m=1.1", True, "1.10"),
        ("swap<80", True, "1.2%"),
        ("temperature:nvme<50", True, "46.9C"),
        ("temperature:coretemp Core 0 < 120", True, None),
        ("disk<90", False, "91.2%"),
        ("mem<95", True, "71.6%"),
        ("temp<1", False, None),
        ("util<1", False, None),
        ("disk:sda.util<90", True, None),
        ("read:sda<1T", True, None),
        ("probes=0", True, "0"),
        ("probes:cpu=0", True, "0"),
        ("disk:sda.utilisation<90", True, None),
        ("disk:sda.read_await<1", True, "0.31"),
        ("network:eth1.receive<1M", True, "0B"),
        ("process:nginx", True, "8"),
        ("process:postgres>=2", True, "8"),
        ("process:postgres < 8", False, "8"),
        ("process:celery", False, "0"),
        ("!process:celery", True, "0"),
        ("! cpu > 0", False, None),
        ('filesystem:"/" < 90 %', True, "71.4%"),
        ("Memory<95", True, "71.6%"),
        ("processes!=61", True, "60"),
        ("zombies<1", True, "0"),
        ("uptime>12d", True, "12d 3h"),
        ("uptime > 13d", False, "12d 3h"),
        ("disk_write_bytes_per_second<1T", True, None),
        ("filesystem:/mnt/nas<90", None, "/mnt/nas does not answer"),
        ("filesystem:/snap/core<90", False, "100.0%"),
        ("filesystem:/nope<90", None, "no file system is known at /nope"),
        ("temperature:warp<90", None, "there is no sensor warp"),
        ("disk:sdz.read<1M", None, "there is no disk sdz"),
        ("oom_kills<1", None, "not available here"),
    ],
)
def test_what_can_be_asked(text: str, holds: bool | None, shown: str | None) -> None:
    condition = parse(text)
    verdict = judge("n", condition, condition.of_snapshot(SERVER))
    assert verdict.holds is holds
    assert shown is None or verdict.value == shown


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cpuu<90", "unknown name 'cpuu'; did you mean cpu?"),
        ("xyzzy<90", "unknown name 'xyzzy'; known names: cpu, iowait"),
        ("cpu", "needs a comparison: write cpu<90"),
        ("cpu<", "needs a value after <"),
        ("cpu<lots", "'lots' is not a number; units are %"),
        ("cpu<9G", "'9G' is not a number; units are %"),
        ("load_1m<8%", "'8%' is not a number; it takes no unit"),
        ("uptime>3w", "'3w' is not a number; units are s m h d"),
        ("cpu:0<90", "cpu takes nothing after a colon"),
        ("network<90", "network of what? Write network:eth0.receive<100M"),
        ("silent<90", "unknown name 'silent'"),
        ("disk:sda<90", "write disk:DEVICE.FIELD, with one of utilisation, util, read"),
        ("network:eth0.speed<90", "write network:DEVICE.FIELD, with one of receive"),
        ("process", "process of what? Write process:nginx"),
        ("", "not a condition: write it like cpu<90"),
        ("90>cpu", "not a condition"),
    ],
)
def test_wrong_conditions_say_why(text: str, message: str) -> None:
    with pytest.raises(TermError) as error:
        parse(text)
    assert message in str(error.value)


@given(
    st.text(max_size=30) | st.from_regex(r"[a-z_]{1,12}(:[/a-z.]{1,9})?[<>=!]{1,2}[0-9.%KMGTsmhd]{1,6}", fullmatch=True)
)
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        condition = parse(text)
    except TermError as error:
        assert "\n" not in str(error)
        return
    verdict = judge("n", condition, condition.of_snapshot(SERVER))
    assert len(lines([verdict], with_node=True)) == 1 and "\n" not in lines([verdict], with_node=True)[0]


@pytest.mark.parametrize("name", [name for name, each in ASKED.items() if each.row])
def test_each_value_is_found_in_a_row_as_in_the_snapshot(name: str) -> None:
    condition = parse(f"{name}<1")
    found_in_row = condition.of_row(status(SERVER, SERVER.taken_at))
    assert (found_in_row or Found(None)) == condition.of_snapshot(SERVER)


@pytest.mark.parametrize("kind", DEVICES)
def test_each_field_of_a_device_can_be_asked(kind: str) -> None:
    device = {"disk": "sda", "network": "eth0"}[kind]
    for field in DEVICES[kind]:
        assert found(f"{kind}:{device}.{field}<1").value is not None


def test_a_host_without_swap_uses_none_of_it() -> None:
    snapshot = replace(SERVER, memory=MemoryMetrics(swap_total_bytes=0))
    assert parse("swap<50").of_snapshot(snapshot).value == 0
    assert parse("swap<50").of_snapshot(replace(SERVER, memory=None)).value is None


def test_zombies_are_no_running_programs_and_long_names_are_found() -> None:
    snapshot = with_processes(
        SERVER,
        [
            ProcessMetrics(pid=1, name="dead", state="Z"),
            ProcessMetrics(pid=2, name="a-very-long-nam", command="/usr/bin/a-very-long-name --x"),
        ],
    )
    assert parse("process:dead").of_snapshot(snapshot).value == 0
    assert parse("process:a-very-long-name").of_snapshot(snapshot).value == 1


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("process:nginx", True), ("process:nginx>=3", None), ("process:nginx<9", None), ("process:nginx<2", False),
        ("process:other", None), ("process:nginx=2", None), ("process:nginx=1", False), ("process:nginx!=1", True),
        ("process:nginx!=2", None),
    ],
)  # fmt: skip
def test_where_a_hub_knows_but_the_top_ones_there_may_be_more(text: str, holds: bool | None) -> None:
    rows = tuple(ProcessMetrics(pid=pid, name="nginx") for pid in (1, 2))
    snapshot = replace(SERVER, processes=ProcessSummary(total=200, rows=rows))
    condition = parse(text)
    assert judge("n", condition, condition.of_snapshot(snapshot)).holds is holds


@pytest.mark.parametrize(
    ("holds", "code"),
    [([True], 0), ([True, False, None], 1), ([True, None], 2), ([None], 2), ([], 2), ([False], 1)],
)
def test_the_exit_code(holds: list[bool | None], code: int) -> None:
    assert exit_code(Verdict("n", "c", each, "v") for each in holds) == code


def test_lines_name_the_node_where_there_are_several(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    wanted: list[Condition] = [parse("filesystem:/<90"), parse("load_5m>2")]
    assert print_verdicts(check_snapshots([SERVER], wanted)) == 1
    assert print_verdicts(check_snapshots([SERVER, replace(SERVER, node="db\x1b")], wanted[:1])) == 0
    assert capfdbinary.readouterr().out.decode().splitlines() == [
        "OK      filesystem:/<90: 71.4%",
        "FAIL    load_5m>2: 1.10",
        "OK      web-01 filesystem:/<90: 71.4%",
        "OK      db\u00b7 filesystem:/<90: 71.4%",
    ]


def test_a_file_system_that_is_named_need_not_be_one_that_is_shown(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    asked = [parse(text) for text in ("filesystem:/tmp<90", "free:/<= 29 G", "filesystem:/nope<90", "filesystem<92")]
    tmpfs = FilesystemMetrics(device="tmpfs", mount_point="/tmp", fs_type="tmpfs", used_percent=97.5)
    everything = replace(SERVER, filesystems=(*(SERVER.filesystems or ()), tmpfs))
    assert print_verdicts(check_snapshots([SERVER], asked, lambda: everything)) == 1
    assert capfdbinary.readouterr().out.decode().splitlines() == [
        "FAIL    filesystem:/tmp<90: 97.5%", "OK      free:/<= 29 G: 28.0G",
        "UNKNOWN filesystem:/nope<90: no file system is known at /nope", "OK      filesystem<92: 91.2%",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "holds", "shown"),
    [
        ("filesystem:/ro<90", True, "71.0%"), ("filesystem:/rpool<90", True, "40.0%"), ("free:/rpool>1", True, "60B"),
        ("filesystem:/hung<90", None, "/hung does not answer"), ("inodes:/far<90", None, "/far was not asked"),
        ("filesystem:/home<90", None, "no file system is known at /home"),
    ],
)  # fmt: skip
def test_a_file_system_is_found_by_any_place_it_is_mounted_at(text: str, holds: bool | None, shown: str) -> None:
    def at(path: str, **fields: object) -> FilesystemMetrics:
        return FilesystemMetrics(device="d", mount_point=path, fs_type="x", **fields)  # type: ignore[arg-type]

    filesystems = (
        at("/", used_percent=40.0, available_bytes=60, other_mount_points=("/rpool", "/var")),
        at("/ro", used_percent=71.0, read_only=True), at("/hung"), at("/far", asked=False),
    )  # fmt: skip
    condition = parse(text)
    value = condition.of_snapshot(replace(server(1), filesystems=filesystems))
    assert (condition.holds(value), condition.shown(value)) == (holds, shown)


def test_where_others_processes_are_hidden_one_that_is_not_seen_may_run() -> None:
    summary = ProcessSummary(total=1, rows=(ProcessMetrics(pid=1, name="sh"),))
    hidden = ProbeReport(name="processes", reason="only your own processes: /proc hides other users' (hidepid)")
    snapshot = replace(server(1), processes=summary, probes=(hidden,))
    for text, holds in (("process:nginx", None), ("process:sh", True), ("process:nginx<1", None)):
        condition = parse(text)
        assert condition.holds(condition.of_snapshot(snapshot)) is holds
