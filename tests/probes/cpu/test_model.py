"""Names and clocks in the words of each architecture's show_cpuinfo (arch/*/kernel), and of the device tree."""

from pathlib import Path

import pytest

from nodetop.probes.cpu.model import cpu_architecture, cpu_mhz, cpu_model, parse_cpuinfo
from tests.probes.tree import Tree


def arm(*parts: tuple[int, int]) -> str:
    return "".join(
        f"processor\t: {index}\nCPU implementer\t: {maker:#04x}\nCPU architecture: 8\nCPU part\t: {part:#05x}\n\n"
        for index, (maker, part) in enumerate(parts)
    )


LOONGARCH = """system type\t\t: generic-loongson-machine

processor\t\t: 0
CPU Family\t\t: Loongson-64bit
Model Name\t\t: Loongson-3C5000
CPU MHz\t\t\t: 2200.00
ISA\t\t\t: loongarch32 loongarch64
"""
POWER = (
    "processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 3800.000000MHz\n\nmachine\t\t: PowerNV 8335-GTH\n"
)
Z15 = """vendor_id       : IBM/S390
# processors    : 2
bogomips per cpu: 3033.00
features\t: esan3 zarch stfle
processor 0: version = FF,  identification = 0133E8,  machine = 8561
cpu number      : 0
cpu MHz dynamic : 5200
cpu MHz static  : 5200
"""
RISCV = "processor\t: 0\nhart\t\t: 1\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\nmvendorid\t: 0x489\n"


@pytest.mark.parametrize(
    ("text", "model", "mhz", "architecture"),
    [
        (LOONGARCH, "Loongson-3C5000", 2200.0, "loongarch64"),
        (POWER, "POWER9, altivec supported", 3800.0, None),
        (Z15, "IBM z15 8561", 5200.0, "s390x"),
        (Z15.replace("8561", "9999"), "IBM machine type 9999", 5200.0, "s390x"),
        (RISCV, None, None, "riscv64"),
        ("system type\t: MT7621\ncpu model\t: MIPS 1004Kc V2.15\n", "MIPS 1004Kc V2.15", None, None),
        ("cpu\t\t: UltraSparc T5\nCpu0ClkTck\t: 00000000d68f6ad4\n", "UltraSparc T5", 3599.7, None),
        (arm((0x41, 0xD4D), (0x41, 0xD4E)), "Cortex-A715 + Cortex-X3", None, "aarch64"),
        (arm((0xC0, 0xAC4)), "Ampere-1A", None, "aarch64"),
        (arm((0x48, 0xD01)), "Kunpeng-920", None, "aarch64"),
        (arm((0x61, 0x022), (0x61, 0x023)), "Icestorm M1 + Firestorm M1", None, "aarch64"),
        (arm((0x41, 0xD80), (0x41, 0xDFE)), "Cortex-A520 + ARM 0xdfe", None, "aarch64"),
        (arm((0x41, 0xDFE)), "ARM 0xdfe", None, "aarch64"),
        (arm((0x99, 0x001)), "implementer 0x99 0x001", None, "aarch64"),
    ],
)
def test_each_architecture(
    text: str, model: str | None, mhz: float | None, architecture: str | None, tmp_path: Path
) -> None:
    info = parse_cpuinfo(text)
    assert cpu_model(Tree(tmp_path).files, info) == model
    assert cpu_mhz(info) == (None if mhz is None else pytest.approx(mhz, abs=0.1))
    assert cpu_architecture(info) == architecture


@pytest.mark.parametrize(
    ("text", "compatible", "model"),
    [
        (RISCV, ["sifive,u74-mc\0riscv\0", "sifive,u74-mc\0riscv\0"], "sifive,u74-mc"),
        (RISCV, ["riscv\0"], "VisionFive 2"),
        (arm((0x41, 0xDFE)), ["arm,cortex-a999\0"], "Cortex-A999"),
        (arm((0x41, 0xD46), (0x41, 0xDFE)), ["arm,cortex-a510\0", "arm,cortex-a999\0"], "Cortex-A510 + Cortex-A999"),
        (arm((0x41, 0xD46), (0x41, 0xDFE)), ["arm,armv8\0"], "Cortex-A510 + ARM 0xdfe"),
    ],
)
def test_what_the_numbers_do_not_tell_the_device_tree_does(
    text: str, compatible: list[str], model: str, tmp_path: Path
) -> None:
    tree = Tree(tmp_path)
    tree.write("/proc/device-tree/model", "VisionFive 2\0")
    for number, names in enumerate(compatible):
        tree.write(f"/proc/device-tree/cpus/cpu@{number}/compatible", names)
    assert cpu_model(tree.files, parse_cpuinfo(text)) == model
