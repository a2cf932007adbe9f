"""What the values of the CPU panel are. proc_stat(5), proc_loadavg(5), kernel accounting/psi.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Source, Subject
from nodetop.explanations.parts import SAME, cpus, elapsed, interval, part
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import CoreMetrics, CpuMetrics, NodeSnapshot, Pressure

_STAT = RawFile("/proc/stat", ("cpu",))
_CORE_STAT = RawFile("/proc/stat", ("cpu{index}",))
_ORDER = (
    "The columns are user nice system idle iowait irq softirq steal guest guest_nice, in ticks of 10 ms since boot."
)
_SUM = "{user} + {nice} + {system} + {irq} + {steal}"
_SHARES: dict[str, Source] = {
    "user": "user_percent", "nice": "nice_percent", "system": "system_percent", "irq": "irq_percent",
    "steal": "steal_percent", "iowait": "iowait_percent", "guest": "guest_percent",
}  # fmt: skip


def _spent(field: str, of_one: bool) -> Source:
    """CPU seconds of the interval that a share stands for."""

    def seconds(subject: Subject) -> Amount:
        value, length = getattr(subject.item, field), elapsed(subject)
        count = 1 if of_one else cpus(subject).value
        if value is None or length is None or not isinstance(count, (int, float)):
            return Amount(None, "seconds")
        return Amount(value / 100 * length * count, "seconds")

    return seconds


def _share(name: str, means: str, others: tuple[Other, ...] = (), *notes: str, core: bool = False) -> Explanation:
    field, spent = f"{name}_percent", f"CPU seconds in {name}"
    numbers: dict[str, Source] = {spent: _spent(field, core), "seconds": interval, **({} if core else {"CPUs": cpus})}
    whole = "{seconds}" if core else "({seconds} × {CPUs})"
    return Explanation(
        name, (field,), means, formula=f"100 × {{{spent}}} / {whole}", numbers=numbers | ({} if core else _SHARES),
        files=(_CORE_STAT if core else _STAT,), others=others, notes=(*notes, _ORDER),
    )  # fmt: skip


_USER = "Programs' own code, of ordinary priority. Time that virtual machines ran on this host is part of it."
_SYSTEM = "The kernel, on behalf of programs: system calls, page faults, its own threads."
_IOWAIT = "A CPU had nothing to do while a task that last ran on it waited for a disk. It is idle time, not busy time."
_UNRELIABLE = (
    "proc_stat(5) calls it unreliable: a CPU does not wait, a task does; which CPU is charged is chance, and the "
    "counter may even fall. Another task that runs in the meantime makes it vanish. For disks read await and queue."
)


def _load(name: str, minutes: int) -> Explanation:
    return Explanation(
        f"load {minutes}m", (name,),
        f"How many tasks ran, waited for a CPU, or waited in state D (usually for a disk), averaged by the kernel over "
        f"about {minutes} {'minute' if minutes == 1 else 'minutes'} with older moments weighing ever less.",
        numbers={"load": name, "CPUs": cpus}, files=(RawFile("/proc/loadavg"),),
        others=(
            Other("uptime, w, top, htop", SAME, "{load}"),
            Other("load for each CPU", "more than 1 means that tasks waited; with disks in it, not for a CPU alone",
                  "{load} / {CPUs}"),
        ),
        notes=("In a container it is still that of the whole host.",),
    )  # fmt: skip


LOADS = (_load("load_1m", 1), _load("load_5m", 5), _load("load_15m", 15))

CPU = (
    Explanation(
        "busy", ("busy_percent",), "How much of the CPUs' time went to work of any kind over the interval.",
        formula=_SUM, numbers=_SHARES, files=(_STAT,),
        others=(
            Other("htop, btop, psutil", "the same sum; htop draws iowait in its bar without counting it", _SUM),
            Other("top, vmstat, sar: 100 − idle", "their idle leaves out the time waiting for disks",
                  f"{_SUM} + {{iowait}}"),
        ),
        notes=(
            "Steal counts as busy: it is time that was wanted. Guest time is inside user and nice, and counted once.",
            "The first sample after the start has no value, for there is nothing to compare it with.",
            _ORDER,
        ),
    ),
    _share("user", _USER, (
        Other("top us, sar %user", SAME, "{user}"),
        Other("vmstat us", "with nice", "{user} + {nice}"),
        Other("htop, mpstat %usr", "without the time of virtual machines", "max({user} − {guest}, 0)"),
    )),
    _share("nice", "Programs' own code, of lowered priority (nice above 0).", (Other("top ni, htop", SAME, "{nice}"),)),
    _share("system", _SYSTEM, (
        Other("top sy, htop, sar %system", SAME, "{system}"),
        Other("vmstat sy", "interrupts are part of it there", "{system} + {irq}"),
    )),
    _share("iowait", _IOWAIT, (Other("top wa, sar %iowait, vmstat wa", SAME, "{iowait}"),), _UNRELIABLE),
    _share("irq", "Interrupts of devices, and the work put off from them (softirq).",
           (Other("top hi + si, sar -u ALL", "two numbers there, their sum here", "{irq}"),)),
    _share("steal", "Time in which a CPU had work, and the hypervisor ran another machine instead.",
           (Other("top st, sar %steal", SAME, "{steal}"),),
           "Some percent over minutes mean that the host below is full. It may run backwards after a live migration."),
    _share("guest", "Virtual machines that run on this host. It is contained in user and nice.",
           (Other("sar -u ALL: %guest", SAME, "{guest}"),)),
    *LOADS,
    Explanation(
        "frequency", ("frequency_mhz",), "How fast the cores run: the mean of all that were asked.",
        files=(RawFile("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq"), RawFile("/proc/cpuinfo", ("MHz",), 1)),
        others=(
            Other("htop, btop, lscpu", "one core, or the nominal speed: it changes within milliseconds"),
        ),
        notes=(
            "With more than 32 cores only one is asked, for asking wakes it. Without cpufreq it is /proc/cpuinfo's.",
        ),
    ),
)  # fmt: skip

CORE = (
    Explanation(
        "busy", ("busy_percent",), "How much of this core's time went to work of any kind over the interval.",
        formula="100 × {busy CPU seconds} / {seconds}",
        numbers={"busy CPU seconds": _spent("busy_percent", True), "seconds": interval}, files=(_CORE_STAT,),
        others=(Other("htop, btop, mpstat -P ALL", SAME),),
        notes=("A core that is off has no line in the file: it is shown as off, never as idle.",),
    ),
    _share("user", _USER, core=True),
    _share("system", _SYSTEM, core=True),
    _share("iowait", _IOWAIT, (), _UNRELIABLE, core=True),
    Explanation(
        "frequency", ("frequency_mhz",), "How fast this core runs, as its driver says.",
        files=(RawFile("/sys/devices/system/cpu/cpu{index}/cpufreq/scaling_cur_freq"),),
        others=(Other("htop", SAME),),
    ),
    Explanation(
        "temperature", ("celsius",), "The core's own sensor, where the processor has one for each (Intel's coretemp).",
        files=(RawFile("hwmon", ("coretemp",)),),
        others=(Other("htop", "gives a core without a sensor the temperature of the package"),),
    ),
)  # fmt: skip

_PRESSED = "Share of the last {} seconds in which {} for {}, averaged by the kernel, newer moments weighing more."


def pressure_entries(resource: str, of: str) -> tuple[Explanation, ...]:
    """some and full, of 10 and 60 seconds."""
    file = RawFile(f"/proc/pressure/{resource}")
    who = {"some": "at least one task waited", "full": "all tasks that were not idle waited"}
    return tuple(
        Explanation(
            f"{kind} {seconds}s", (f"{kind}_{seconds}s_percent",), _PRESSED.format(seconds, who[kind], of),
            files=(file,), others=(Other("htop, atop, btop", f"the same: avg{seconds} of the line {kind}"),),
            notes=("Unlike load it says that work was lost. A kernel may be built without it, or started with psi=0.",),
        )
        for kind in ("some", "full") for seconds in (10, 60)
    )  # fmt: skip


def _pressure(name: str) -> Group:
    def items(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
        cpu = snapshot.cpu
        item: Pressure | None = getattr(cpu, name) if cpu else None
        return (
            [Subject(snapshot, item, "pressure on disks" if name == "io_pressure" else "pressure on CPUs")]
            if item
            else []
        )

    resource, of = ("io", "a disk") if name == "io_pressure" else ("cpu", "a CPU")
    return Group("cpu", Pressure, items, pressure_entries(resource, of))


def _cores(snapshot: NodeSnapshot, pid: int | None) -> list[Subject]:
    cores = snapshot.cpu.cores if snapshot.cpu else ()
    return [Subject(snapshot, core, f"core {core.index}") for core in cores if core.online]


GROUPS = (
    Group("cpu", CpuMetrics, part("cpu"), CPU),
    _pressure("pressure"),
    _pressure("io_pressure"),
    Group("cpu", CoreMetrics, _cores, CORE),
)
