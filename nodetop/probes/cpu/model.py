"""What the processor is called, from /proc/cpuinfo, which every architecture writes in its own way."""

from nodetop.base.text import clean
from nodetop.probes.base.host_files import HostFiles

# MIDR part numbers of ARM Ltd. (implementer 0x41): what lscpu shows where the kernel gives no name.
_ARM_PARTS = {
    0xB76: "ARM1176",
    0xC07: "Cortex-A7",
    0xC08: "Cortex-A8",
    0xC09: "Cortex-A9",
    0xC0F: "Cortex-A15",
    0xD03: "Cortex-A53",
    0xD04: "Cortex-A35",
    0xD05: "Cortex-A55",
    0xD07: "Cortex-A57",
    0xD08: "Cortex-A72",
    0xD09: "Cortex-A73",
    0xD0A: "Cortex-A75",
    0xD0B: "Cortex-A76",
    0xD0C: "Neoverse-N1",
    0xD40: "Neoverse-V1",
    0xD41: "Cortex-A78",
    0xD44: "Cortex-X1",
    0xD46: "Cortex-A510",
    0xD47: "Cortex-A710",
    0xD49: "Neoverse-N2",
    0xD4F: "Neoverse-V2",
    0xD80: "Cortex-A520",
    0xD81: "Cortex-A720",
}
_NAME_KEYS = ("model name", "cpu model", "uarch", "cpu", "Hardware", "Model", "machine")


def parse_cpuinfo(text: str) -> list[tuple[str, str]]:
    """The `key : value` lines in order; a key comes once for each CPU."""
    lines = (line.partition(":") for line in text.splitlines())
    return [(key.strip(), value.strip()) for key, colon, value in lines if colon and value.strip()]


def cpu_model(files: HostFiles, info: list[tuple[str, str]]) -> str | None:
    """The processor's name: the cores' design on ARM, the maker's name elsewhere, at last the board's."""
    first = dict(reversed(info))
    # A machine with big and little cores has two designs.
    name = " + ".join(_arm_designs(info)) or next((first[key] for key in _NAME_KEYS if key in first), None)
    name = name or (files.line("/proc/device-tree/model") or "").rstrip("\0")
    return clean(" ".join(name.split())) or None


def cpu_mhz(info: list[tuple[str, str]]) -> float | None:
    """The clock of the first CPU as /proc/cpuinfo gives it: all there is in most virtual machines."""
    value = dict(reversed(info)).get("cpu MHz", "")
    try:
        mhz = float(value)
    except ValueError:
        return None
    return mhz if 0 < mhz < 100_000 else None


def cpu_architecture(info: list[tuple[str, str]]) -> str | None:
    """The machine's architecture as uname would say it, where /proc/cpuinfo tells: for a tree that is not live."""
    first = dict(reversed(info))
    if "flags" in first:
        return "x86_64" if "lm" in first["flags"].split() else "i686"
    if "CPU architecture" in first:
        generation = first["CPU architecture"]
        return "aarch64" if generation in ("8", "9", "AArch64") else f"armv{generation.rstrip('TEJ')}l"
    if "isa" in first:
        return {"rv64": "riscv64", "rv32": "riscv32"}.get(first["isa"][:4])
    return None


def _arm_designs(info: list[tuple[str, str]]) -> list[str]:
    designs: dict[str, None] = {}
    implementer = ""
    for key, value in info:
        if key == "CPU implementer":
            implementer = value
        elif key == "CPU part" and implementer == "0x41":
            design = _ARM_PARTS.get(_hexadecimal(value))
            if design is None:
                return []
            designs[design] = None
    return list(designs)


def _hexadecimal(value: str) -> int:
    try:
        return int(value, 16)
    except ValueError:
        return -1
