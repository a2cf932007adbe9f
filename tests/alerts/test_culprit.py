"""Who is named by an alert, from samples and from points of history."""

from msgspec.structs import replace

from nodetop.alerts.culprit import culprit, program
from nodetop.alerts.sample import of_point, of_snapshot
from nodetop.history.rollup import Accumulator
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary

WRITER = ProcessMetrics(
    pid=812, name="python3", command="python3 /srv/dump.py --all", container="backup.service", cpu_percent=2.0,
    memory_percent=1.0, read_bytes_per_second=0.0, write_bytes_per_second=9e7,
)  # fmt: skip
IDLE = replace(WRITER, pid=1, name="init", command="/sbin/init", container=None, write_bytes_per_second=0.0)
SNAPSHOT = NodeSnapshot(node="n", taken_at=600.0, processes=ProcessSummary(rows=(IDLE, WRITER)))
NAMED = "python3 (812) in backup.service: python3 /srv/dump.py --all"


def test_a_sample_and_a_point_name_the_same_one_for_each_use() -> None:
    interval = Accumulator(600.0)
    interval.add(SNAPSHOT)
    point = interval.point()
    assert point is not None
    for sample in (of_snapshot(SNAPSHOT), of_point("n", point, 300.0)):
        assert sample.culprit("io") == NAMED
    assert of_snapshot(SNAPSHOT).culprit("cpu") is not None


def test_a_command_that_says_no_more_than_the_name_is_left_out() -> None:
    assert culprit("init", 1, "/sbin/init", None) == "init (1)"
    assert culprit("a\x1b", 1, "", "x\ny") == "a· (1) in x↵y"


def test_runs_of_a_program_in_a_workload_are_one() -> None:
    assert program(NAMED) == program(NAMED.replace("812", "7")) == "python3 in backup.service"
    assert program("nginx: worker (3)") == "nginx: worker"
    assert program("java") == "java"
