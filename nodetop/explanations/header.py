"""Explains the values of the top line: uptime, nodetop's own cost, how old the data is."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.cpu import LOADS
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
from nodetop.explanations.parts import SAME, each, interval, part
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import CpuMetrics, HostInfo, MonitorCost, NodeSnapshot, ProbeReport

HOST = (
    Explanation(
        "up", ("uptime_seconds",), "Time since the machine started, including time in suspend.",
        files=(RawFile("/proc/uptime"),), others=(Other("uptime, top, htop", SAME),),
        notes=(
            "The first number in the file. In a container this is still the host's, unless LXCFS replaces the file.",
        ),
    ),
    Explanation(
        "started", ("boot_time",), "When the machine started. The file has it in seconds since 1970.",
        files=(RawFile("/proc/stat", ("btime",)),), others=(Other("who -b, uptime -s", SAME),),
    ),
    Explanation(
        "CPUs", ("cpu_count",), "Logical CPUs that are online.",
        files=(RawFile("/sys/devices/system/cpu/online"),),
        others=(Other("nproc", "only those that this process may use"), Other("lscpu", SAME)),
    ),
)  # fmt: skip


def _spent(subject: Subject) -> Amount:
    percent, seconds = subject.item.cpu_percent, subject.snapshot.interval
    return Amount(None if percent is None or seconds is None else percent / 100 * seconds, "seconds")


_OWN: dict[str, Source] = {"CPU seconds": _spent, "seconds": interval}
COST = (
    Explanation(
        "nodetop CPU", ("cpu_percent",), "CPU time of the program that took this sample, as a share of one core. It "
        "includes all threads and the kernel's work for them.", formula="100 × {CPU seconds} / {seconds}", numbers=_OWN,
        files=(RawFile("/proc/self/stat"),),
        others=(Other("htop, top: CPU% of nodetop", SAME, "100 × {CPU seconds} / {seconds}"),),
        notes=("For a node seen through a hub this is nodetop-server on that node; for a recording, the recorder.",),
    ),
    Explanation(
        "nodetop memory", ("resident_bytes",), "Resident memory of that program.",
        files=(RawFile("/proc/self/statm"),), others=(Other("htop, top: RES of nodetop", SAME),),
        notes=("The second number in the file, in pages.",),
    ),
    Explanation(
        "sampling", ("sampling_seconds",), "How long it took to read everything that is read for each sample. What may "
        "block (file systems, sensors) is read separately and delays nothing.",
    ),
)  # fmt: skip
PROBE = (
    Explanation("took", ("seconds",), "How long the last reading took.",
                others=(Other("node_exporter", "node_scrape_collector_duration_seconds"),)),
    Explanation(
        "age", ("age_seconds",), "How old the shown result is. Empty if it was read with this sample.",
        others=(Other("other tools", "wait for the reading, or leave it out"),),
        notes=("A reading that hangs is not started a second time. The last result stays, with its age.",),
    ),
    Explanation(
        "elapsed", ("elapsed_seconds",), "Seconds between the two readings that this probe's rates are computed from. "
        "A rate times this is the growth of its counter.", "", {}, (),
        (Other("the sample's interval", "from sample to sample, for all probes"),),
        ("Empty in the first sample and after a suspend.",),
    ),
)  # fmt: skip
SAMPLE = (
    Explanation(
        "interval", ("interval",), "Seconds between this sample and the previous one, by the monotonic clock. Rates "
        "are computed over it.",
        others=(Other("top -d, htop -d", "the interval that was asked for; this one was measured"),),
        notes=("Empty in the first sample and after a suspend: then rates are dashes.",),
    ),
)  # fmt: skip


def _sample(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    return [Subject(snapshot, snapshot)]


GROUPS = (
    Group("header", HostInfo, part("host"), HOST),
    Group("header", CpuMetrics, part("cpu"), LOADS),
    Group("header", MonitorCost, part("monitor"), COST),
    Group("header", NodeSnapshot, _sample, SAMPLE),
    Group("header", ProbeReport, each("probes", lambda report: f"probe {report.name}"), PROBE),
)
