"""What the values of the line at the top are: the machine's age, nodetop's own cost, how old the data are."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.cpu import LOADS
from nodetop.explanations.explanation import Explanation, Group, Other, Source, Subject
from nodetop.explanations.parts import SAME, each, interval, part
from nodetop.model.limits import MonitorCost
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import CpuMetrics, HostInfo, NodeSnapshot, ProbeReport

HOST = (
    Explanation(
        "up", ("uptime_seconds",), "Since the machine started, time asleep included.",
        files=(RawFile("/proc/uptime"),), others=(Other("uptime, top, htop", SAME),),
        notes=(
            "The first number of the file. In a container it is still that of the host, unless LXCFS stands before it.",
        ),
    ),
    Explanation(
        "started", ("boot_time",), "When the machine started; the file has it in seconds since 1970.",
        files=(RawFile("/proc/stat", ("btime",)),), others=(Other("who -b, uptime -s", SAME),),
    ),
    Explanation(
        "CPUs", ("cpu_count",), "Logical CPUs that are online.",
        files=(RawFile("/sys/devices/system/cpu/online"),),
        others=(Other("nproc", "those that this process may use"), Other("lscpu", SAME)),
    ),
)  # fmt: skip


def _spent(subject: Subject) -> Amount:
    percent, seconds = subject.item.cpu_percent, subject.snapshot.interval
    return Amount(None if percent is None or seconds is None else percent / 100 * seconds, "seconds")


_OWN: dict[str, Source] = {"CPU seconds": _spent, "seconds": interval}
COST = (
    Explanation(
        "nodetop CPU", ("cpu_percent",), "CPU time of the program that took this sample, all its threads and the "
        "kernel's work for it, as a share of one core.", formula="100 × {CPU seconds} / {seconds}", numbers=_OWN,
        files=(RawFile("/proc/self/stat"),),
        others=(Other("htop, top: CPU% of nodetop", SAME, "100 × {CPU seconds} / {seconds}"),),
        notes=("Of a node seen through a hub it is nodetop-server's on that node; of a recording, the recorder's.",),
    ),
    Explanation(
        "nodetop memory", ("resident_bytes",), "Resident memory of that program.",
        files=(RawFile("/proc/self/statm"),), others=(Other("htop, top: RES of nodetop", SAME),),
        notes=("The second number of the file, in pages.",),
    ),
    Explanation(
        "sampling", ("sampling_seconds",), "How long reading everything took that is read at each sample. What may "
        "block (file systems, sensors) is read apart and delays nothing.",
    ),
)  # fmt: skip
PROBE = (
    Explanation("took", ("seconds",), "How long reading this took the last time.",
                others=(Other("node_exporter", "node_scrape_collector_duration_seconds"),)),
    Explanation(
        "age", ("age_seconds",), "How old the result is that is shown. Empty where it was read with this sample.",
        others=(Other("others", "wait for it, or leave it out"),),
        notes=("A reading that hangs is never started a second time; the last result stands, with its age.",),
    ),
    Explanation(
        "elapsed", ("elapsed_seconds",), "Seconds between the two readings that this probe's rates are over. A rate "
        "times this is what its counter grew.", "", {}, (),
        (Other("the sample's interval", "from sample to sample, for all probes"),),
        ("Empty in the first sample, and after the machine slept.",),
    ),
)  # fmt: skip
SAMPLE = (
    Explanation(
        "interval", ("interval",), "Seconds between this sample and the one before, by a clock that nobody sets. All "
        "rates are over it.", others=(Other("top -d, htop -d", "the wish; this is what it was"),),
        notes=("Empty in the first sample, and after the machine slept: then rates are dashes.",),
    ),
)  # fmt: skip


def _sample(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
    return [Subject(snapshot, snapshot)]


GROUPS = (
    Group("header", HostInfo, part("host"), HOST),
    Group("header", CpuMetrics, part("cpu"), LOADS),
    Group("header", MonitorCost, part("monitor"), COST),
    Group("header", NodeSnapshot, _sample, SAMPLE),
    Group("header", ProbeReport, each("probes", lambda report: f"probe {report.name}"), PROBE),
)
