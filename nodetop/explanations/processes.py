"""What the columns of the process table are. proc_pid_stat(5), proc_pid_statm(5), proc_pid_io(5)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Source, Subject
from nodetop.explanations.parts import SAME, cpus, elapsed, interval, part, rate
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NodeSnapshot, ProcessMetrics, ProcessSummary

_STAT = RawFile("/proc/{pid}/stat")
_STATUS = "/proc/{pid}/status"


def _status(*words: str) -> RawFile:
    return RawFile(_STATUS, words)


def _spent(subject: Subject) -> Amount:
    percent, seconds = subject.item.cpu_percent, elapsed(subject)
    return Amount(None if percent is None or seconds is None else percent / 100 * seconds, "seconds")


def _age(subject: Subject) -> Amount:
    started = subject.item.started_at
    return Amount(None if started is None else max(subject.snapshot.taken_at - started, 0.0) or None, "time")


def _all_memory(subject: Subject) -> Amount:
    memory = subject.snapshot.memory
    return Amount(memory.total_bytes if memory else None, "bytes")


_CPU: dict[str, Source] = {
    "CPU seconds": _spent, "seconds": interval, "CPUs": cpus, "CPU time": "cpu_seconds", "age": _age,
    "percent": "cpu_percent",
}  # fmt: skip

PROCESS = (
    Explanation(
        "CPU %", ("cpu_percent",), "CPU time of all its threads over the interval. 100 is one core, so a process with "
        "many threads may have more.", formula="100 × {CPU seconds} / {seconds}", numbers=_CPU, files=(_STAT,),
        others=(
            Other("htop: CPU%, top", SAME, "100 × {CPU seconds} / {seconds}"),
            Other("htop: NCPU%, btop, bottom, Task Manager", "of the whole machine; a key switches to it here",
                  "{percent} / {CPUs}"),
            Other("ps: %CPU", "over the whole life of the process, so it hardly moves", "100 × {CPU time} / {age}"),
        ),
        notes=("Fields 14 and 15 of the file are utime and stime, in ticks of 10 ms.",
         "A process that is new has no value yet: there is nothing to compare it with."),
    ),
    Explanation(
        "MEM %", ("memory_percent",), "Its resident memory as a share of the machine's.",
        formula="100 × {RSS} / {MemTotal}", numbers={"RSS": "resident_bytes", "MemTotal": _all_memory},
        files=(_status("VmRSS", "RssShmem"),),
        others=(Other("htop, top, ps", SAME, "100 × {RSS} / {MemTotal}"),
         Other("smem: PSS", "shares each shared page out among those that have it")),
        notes=("Pages that processes share (libraries, shared memory) are in each one's RSS: the sum may pass 100 %.",),
    ),
    Explanation(
        "RSS", ("resident_bytes",), "Pages of it that are in memory now: its own, those of files, and shared ones.",
        files=(_status("VmRSS", "RssAnon", "RssFile", "RssShmem"),),
        others=(Other("htop: RES, top: RES, ps: RSS", SAME),
         Other("smem: USS", "its own alone: RssAnon, about")),
        notes=("The kernel counts it for each thread and adds up late: it may be off by some hundred KiB.",),
    ),
    Explanation(
        "VIRT", ("virtual_bytes",), "All that it has mapped, touched or not. Java, Go and browsers reserve many GiB "
        "which cost nothing.", files=(_status("VmSize"),), others=(Other("htop: VIRT, top: VIRT, ps: VSZ", SAME),),
    ),
    Explanation(
        "state", ("state",), "R runs or wants to, S sleeps, D waits and cannot be killed (mostly for a disk), I is an "
        "idle thread of the kernel, T is stopped, t is traced, Z has ended and its parent has not asked.",
        files=(_status("State"),), others=(Other("htop: S, top: S, ps: STAT", SAME),),
    ),
    Explanation(
        "nice", ("nice",), "From −20 (gets much CPU when it is scarce) to 19 (gets little). Each step is about a "
        "quarter.", files=(_STAT,), others=(Other("htop: NI, top: NI, ps -o ni", SAME),),
        notes=("Field 19 of the file.",),
    ),
    Explanation(
        "priority", ("priority",), "The scheduler's own number: 20 + nice for ordinary processes, below 0 for "
        "real-time ones.", files=(_STAT,),
        others=(Other("htop: PRI, top: PR", "the same; top writes rt for the highest"),
         Other("ps -o pri", "the other way round")),
        notes=("Field 18 of the file.",),
    ),
    Explanation(
        "threads", ("threads",), "How many threads it has; a thread is what the scheduler runs.",
        files=(_status("Threads"),),
        others=(Other("htop: NLWP, ps -o nlwp", SAME), Other("htop's list", "may have a row for each")),
    ),
    Explanation(
        "TIME", ("cpu_seconds",), "CPU time since it started, of all its threads, those that ended included.",
        numbers=_CPU, files=(_STAT,),
        others=(Other("htop: TIME+, top: TIME+", SAME, "{CPU time}"), Other("ps: TIME", "without parts of a second")),
    ),
    *(
        rate(name, f"{name}_bytes_per_second", f"bytes {done}",
             f"What it had {done} by a device, for each second. The page cache's answers are not in it.",
             RawFile("/proc/{pid}/io", (f"{name}_bytes",)),
             (Other(f"htop: DISK {name.upper()}, iotop, pidstat -d", SAME, f"{{bytes {done}}} / {{seconds}}"),),
             "Only its owner and root may read the file: of others it is a dash, as of a process that is new.", *notes)
        for name, done, notes in (
            ("read", "read", ()),
            ("write", "written", ("Counted when it writes into the cache, which goes to the device later.",)),
        )
    ),
    Explanation(
        "started", ("started_at",), "When it started. With the PID it tells a process from a later one of that PID.",
        numbers={"age": _age}, files=(_STAT,),
        others=(Other("ps -o etime: its age", "since the start", "{age}", "time"),),
        notes=("Field 22 of the file, in ticks since the machine started.",),
    ),
)  # fmt: skip


def _count(name: str, field: str, means: str, *others: Other) -> Explanation:
    file = RawFile("/proc/loadavg") if field == "threads" else RawFile("/proc/stat", ("procs_running", "procs_blocked"))
    return Explanation(name, (field,), means, files=(file,), others=others)


SUMMARY = (
    _count("processes", "total", "All processes of this PID namespace, the kernel's own threads included.",
           Other("top: Tasks total, ps -e", SAME), Other("htop: Tasks", "without the kernel's threads")),
    _count("running", "running", "In state R: on a CPU, or waiting for one.",
           Other("top: running", SAME), Other("htop: running", "counts threads, not processes"),
           Other("vmstat: r", "counts threads too")),
    _count("sleeping", "sleeping", "In state S, D or I: they wait for something.", Other("top: sleeping", SAME)),
    _count("stopped", "stopped", "In state T or t: stopped by a signal (Ctrl-Z), or by a debugger.",
           Other("top: stopped", SAME)),
    _count("zombies", "zombie", "In state Z: ended, and not yet asked for by their parent. They cost a PID and nothing "
           "else; many of them mean a parent with a fault.", Other("top: zombie", SAME)),
    _count("threads", "threads", "Threads of all processes. The file's number after the slash is all the kernel has.",
           Other("htop: thr", "without the first thread of each process, and the kernel's")),
)  # fmt: skip


def _chosen(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
    """The process on which the bar stands, else the one with the most CPU."""
    rows: tuple[ProcessMetrics, ...] = snapshot.processes.rows if snapshot.processes else ()
    chosen = next((row for row in rows if row.pid == pid), None)
    chosen = chosen or max(rows, key=lambda row: row.cpu_percent or 0.0, default=None)
    return [Subject(snapshot, chosen, f"{chosen.pid} {chosen.name}")] if chosen else []


GROUPS = (
    Group("processes", ProcessMetrics, _chosen, PROCESS),
    Group("processes", ProcessSummary, part("processes"), SUMMARY),
)
