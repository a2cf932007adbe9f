"""Kinds of machine by their temperature sensors, each with what is to be read from it.

Written from the kernel's documents: hwmon/sysfs-interface, hwmon/coretemp, hwmon/k10temp, hwmon/nvme, hwmon/drivetemp,
gpu/amdgpu/thermal, hwmon/nct6775, driver-api/thermal/sysfs-api, admin-guide/laptops/thinkpad-acpi.
"""

from dataclasses import dataclass, field

from tests.probes.tree import Tree

Expected = tuple[str, str, float, float | None, float | None, str]
"""Chip, label, degrees, high, critical, kind."""


@dataclass
class Machine:
    """`files` by path; `links` are symbolic ones. `cores` are temperatures by logical CPU."""

    name: str
    why: str
    cpu: float | None
    expected: list[Expected]
    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    cores: dict[int, float] = field(default_factory=dict)

    def chip(self, number: int, name: str, device: str = "", **files: object) -> "Machine":
        """A folder of hwmon; `device` is where its link leads, a folder of that name beside it."""
        folder = f"/sys/class/hwmon/hwmon{number}"
        if device:
            self.files[f"/sys/devices/{device}/uevent"] = ""
            self.links[f"{folder}/device"] = f"../../../devices/{device}"
        self.files |= {f"{folder}/name": name} | {f"{folder}/{path}": str(text) for path, text in files.items()}
        return self

    def device(self, device: str, **files: object) -> "Machine":
        """Files of a device, with __ for a slash."""
        self.files |= {f"/sys/devices/{device}/{path.replace('__', '/')}": str(text) for path, text in files.items()}
        return self

    def zone(self, number: int, kind: str, temp: int, *trips: tuple[str, int]) -> "Machine":
        """A thermal zone and its trip points."""
        folder = f"/sys/class/thermal/thermal_zone{number}"
        self.files |= {f"{folder}/type": kind, f"{folder}/temp": str(temp)}
        for index, (what, limit) in enumerate(trips):
            self.files |= {
                f"{folder}/trip_point_{index}_type": what,
                f"{folder}/trip_point_{index}_temp": str(limit),
            }
        return self

    def core(self, cpu: int, package: int, core: int) -> "Machine":
        folder = f"/sys/devices/system/cpu/cpu{cpu}/topology"
        self.files |= {f"{folder}/physical_package_id": str(package), f"{folder}/core_id": str(core)}
        return self

    def write(self, tree: Tree) -> None:
        for path, text in self.files.items():
            tree.write(path, f"{text}\n")
        for path, target in self.links.items():
            tree.link(path, target)


INTEL_DESKTOP = (
    Machine(
        "an Intel desktop",
        "The package is the number to quote. Core numbers have gaps; each core runs two threads.",
        56.0,
        [
            ("acpitz", "temp1", 27.8, None, 119.0, "other"),
            ("coretemp", "Package id 0", 56.0, 82.0, 100.0, "cpu"),
            ("coretemp", "Core 0", 54.0, 82.0, 100.0, "cpu"),
            ("coretemp", "Core 4", 56.0, 82.0, 100.0, "cpu"),
            ("nvme0", "Composite", 38.85, 81.85, 84.85, "disk"),
            ("nvme0", "Sensor 1", 38.85, None, None, "disk"),
            ("iwlwifi_1", "temp1", 41.0, None, None, "other"),
            ("pch_cannonlake", "temp1", 47.5, None, None, "other"),
        ],
        cores={0: 54.0, 2: 54.0, 1: 56.0, 3: 56.0},
    )
    .chip(0, "acpitz", temp1_input=27800, temp1_crit=119000)
    .chip(
        1, "coretemp", "platform/coretemp.0",
        temp1_label="Package id 0", temp1_input=56000, temp1_max=82000, temp1_crit=100000, temp1_crit_alarm=0,
        temp2_label="Core 0", temp2_input=54000, temp2_max=82000, temp2_crit=100000,
        temp6_label="Core 4", temp6_input=56000, temp6_max=82000, temp6_crit=100000,
    )
    .chip(
        2, "nvme", "pci0000:00/0000:01:00.0/nvme/nvme0",
        temp1_label="Composite", temp1_input=38850, temp1_max=81850, temp1_min=-273150, temp1_crit=84850,
        temp2_label="Sensor 1", temp2_input=38850, temp2_max=65261850, temp2_min=-273150,
    )
    .chip(10, "pch_cannonlake", temp1_input=47500)
    .chip(3, "iwlwifi_1", temp1_input=41000)
    .core(0, 0, 0).core(1, 0, 4).core(2, 0, 0).core(3, 0, 4)
)  # fmt: skip

TWO_SOCKETS = (
    Machine(
        "a server with two packages",
        "The hotter package counts. Both have a Core 0: the package tells them apart.",
        71.0,
        [
            ("coretemp 1", "Package id 0", 64.0, 90.0, 100.0, "cpu"),
            ("coretemp 1", "Core 0", 62.0, 90.0, 100.0, "cpu"),
            ("coretemp 2", "Package id 1", 71.0, 90.0, 100.0, "cpu"),
            ("coretemp 2", "Core 0", 70.0, 90.0, 100.0, "cpu"),
            ("sda", "temp1", 33.0, 60.0, 70.0, "disk"),
            ("sdb", "temp1", 35.0, 60.0, 70.0, "disk"),
        ],
        cores={0: 62.0, 1: 70.0},
    )
    .chip(
        0, "coretemp", "platform/coretemp.0",
        temp1_label="Package id 0", temp1_input=64000, temp1_max=90000, temp1_crit=100000,
        temp2_label="Core 0", temp2_input=62000, temp2_max=90000, temp2_crit=100000,
    )
    .chip(
        1, "coretemp", "platform/coretemp.1",
        temp1_label="Package id 1", temp1_input=71000, temp1_max=90000, temp1_crit=100000,
        temp2_label="Core 0", temp2_input=70000, temp2_max=90000, temp2_crit=100000,
    )
    .chip(2, "drivetemp", "ata1/0:0:0:0", temp1_input=33000, temp1_max=60000, temp1_crit=70000, temp1_lcrit=-40000)
    .device("ata1/0:0:0:0", block__sda__size="1000")
    .chip(3, "drivetemp", "ata2/1:0:0:0", temp1_input=35000, temp1_max=60000, temp1_crit=70000)
    .device("ata2/1:0:0:0", block__sdb__size="1000")
    .core(0, 0, 0).core(1, 1, 0)
)  # fmt: skip

RYZEN = (
    Machine(
        "a Ryzen desktop with two dies",
        "Tctl is for the fan and 7.5 degrees above the hotter die. The board's chip has inputs with nothing on them.",
        55.0,
        [
            ("nct6798", "SYSTIN", 34.0, 80.0, None, "other"),
            ("nct6798", "CPUTIN", 45.5, 80.0, None, "other"),
            ("k10temp", "Tctl", 62.5, None, None, "cpu"),
            ("k10temp", "Tccd1", 55.0, None, None, "cpu"),
            ("k10temp", "Tccd2", 51.25, None, None, "cpu"),
            ("amdgpu", "edge", 52.0, None, 100.0, "gpu"),
            ("amdgpu", "junction", 60.0, None, 110.0, "gpu"),
            ("amdgpu", "mem", 58.0, None, 100.0, "gpu"),
            ("nvme0", "Composite", 45.85, 84.85, 89.85, "disk"),
            ("nvme1", "Composite", 39.85, 84.85, 89.85, "disk"),
        ],
    )
    .chip(
        0, "nct6798", "platform/nct6775.656",
        temp1_label="SYSTIN", temp1_input=34000, temp1_max=80000, temp1_max_hyst=75000,
        temp2_label="CPUTIN", temp2_input=45500, temp2_max=80000,
        temp3_label="AUXTIN0", temp3_input=-62000,
        temp4_label="AUXTIN1", temp4_input=127000,
        temp5_label="AUXTIN2", temp5_input=29000, temp5_fault=1,
        temp13_label="PCH_CHIP_TEMP", temp13_input=0,
    )
    .chip(
        1, "k10temp", "pci0000:00/0000:00:18.3",
        temp1_label="Tctl", temp1_input=62500,
        temp3_label="Tccd1", temp3_input=55000, temp4_label="Tccd2", temp4_input=51250,
    )
    .chip(
        2, "amdgpu", "pci0000:00/0000:0b:00.0",
        temp1_label="edge", temp1_input=52000, temp1_crit=100000, temp1_crit_hyst=-273150, temp1_emergency=105000,
        temp2_label="junction", temp2_input=60000, temp2_crit=110000, temp2_emergency=115000,
        temp3_label="mem", temp3_input=58000, temp3_crit=100000, temp3_emergency=105000,
    )
    .device("pci0000:00/0000:0b:00.0", power_state="D0", power__runtime_status="active")
    .chip(3, "nvme", "pci0000:00/0000:01:00.0/nvme/nvme0",
        temp1_label="Composite", temp1_input=45850, temp1_max=84850, temp1_crit=89850)
    .chip(4, "nvme", "pci0000:00/0000:02:00.0/nvme/nvme1",
        temp1_label="Composite", temp1_input=39850, temp1_max=84850, temp1_crit=89850)
)  # fmt: skip

THREADRIPPER = (
    Machine(
        "a Threadripper 2950X",
        "Its Tctl is 27 degrees above the truth, and the driver knows: Tdie.",
        45.0,
        [("k10temp", "Tdie", 45.0, None, None, "cpu"), ("k10temp", "Tctl", 72.0, None, None, "cpu")],
    )
    .chip(
        0, "k10temp", "pci0000:00/0000:00:18.3",
        temp1_label="Tdie", temp1_input=45000, temp2_label="Tctl", temp2_input=72000,
    )
)  # fmt: skip

PHENOM = Machine(
    "an AMD processor of family 10h",
    "One sensor without a label; 70 is the limit of its arbitrary scale.",
    48.625,
    [("k10temp", "temp1", 48.625, 70.0, 90.0, "cpu")],
).chip(0, "k10temp", "pci0000:00/0000:00:18.3", temp1_input=48625, temp1_max=70000, temp1_crit=90000)
