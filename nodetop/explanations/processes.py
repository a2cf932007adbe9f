"""Explains the columns of the process table. proc_pid_stat(5), proc_pid_statm(5), proc_pid_io(5)."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
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
        "CPU %", ("cpu_percent",), "CPU time of all its threads in the interval. 100 is one core, so a process "
        "with many threads may exceed 100.", formula="100 × {CPU seconds} / {seconds}", numbers=_CPU, files=(_STAT,),
        others=(
            Other("htop: CPU%, top", SAME, "100 × {CPU seconds} / {seconds}"),
            Other("htop: NCPU%, btop, bottom, Task Manager", "share of the whole machine; nodetop has a key for it",
                  "{percent} / {CPUs}"),
            Other("ps: %CPU", "averaged over the process's lifetime, so it hardly changes", "100 × {CPU time} / {age}"),
        ),
        notes=("Fields 14 and 15 in the file are utime and stime, in ticks of 10 ms.",
         "A new process has no value yet, because there is nothing to compare it with."),
    ),
    Explanation(
        "MEM %", ("memory_percent",), "Its resident memory as a share of the machine's.",
        formula="100 × {RSS} / {MemTotal}", numbers={"RSS": "resident_bytes", "MemTotal": _all_memory},
        files=(_status("VmRSS", "RssShmem"),),
        others=(Other("htop, top, ps", SAME, "100 × {RSS} / {MemTotal}"),
         Other("smem: PSS", "divides each shared page among the processes that share it")),
        notes=("Shared pages (libraries, shared memory) are in the RSS of each process: the sum may exceed 100 %.",),
    ),
    Explanation(
        "RSS", ("resident_bytes",), "The process's pages that are in memory now: private, file-backed and shared.",
        files=(_status("VmRSS", "RssAnon", "RssFile", "RssShmem"),),
        others=(Other("htop: RES, top: RES, ps: RSS", SAME),
         Other("smem: USS", "only its private pages; roughly RssAnon")),
        notes=("The kernel counts it per thread and adds up late: it may be off by some hundred KiB.",),
    ),
    Explanation(
        "SHR", ("shared_bytes",), "The part of its resident memory that is backed by files or shared, such as "
        "libraries.", files=(_status("RssFile", "RssShmem"),), others=(Other("htop: SHR, top: SHR", SAME),),
    ),
    Explanation(
        "VIRT", ("virtual_bytes",), "Everything it has mapped, used or not. Java, Go and browsers reserve many GiB "
        "which cost nothing.", files=(_status("VmSize"),), others=(Other("htop: VIRT, top: VIRT, ps: VSZ", SAME),),
    ),
    Explanation(
        "state", ("state",), "R: running or ready to run. S: sleeping. D: waiting, mostly for a disk, and cannot be "
        "killed. I: idle kernel thread. T: stopped. t: traced. Z: ended, but not yet collected by its parent.",
        files=(_status("State"),), others=(Other("htop: S, top: S, ps: STAT", SAME),),
    ),
    Explanation(
        "nice", ("nice",), "From −20 (gets most CPU time when it is scarce) to 19 (gets least). Each step changes "
        "the share by about a quarter.", files=(_STAT,), others=(Other("htop: NI, top: NI, ps -o ni", SAME),),
        notes=("Field 19 in the file.",),
    ),
    Explanation(
        "priority", ("priority",), "The scheduler's priority: 20 + nice for normal processes, below 0 for "
        "real-time ones.", files=(_STAT,),
        others=(Other("htop: PRI, top: PR", "the same; top writes rt for the highest"),
         Other("ps -o pri", "reversed: higher is more urgent")),
        notes=("Field 18 in the file.",),
    ),
    Explanation(
        "threads", ("threads",), "How many threads it has. The scheduler runs threads.",
        files=(_status("Threads"),),
        others=(Other("htop: NLWP, ps -o nlwp", SAME), Other("htop's list", "may have a row per thread")),
    ),
    Explanation(
        "TIME", ("cpu_seconds",), "CPU time since it started, of all its threads, including those that have ended.",
        numbers=_CPU, files=(_STAT,),
        others=(Other("htop: TIME+, top: TIME+", SAME, "{CPU time}"), Other("ps: TIME", "in whole seconds")),
    ),
    *(
        rate(name, f"{name}_bytes_per_second", f"bytes {done}",
             f"Bytes {done} on a device for this process, per second. What the page cache served is not included.",
             RawFile("/proc/{pid}/io", (f"{name}_bytes",)),
             (Other(f"htop: DISK {name.upper()}, iotop, pidstat -d", SAME, f"{{bytes {done}}} / {{seconds}}"),),
             "Only the owner and root can read the file. For other users' processes, and new ones, a dash is shown.",
             "When a child has ended, the kernel adds all of its bytes to the parent: of these only those count here "
             "that no row of the child had yet.",
             *notes)
        for name, done, notes in (
            ("read", "read", ()),
            ("write", "written", ("Counted when the process writes into the cache, which reaches the device later.",)),
        )
    ),
    Explanation(
        "I/O wait", ("io_wait_percent",), "Share of the time that its first thread waited for block devices; each "
        "thread has a row with its own (H). A wait counts when it ends.",
        files=(_STAT, RawFile("/proc/sys/kernel/task_delayacct")),
        others=(Other("iotop: IO, htop: IOD%", "of all its threads, from another interface of the kernel"),
         Other("pidstat -d: iodelay", "the same in ticks")),
        notes=("Field 42 in the file, in ticks.",
         "Since Linux 5.14 it is counted only after `sysctl kernel.task_delayacct=1`; otherwise a dash is shown."),
    ),
    Explanation(
        "started", ("started_at",), "When it started. PIDs are reused; PID and start time identify a process.",
        numbers={"age": _age}, files=(_STAT,),
        others=(Other("ps -o etime: its age", "since the start", "{age}", "time"),),
        notes=("Field 22 in the file, in ticks since the machine started.",),
    ),
)  # fmt: skip


def _count(name: str, field: str, means: str, *others: Other) -> Explanation:
    file = RawFile("/proc/loadavg") if field == "threads" else RawFile("/proc/stat", ("procs_running", "procs_blocked"))
    return Explanation(name, (field,), means, files=(file,), others=others)


SUMMARY = (
    _count("processes", "total", "All processes in this PID namespace, including kernel threads.",
           Other("top: Tasks total, ps -e", SAME), Other("htop: Tasks", "without kernel threads")),
    _count("running", "running", "In state R: on a CPU, or waiting for one.",
           Other("top: running", SAME), Other("htop: running", "counts threads, not processes"),
           Other("vmstat: r", "counts threads too")),
    _count("sleeping", "sleeping", "In state S, D or I: waiting for something.", Other("top: sleeping", SAME)),
    _count("stopped", "stopped", "In state T or t: stopped by a signal (Ctrl-Z), or by a debugger.",
           Other("top: stopped", SAME)),
    _count("zombies", "zombie", "In state Z: ended, but not yet collected by the parent. They only use up a PID; "
           "many of them point to a fault in the parent.", Other("top: zombie", SAME)),
    _count("threads", "threads", "Threads of all these processes. The file's count after the slash is the kernel's.",
           Other("htop: thr", "without the first thread of each process, and without kernel threads")),
)  # fmt: skip


def _chosen(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    """The selected process, else the one that uses the most CPU."""
    rows: tuple[ProcessMetrics, ...] = snapshot.processes.rows if snapshot.processes else ()
    chosen = next((row for row in rows if row.pid == selected), None)
    chosen = chosen or max(rows, key=lambda row: row.cpu_percent or 0.0, default=None)
    return [Subject(snapshot, chosen, f"{chosen.pid} {chosen.name}")] if chosen else []


GROUPS = (
    Group("processes", ProcessMetrics, _chosen, PROCESS),
    Group("processes", ProcessSummary, part("processes"), SUMMARY),
)
