"""The processor's name, from /proc/cpuinfo and the device tree. Every architecture has its own format of /proc/cpuinfo:
show_cpuinfo in the kernel's arch/*/kernel."""

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean
from nodetop.probes.cpu.arm_parts import arm_design, arm_number
from nodetop.probes.host_files import HostFiles

_NAMES = ("model name", "cpu model", "uarch", "cpu type", "cpu")
"""Keys of the processor's name, in lower case: LoongArch writes "Model Name", x86 "model name"."""
_BOARDS = ("Hardware", "Model", "machine")
"""Keys of the board's name, with their case: on x86 "model" is a number."""
_CLOCKS = ("cpu mhz", "cpu mhz dynamic", "cpu mhz static", "clock")
_MHZ = lazy_regex(r"(\d{1,9}(?:\.\d{1,9})?)\s*(MHz)?")
_MACHINE = lazy_regex(r"machine = ([0-9A-F]{4})")
_MAINFRAMES = {
    "2097": "z10 EC", "2098": "z10 BC", "2817": "z196", "2818": "z114", "2827": "zEC12", "2828": "zBC12",
    "2964": "z13", "2965": "z13s", "3906": "z14", "3907": "z14 ZR1", "8561": "z15", "8562": "z15 T02",
    "3931": "z16", "3932": "z16 A02", "9175": "z17",
}  # fmt: skip
_CPUS = "/proc/device-tree/cpus"
_UNKNOWN = "unknown"
"""gVisor's model name."""
_GENERIC = ("riscv", "arm,armv8", "arm,armv7")

Info = list[tuple[str, str]]


def parse_cpuinfo(text: str) -> Info:
    """The `key : value` lines in order. A key occurs once for each CPU."""
    lines = (line.partition(":") for line in text.split("\n"))
    return [(key.strip(), value.strip()) for key, colon, value in lines if colon and value.strip()]


def cpu_model(files: HostFiles, info: Info) -> str | None:
    """The processor's name: the core designs on ARM, the manufacturer's name elsewhere, else the board's name."""
    first, small = dict(reversed(info)), _small(info)
    # A machine with big and little cores has two designs.
    name = (
        " + ".join(_arm_designs(files, info))
        or next((small[key] for key in _NAMES if small.get(key, _UNKNOWN) != _UNKNOWN), None)
        or _mainframe(first)
        or " + ".join(_compatible(files))
        or next((first[key] for key in _BOARDS if key in first), None)
        or (files.line("/proc/device-tree/model") or "").rstrip("\0")
        or _arm_numbers(info)
    )
    return clean(" ".join(name.split())) or None


def cpu_mhz(info: Info) -> float | None:
    """The clock rate of the first CPU in /proc/cpuinfo. Most virtual machines have no other source."""
    small = _small(info)
    for key in _CLOCKS:
        found = _MHZ.fullmatch(small.get(key, ""))
        if found and 0 < float(found[1]) < 100_000:
            return float(found[1])
    hertz = small.get("cpu0clktck", "")  # SPARC, in hexadecimal
    return _hexadecimal(hertz) / 1e6 if 0 < _hexadecimal(hertz) < 100e9 else None


def cpu_architecture(info: Info) -> str | None:
    """The architecture as uname reports it, derived from /proc/cpuinfo, for a recorded tree; None if not clear."""
    first = dict(reversed(info))
    if "flags" in first:
        return "x86_64" if "lm" in first["flags"].split() else "i686"
    if "CPU architecture" in first:
        generation = first["CPU architecture"]
        return "aarch64" if generation in ("8", "9", "AArch64") else f"armv{generation.rstrip('TEJ')}l"
    if "isa" in first:
        return {"rv64": "riscv64", "rv32": "riscv32"}.get(first["isa"][:4])
    if "loongarch64" in first.get("ISA", ""):
        return "loongarch64"
    return "s390x" if first.get("vendor_id") == "IBM/S390" else None


def _small(info: Info) -> dict[str, str]:
    """The first value of each key, with keys in lower case."""
    return {key.lower(): value for key, value in reversed(info)}


def _mainframe(first: dict[str, str]) -> str | None:
    """From a line such as `processor 0: version = FF, identification = 0B1C2D, machine = 3931`."""
    found = _MACHINE.search(next((value for key, value in first.items() if key.startswith("processor ")), ""))
    if found is None:
        return None
    return f"IBM {_MAINFRAMES.get(found[1], 'machine type')} {found[1]}"


def _arm_ids(info: Info) -> list[tuple[int, int]]:
    """Implementer and part number of each design, in order."""
    found: dict[tuple[int, int], None] = {}
    implementer = -1
    for key, value in info:
        if key == "CPU implementer":
            implementer = _hexadecimal(value)
        elif key == "CPU part" and implementer >= 0 and _hexadecimal(value) >= 0:
            found[implementer, _hexadecimal(value)] = None
    return list(found)


def _arm_designs(files: HostFiles, info: Info) -> list[str]:
    """Names of the designs, or their numbers if unnamed; empty if no design has a name."""
    ids = _arm_ids(info)
    names = [arm_design(*each) for each in ids]
    if not any(names):
        return []
    if not all(names) and len(compatible := _compatible(files)) == len(ids):
        return compatible
    return list(dict.fromkeys(name or arm_number(*each) for name, each in zip(names, ids, strict=True)))


def _arm_numbers(info: Info) -> str:
    return " + ".join(arm_number(*each) for each in _arm_ids(info))


def _compatible(files: HostFiles) -> list[str]:
    """The cores' designs in the device tree: "arm,cortex-a715" is Cortex-A715, "sifive,u74-mc" stays."""
    designs: dict[str, None] = {}
    for name in files.names(_CPUS):
        if name.startswith("cpu@"):
            compatible = (files.line(f"{_CPUS}/{name}/compatible") or "").split("\0")[0]
            if compatible and compatible not in _GENERIC:
                designs[_design_name(compatible)] = None
    return list(designs)


def _design_name(compatible: str) -> str:
    maker, _, design = compatible.partition(",")
    if maker != "arm":
        return compatible
    family, dash, rest = design.partition("-")
    return f"{family.capitalize()}{dash}{rest.upper()}"


def _hexadecimal(value: str) -> int:
    try:
        return int(value, 16)
    except ValueError:
        return -1
