"""Explains the values of the CPU panel. proc_stat(5), proc_loadavg(5), kernel accounting/psi.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
from nodetop.explanations.parts import SAME, cpus, elapsed, grown, interval, part
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
    """CPU seconds in the interval, computed back from a percentage."""

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


_USER = "Programs' own code at normal priority. Includes the time that virtual machines ran on this host."
_SYSTEM = "The kernel, on behalf of programs: system calls, page faults, its own threads."
_IOWAIT = (
    "The CPU was idle while a task that last ran on it waited for a disk. It counts as idle time, not as busy time."
)
_UNRELIABLE = (
    "proc_stat(5) calls it unreliable: tasks wait, CPUs do not, so it is chance which CPU is charged, and the counter "
    "may even fall. It disappears when another task uses the CPU meanwhile. To judge disks, read wait and queue."
)


def _load(name: str, minutes: int) -> Explanation:
    return Explanation(
        f"load {minutes}m", (name,),
        f"Tasks that ran, waited for a CPU, or waited in state D (usually for a disk). The kernel averages their "
        f"number over about {minutes} {'minute' if minutes == 1 else 'minutes'}; recent values count more.",
        numbers={"load": name, "CPUs": cpus}, files=(RawFile("/proc/loadavg"),),
        others=(
            Other("uptime, w, top, htop", SAME, "{load}"),
            Other("load per CPU", "above 1, tasks waited: for a CPU, or for a disk",
                  "{load} / {CPUs}"),
        ),
        notes=("In a container this is still the load of the whole host.",),
    )  # fmt: skip


LOADS = (_load("load_1m", 1), _load("load_5m", 5), _load("load_15m", 15))

CPU = (
    Explanation(
        "busy", ("busy_percent",), "The share of all CPUs' time in the interval that was spent on work of any kind.",
        formula=_SUM, numbers=_SHARES, files=(_STAT,),
        others=(
            Other("htop, btop, psutil", "the same sum; htop draws iowait in its bar without counting it", _SUM),
            Other("top, vmstat, sar: 100 − idle", "their idle does not include iowait",
                  f"{_SUM} + {{iowait}}"),
        ),
        notes=(
            "Steal counts as busy: there was work to do. Guest time is part of user and nice and is counted once.",
            "The first sample has no value, because there is nothing to compare it with.",
            _ORDER,
        ),
    ),
    _share("user", _USER, (
        Other("top us, sar %user", SAME, "{user}"),
        Other("vmstat us", "with nice", "{user} + {nice}"),
        Other("htop, mpstat %usr", "without guest time", "max({user} − {guest}, 0)"),
    )),
    _share("nice", "Programs' own code at lowered priority (nice above 0).", (Other("top ni, htop", SAME, "{nice}"),)),
    _share("system", _SYSTEM, (
        Other("top sy, htop, sar %system", SAME, "{system}"),
        Other("vmstat sy", "includes interrupts", "{system} + {irq}"),
    )),
    _share("iowait", _IOWAIT, (Other("top wa, sar %iowait, vmstat wa", SAME, "{iowait}"),), _UNRELIABLE),
    _share("irq", "Device interrupts (hardirq) and their deferred work (softirq).",
           (Other("top hi + si, sar -u ALL", "shown as two numbers; nodetop shows their sum", "{irq}"),)),
    _share("steal", "Time in which a CPU had work to do but the hypervisor ran another virtual machine.",
           (Other("top st, sar %steal", SAME, "{steal}"),),
           "A few percent for minutes mean that the hypervisor's host is overloaded. The counter may run backwards "
           "after a live migration."),
    _share("guest", "Time spent running virtual machines on this host. It is part of user and nice.",
           (Other("sar -u ALL: %guest", SAME, "{guest}"),)),
    *LOADS,
    Explanation(
        "frequency", ("frequency_mhz",), "The cores' clock rate: the mean of all cores that were read.",
        files=(RawFile("/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq"), RawFile("/proc/cpuinfo", ("MHz",), 1)),
        others=(
            Other("htop, btop, lscpu", "one core, or the nominal speed; the value changes within milliseconds"),
        ),
        notes=(
            "With more than 32 cores only one is read, because reading wakes a core. Without cpufreq, /proc/cpuinfo is "
            "read.",
        ),
    ),
    Explanation(
        "forks", ("forks_per_second",), "New processes and threads per second.",
        formula="{new} / {seconds}", numbers={"new": grown("forks_per_second"), "seconds": interval},
        files=(RawFile("/proc/stat", ("processes",)),),
        others=(Other("sar -w: proc/s", SAME, "{new} / {seconds}"), Other("vmstat -f", "shows all since boot")),
        notes=("Many forks with an almost idle process list mean many short processes: see ended.",),
    ),
)  # fmt: skip

CORE = (
    Explanation(
        "busy", ("busy_percent",), "The share of this core's time in the interval that was spent on work of any kind.",
        formula="100 × {busy CPU seconds} / {seconds}",
        numbers={"busy CPU seconds": _spent("busy_percent", True), "seconds": interval}, files=(_CORE_STAT,),
        others=(Other("htop, btop, mpstat -P ALL", SAME),),
        notes=("An offline core has no line in the file. It is shown as off, never as idle.",),
    ),
    _share("user", _USER, core=True),
    _share("system", _SYSTEM, core=True),
    _share("iowait", _IOWAIT, (), _UNRELIABLE, core=True),
    Explanation(
        "frequency", ("frequency_mhz",), "This core's clock rate, as its driver reports it.",
        files=(RawFile("/sys/devices/system/cpu/cpu{index}/cpufreq/scaling_cur_freq"),),
        others=(Other("htop", SAME),),
    ),
    Explanation(
        "temperature", ("celsius",), "The core's own sensor, on processors that have one per core (Intel's coretemp).",
        files=(RawFile("hwmon", ("coretemp",)),),
        others=(Other("htop", "shows the package temperature for a core without a sensor"),),
    ),
)  # fmt: skip

_PRESSED = "Share of the last {} seconds in which {} for {}, averaged by the kernel; recent values count more."


def pressure_entries(resource: str, of: str) -> tuple[Explanation, ...]:
    """The kernel's "some" and "full", averaged over 10 and 60 seconds."""
    file = RawFile(f"/proc/pressure/{resource}")
    who = {"some": "at least one task waited", "full": "all non-idle tasks waited at once"}
    return tuple(
        Explanation(
            f"{kind} {seconds}s", (f"{kind}_{seconds}s_percent",), _PRESSED.format(seconds, who[kind], of),
            files=(file,), others=(Other("htop, atop, btop", f"the same: avg{seconds} in the line {kind}"),),
            notes=("Unlike the load average, it measures lost time. Missing if the kernel was built without it or "
                   "booted with psi=0.",),
        )
        for kind in ("some", "full") for seconds in (10, 60)
    )  # fmt: skip


def _pressure(name: str) -> Group:
    def items(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
        cpu = snapshot.cpu
        item: Pressure | None = getattr(cpu, name) if cpu else None
        return [Subject(snapshot, item, "I/O pressure" if name == "io_pressure" else "CPU pressure")] if item else []

    resource, of = ("io", "a disk") if name == "io_pressure" else ("cpu", "a CPU")
    return Group("cpu", Pressure, items, pressure_entries(resource, of))


def _cores(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    cores = snapshot.cpu.cores if snapshot.cpu else ()
    return [Subject(snapshot, core, f"core {core.index}") for core in cores if core.online]


GROUPS = (
    Group("cpu", CpuMetrics, part("cpu"), CPU),
    _pressure("pressure"),
    _pressure("io_pressure"),
    Group("cpu", CoreMetrics, _cores, CORE),
)
