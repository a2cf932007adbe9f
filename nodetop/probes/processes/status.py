"""Parses /proc/PID/status, limits, io, smaps_rollup and the rest of stat for one process. Pure. proc(5)."""

from collections.abc import Mapping

from nodetop.model.process_details import (
    Activity,
    CgroupMembership,
    IoCounters,
    Limit,
    MemoryParts,
    ProportionalMemory,
    Security,
)
from nodetop.probes.processes.cgroup import container_name

# linux/capability.h, in order of their bits.
_CAPABILITIES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner",
    "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice",
    "sys_resource", "sys_time", "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap",
    "mac_override", "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore",
)  # fmt: skip
_SECCOMP = {"0": "off", "1": "strict", "2": "filter"}
_POLICIES = {0: "normal", 1: "fifo", 2: "round robin", 3: "batch", 5: "idle", 6: "deadline", 7: "ext"}
_LIMIT, _LIMIT_NAME_END = "Max ", 26
_MINOR_FAULTS, _MAJOR_FAULTS, _NICE, _POLICY = 7, 9, 16, 38
"""Indexes of fields in /proc/PID/stat, counted after the name."""

Fields = Mapping[str, str]


def parse_fields(raw: bytes) -> dict[str, str]:
    """Lines of "Name: value", by name. Other lines are ignored."""
    pairs = (line.partition(":") for line in raw.decode("utf-8", "replace").split("\n"))
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


def memory_parts(status: Fields) -> MemoryParts | None:
    """From /proc/PID/status; None for kernel threads and zombies, which have no memory of their own."""
    if "VmSize" not in status:
        return None
    return MemoryParts(
        virtual_bytes=_kib(status, "VmSize"),
        virtual_peak_bytes=_kib(status, "VmPeak"),
        resident_bytes=_kib(status, "VmRSS"),
        resident_peak_bytes=_kib(status, "VmHWM"),
        anonymous_bytes=_kib(status, "RssAnon"),
        file_bytes=_kib(status, "RssFile"),
        shared_bytes=_kib(status, "RssShmem"),
        swap_bytes=_kib(status, "VmSwap"),
        locked_bytes=_kib(status, "VmLck"),
    )


def proportional_memory(rollup: Fields) -> ProportionalMemory:
    """From /proc/PID/smaps_rollup."""
    clean, dirty = _kib(rollup, "Private_Clean"), _kib(rollup, "Private_Dirty")
    return ProportionalMemory(
        proportional_bytes=_kib(rollup, "Pss"),
        unique_bytes=None if clean is None or dirty is None else clean + dirty,
        swap_proportional_bytes=_kib(rollup, "SwapPss"),
    )


def _kib(fields: Fields, name: str) -> int | None:
    value = _int(fields.get(name, "").removesuffix("kB"))
    return None if value is None else value * 1024


def _int(text: str, base: int = 10) -> int | None:
    try:
        return int(text, base)
    except ValueError:
        return None


def activity(status: Fields, stat: list[bytes]) -> Activity:
    """From /proc/PID/status and stat."""
    return Activity(
        voluntary_switches=_int(status.get("voluntary_ctxt_switches", "")),
        involuntary_switches=_int(status.get("nonvoluntary_ctxt_switches", "")),
        minor_faults=_field(stat, _MINOR_FAULTS),
        major_faults=_field(stat, _MAJOR_FAULTS),
    )


def stat_fields(raw: bytes) -> list[bytes]:
    """The fields of /proc/PID/stat after the name."""
    return raw[raw.rfind(b")") + 1 :].split()


def _field(stat: list[bytes], index: int) -> int | None:
    return _int(stat[index].decode("ascii", "replace")) if index < len(stat) else None


def nice_of(stat: list[bytes]) -> int | None:
    """The nice value, from the fields of stat_fields."""
    return _field(stat, _NICE)


def policy_of(stat: list[bytes]) -> str | None:
    """The name of the scheduling policy, sched(7)."""
    return _POLICIES.get(_field(stat, _POLICY) or 0) if len(stat) > _POLICY else None


def security(status: Fields, oom_score: int | None, oom_adjustment: int | None) -> Security:
    """From /proc/PID/status; the two values for the OOM killer come from files of their own."""
    uids = status.get("Uid", "").split()
    bits = _int(status.get("CapEff", ""), 16)
    bounding = _int(status.get("CapBnd", ""), 16)
    names = None if bits is None else tuple(name for bit, name in enumerate(_CAPABILITIES) if bits >> bit & 1)
    return Security(
        real_uid=_int(uids[0]) if uids else None,
        effective_uid=_int(uids[1]) if len(uids) > 1 else None,
        capabilities=names,
        all_capabilities=bool(bits) and bits == bounding,
        no_new_privileges={"0": False, "1": True}.get(status.get("NoNewPrivs", "")),
        seccomp=_SECCOMP.get(status.get("Seccomp", "")),
        oom_score=oom_score,
        oom_adjustment=oom_adjustment,
    )


def parse_limits(raw: bytes) -> tuple[Limit, ...]:
    """/proc/PID/limits, line by line: a name of 25 characters, the soft and the hard limit, often a unit. Ignores
    malformed lines."""
    found = []
    for line in raw.decode("utf-8", "replace").split("\n"):
        name, values = line[len(_LIMIT) : _LIMIT_NAME_END].rstrip(), line[_LIMIT_NAME_END:].split()
        limits = values[:2]
        if line.startswith(_LIMIT) and len(limits) == 2 and all(map(_is_limit, limits)):
            soft, hard = (None if limit == "unlimited" else int(limit) for limit in limits)
            found.append(Limit(name, soft, hard, "".join(values[2:3])))
    return tuple(found)


def _is_limit(text: str) -> bool:
    return text == "unlimited" or text.isdecimal()


def io_counters(fields: Fields) -> IoCounters:
    """From /proc/PID/io."""
    return IoCounters(
        read_chars=_int(fields.get("rchar", "")),
        write_chars=_int(fields.get("wchar", "")),
        read_calls=_int(fields.get("syscr", "")),
        write_calls=_int(fields.get("syscw", "")),
        read_bytes=_int(fields.get("read_bytes", "")),
        write_bytes=_int(fields.get("write_bytes", "")),
        cancelled_write_bytes=_int(fields.get("cancelled_write_bytes", "")),
    )


def cgroup(raw: bytes) -> CgroupMembership:
    """/proc/PID/cgroup, cgroups(7)."""
    paths = []
    for line in raw.decode("utf-8", "replace").split("\n"):
        number, _, rest = line.partition(":")
        controllers, colon, path = rest.partition(":")
        if colon and number.isdigit():
            paths.append((controllers, path))
    return CgroupMembership(paths=tuple(paths), name=container_name(raw))
