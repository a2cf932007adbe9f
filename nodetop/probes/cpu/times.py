"""CPU time in /proc/stat, and its shares by kind. Pure. proc_stat(5)."""

from msgspec import Struct

Times = tuple[int, ...]
"""Ticks since boot: user nice system idle iowait irq softirq steal guest guest_nice. Missing ones are 0."""

_FIELDS = 10
_IDLE = 3
_ROUNDING = 10
"""Ticks by which the kernel's idle time may fall on a fully busy machine."""
_COUNTED = 8  # guest time is part of user, guest_nice of nice, so they must not be added again


class Shares(Struct, frozen=True):
    """Percent of an interval. user + nice + system + iowait + irq + steal + idle = 100, busy = all but iowait and
    idle. user contains the time of virtual machines; guest is that part of user and nice. irq contains softirq."""

    busy: float
    user: float
    nice: float
    system: float
    iowait: float
    irq: float
    steal: float
    guest: float
    ticks: int
    """All of the interval, of all CPUs."""


def parse_stat(data: bytes) -> tuple[Times | None, tuple[tuple[int, Times], ...]]:
    """The `cpu` line of /proc/stat, and each `cpuN` line with its N, each N once. An offline CPU has no line."""
    total: Times | None = None
    cores: dict[int, Times] = {}
    for line in data.split(b"\n"):
        if not line.startswith(b"cpu"):
            if cores:
                break  # the CPUs come first; the interrupt line after them is long
            continue
        name, *fields = line.split()
        try:
            times = tuple(map(int, fields[:_FIELDS]))
        except ValueError:
            continue
        if len(times) < 4 or min(times) < 0:
            continue
        times += (0,) * (_FIELDS - len(times))
        if name == b"cpu":
            total = times
        elif name[3:].isdigit():
            cores[int(name[3:])] = times
    return total, tuple(cores.items())


def boot_time(stat: bytes) -> int | None:
    """The `btime` line of /proc/stat: when the machine started, in seconds since the epoch."""
    start = stat.find(b"\nbtime ")
    value = stat[start + 7 : start + 27].split(b"\n")[0].strip() if start >= 0 else b""
    return int(value) if value.isdigit() else None


def forks(stat: bytes) -> int | None:
    """The `processes` line of /proc/stat: how many processes and threads were started since boot."""
    start = stat.rfind(b"\nprocesses ")
    value = stat[start + 11 : start + 32].split(b"\n")[0].strip() if start >= 0 else b""
    return int(value) if value.isdigit() else None


def shares(before: Times | None, now: Times | None) -> Shares | None:
    """How the time between two readings was spent; None without two readings, or if no time passed, or if idle time
    fell, as it does when a CPU goes offline: without it any interval would look fully busy. procps drops these, too.

    Another counter that ran backwards counts as unchanged: iowait may fall according to the kernel's documentation,
    steal after a live migration.
    """
    if before is None or now is None or now[_IDLE] < before[_IDLE] - _ROUNDING:
        return None
    deltas = [later - earlier if later > earlier else 0 for earlier, later in zip(before, now, strict=True)]
    total = sum(deltas[:_COUNTED])
    if total == 0:
        return None
    user, nice, system, _, iowait, irq, softirq, steal, guest, guest_nice = deltas
    return Shares(
        busy=100 * (user + nice + system + irq + softirq + steal) / total,
        user=100 * user / total,
        nice=100 * nice / total,
        system=100 * system / total,
        iowait=100 * iowait / total,
        irq=100 * (irq + softirq) / total,
        steal=100 * steal / total,
        guest=100 * min(guest + guest_nice, user + nice) / total,
        ticks=total,
    )
