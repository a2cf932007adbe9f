"""Names of ARM core designs, by implementer and part number in the main ID register. Arm ARM, MIDR_EL1; the
manufacturers' technical reference manuals."""

_MAKERS = {
    0x41: "ARM", 0x42: "Broadcom", 0x43: "Cavium", 0x44: "DEC", 0x46: "Fujitsu", 0x48: "HiSilicon", 0x49: "Infineon",
    0x4D: "Freescale", 0x4E: "NVIDIA", 0x50: "APM", 0x51: "Qualcomm", 0x53: "Samsung", 0x56: "Marvell", 0x61: "Apple",
    0x66: "Faraday", 0x69: "Intel", 0x6D: "Microsoft", 0x70: "Phytium", 0xC0: "Ampere",
}  # fmt: skip
_ARM, _BROADCOM, _CAVIUM, _FUJITSU, _HISILICON, _NVIDIA = 0x41, 0x42, 0x43, 0x46, 0x48, 0x4E
_APM, _QUALCOMM, _SAMSUNG, _MARVELL, _APPLE, _MICROSOFT, _PHYTIUM, _AMPERE = (
    0x50, 0x51, 0x53, 0x56, 0x61, 0x6D, 0x70, 0xC0,
)  # fmt: skip
_PARTS: dict[int, dict[int, str]] = {
    _ARM: {
        0x920: "ARM920", 0x926: "ARM926", 0xB02: "ARM11 MPCore", 0xB36: "ARM1136", 0xB56: "ARM1156", 0xB76: "ARM1176",
        0xC05: "Cortex-A5", 0xC07: "Cortex-A7", 0xC08: "Cortex-A8", 0xC09: "Cortex-A9", 0xC0D: "Cortex-A12",
        0xC0E: "Cortex-A17", 0xC0F: "Cortex-A15", 0xC14: "Cortex-R4", 0xC15: "Cortex-R5", 0xC17: "Cortex-R7",
        0xC18: "Cortex-R8", 0xD01: "Cortex-A32", 0xD02: "Cortex-A34", 0xD03: "Cortex-A53", 0xD04: "Cortex-A35",
        0xD05: "Cortex-A55", 0xD06: "Cortex-A65", 0xD07: "Cortex-A57", 0xD08: "Cortex-A72", 0xD09: "Cortex-A73",
        0xD0A: "Cortex-A75", 0xD0B: "Cortex-A76", 0xD0C: "Neoverse-N1", 0xD0D: "Cortex-A77", 0xD0E: "Cortex-A76AE",
        0xD13: "Cortex-R52", 0xD15: "Cortex-R82", 0xD16: "Cortex-R52+", 0xD40: "Neoverse-V1", 0xD41: "Cortex-A78",
        0xD42: "Cortex-A78AE", 0xD43: "Cortex-A65AE", 0xD44: "Cortex-X1", 0xD46: "Cortex-A510", 0xD47: "Cortex-A710",
        0xD48: "Cortex-X2", 0xD49: "Neoverse-N2", 0xD4A: "Neoverse-E1", 0xD4B: "Cortex-A78C", 0xD4C: "Cortex-X1C",
        0xD4D: "Cortex-A715", 0xD4E: "Cortex-X3", 0xD4F: "Neoverse-V2", 0xD80: "Cortex-A520", 0xD81: "Cortex-A720",
        0xD82: "Cortex-X4", 0xD83: "Neoverse-V3AE", 0xD84: "Neoverse-V3", 0xD85: "Cortex-X925", 0xD87: "Cortex-A725",
        0xD88: "Cortex-A520AE", 0xD89: "Cortex-A720AE", 0xD8A: "C1-Nano", 0xD8B: "C1-Pro", 0xD8C: "C1-Ultra",
        0xD8E: "Neoverse-N3", 0xD8F: "Cortex-A320", 0xD90: "C1-Premium",
    },
    _BROADCOM: {0x00F: "Brahma-B15", 0x100: "Brahma-B53", 0x516: "ThunderX2"},
    _CAVIUM: {
        0x0A0: "ThunderX", 0x0A1: "ThunderX 88XX", 0x0A2: "ThunderX 81XX", 0x0A3: "ThunderX 83XX", 0x0AF: "ThunderX2",
        0x0B0: "OcteonTX2", 0x0B1: "OcteonTX2 98XX", 0x0B2: "OcteonTX2 96XX", 0x0B3: "OcteonTX2 95XX",
        0x0B8: "ThunderX3",
    },
    _FUJITSU: {0x001: "A64FX", 0x003: "MONAKA"},
    _HISILICON: {0xD01: "Kunpeng-920", 0xD02: "Kunpeng-930", 0xD40: "Cortex-A76", 0xD41: "Cortex-A77"},
    _NVIDIA: {0x000: "Denver", 0x003: "Denver 2", 0x004: "Carmel", 0x010: "Olympus"},
    _APM: {0x000: "X-Gene", 0x003: "X-Gene 3"},
    _QUALCOMM: {
        0x001: "Oryon", 0x00F: "Scorpion", 0x02D: "Scorpion", 0x04D: "Krait", 0x06F: "Krait", 0x201: "Kryo",
        0x205: "Kryo", 0x211: "Kryo", 0x800: "Kryo 2XX Gold", 0x801: "Kryo 2XX Silver", 0x802: "Kryo 3XX Gold",
        0x803: "Kryo 3XX Silver", 0x804: "Kryo 4XX Gold", 0x805: "Kryo 4XX Silver", 0xC00: "Falkor", 0xC01: "Saphira",
    },
    _SAMSUNG: {0x001: "Exynos M1", 0x002: "Exynos M3", 0x003: "Exynos M4", 0x004: "Exynos M5"},
    _MARVELL: {0x131: "Feroceon", 0x581: "PJ4", 0x584: "PJ4B-MP"},
    _APPLE: {
        0x020: "Icestorm", 0x021: "Firestorm", 0x022: "Icestorm M1", 0x023: "Firestorm M1", 0x024: "Icestorm M1 Pro",
        0x025: "Firestorm M1 Pro", 0x028: "Icestorm M1 Max", 0x029: "Firestorm M1 Max", 0x030: "Blizzard",
        0x031: "Avalanche", 0x032: "Blizzard M2", 0x033: "Avalanche M2", 0x034: "Blizzard M2 Pro",
        0x035: "Avalanche M2 Pro", 0x038: "Blizzard M2 Max", 0x039: "Avalanche M2 Max",
    },
    _MICROSOFT: {0xD49: "Azure Cobalt 100"},
    _PHYTIUM: {
        0x303: "FTC310", 0x660: "FTC660", 0x661: "FTC661", 0x662: "FTC662", 0x663: "FTC663", 0x664: "FTC664",
        0x862: "FTC862",
    },
    _AMPERE: {0xAC3: "Ampere-1", 0xAC4: "Ampere-1A", 0xAC5: "Ampere-1B"},
}  # fmt: skip


def arm_design(implementer: int, part: int) -> str | None:
    """The name of a design; None if it is not in this table."""
    return _PARTS.get(implementer, {}).get(part)


def arm_number(implementer: int, part: int) -> str:
    """A text for a design without a name: its manufacturer and its number."""
    return f"{_MAKERS.get(implementer, f'implementer {implementer:#04x}')} {part:#05x}"
