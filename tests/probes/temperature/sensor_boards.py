"""More kinds of machine: boards, laptops and virtual machines, whose sensors are thermal zones or tell little."""

from tests.probes.temperature.sensor_machines import INTEL_DESKTOP, PHENOM, RYZEN, THREADRIPPER, TWO_SOCKETS, Machine

RASPBERRY_PI_4 = (
    Machine(
        "a Raspberry Pi 4",
        "hwmon mirrors the zone, with _ for -: one sensor, not two.",
        51.121,
        [("cpu_thermal", "temp1", 51.121, None, 110.0, "cpu")],
    )
    .chip(0, "cpu_thermal", temp1_input=51121, temp1_crit=110000)
    .chip(1, "rpi_volt", in0_lcrit_alarm=0)
    .zone(0, "cpu-thermal", 51121, ("critical", 110000))
)
RASPBERRY_PI_3 = Machine(
    "a Raspberry Pi 3 with an old kernel",
    "A zone and no hwmon at all.",
    47.236,
    [("bcm2835_thermal", "thermal_zone0", 47.236, 75.0, 80.0, "cpu")],
).zone(0, "bcm2835_thermal", 47236, ("critical", 80000), ("hot", 75000))
RK3588 = (
    Machine(
        "a board with an RK3588",
        "A drive in hwmon must not hide the zones. The hottest cluster is the CPU's temperature.",
        61.0,
        [
            ("nvme0", "Composite", 44.85, 74.85, 79.85, "disk"),
            ("soc-thermal", "thermal_zone0", 55.5, None, 115.0, "cpu"),
            ("bigcore0-thermal", "thermal_zone1", 61.0, None, 115.0, "cpu"),
            ("littlecore-thermal", "thermal_zone3", 54.5, None, 115.0, "cpu"),
            ("gpu-thermal", "thermal_zone5", 52.7, None, 115.0, "gpu"),
            ("npu-thermal", "thermal_zone10", 52.0, None, None, "other"),
        ],
    )
    .chip(0, "nvme", "pci0000:00/0000:01:00.0/nvme/nvme0",
        temp1_label="Composite", temp1_input=44850, temp1_max=74850, temp1_crit=79850)
    .zone(10, "npu-thermal", 52000)
    .zone(0, "soc-thermal", 55500, ("passive", 75000), ("passive", 85000), ("critical", 115000))
    .zone(1, "bigcore0-thermal", 61000, ("critical", 115000))
    .zone(3, "littlecore-thermal", 54500, ("critical", 115000))
    .zone(5, "gpu-thermal", 52700, ("critical", 115000))
)  # fmt: skip
JETSON = (
    Machine(
        "a Jetson",
        "PMIC-Die is always 100 and thermal-fan-est is made up of the others.",
        43.5,
        [
            ("CPU-therm", "thermal_zone0", 43.5, None, 101.0, "cpu"),
            ("GPU-therm", "thermal_zone1", 41.0, None, 101.5, "gpu"),
            ("AUX-therm", "thermal_zone2", 42.5, None, None, "other"),
        ],
    )
    .zone(0, "CPU-therm", 43500, ("critical", 101000))
    .zone(1, "GPU-therm", 41000, ("critical", 101500))
    .zone(2, "AUX-therm", 42500)
    .zone(3, "PMIC-Die", 100000, ("critical", 120000))
    .zone(4, "thermal-fan-est", 42900)
)
THINKPAD = (
    Machine(
        "a ThinkPad",
        "The firmware's sensors repeat the CPU's; those without a part tell 0 or 128. The graphics card sleeps.",
        49.0,
        [
            ("thinkpad", "CPU", 48.0, None, None, "other"),
            ("acpitz", "temp1", 48.0, None, 128.5, "other"),
            ("coretemp", "Package id 0", 49.0, 100.0, 100.0, "cpu"),
            ("coretemp", "Core 0", 48.0, 100.0, 100.0, "cpu"),
        ],
        cores={0: 48.0},
    )
    .chip(0, "BAT0", in0_input=12345)
    .chip(
        1, "thinkpad", "platform/thinkpad_hwmon",
        temp1_label="CPU", temp1_input=48000, temp2_label="GPU", temp2_input=0, temp3_input=128000, fan1_input=2300,
    )
    .chip(2, "acpitz", temp1_input=48000, temp1_crit=128500)
    .chip(
        3, "coretemp", "platform/coretemp.0",
        temp1_label="Package id 0", temp1_input=49000, temp1_max=100000, temp1_crit=100000,
        temp2_label="Core 0", temp2_input=48000, temp2_max=100000, temp2_crit=100000,
    )
    .chip(4, "amdgpu", "pci0000:00/0000:03:00.0", temp1_label="edge", temp1_input=40000)
    .device("pci0000:00/0000:03:00.0", power_state="D3hot", power__runtime_status="suspended")
    .core(0, 0, 0)
)  # fmt: skip
WITHOUT_CORETEMP = (
    Machine(
        "a laptop without the module coretemp",
        "acpitz never changes; the package's zone does. What hwmon mirrors is not told again, nor a policy's zone.",
        52.0,
        [
            ("acpitz", "temp1", 25.0, None, None, "other"),
            ("x86_pkg_temp", "thermal_zone2", 52.0, None, None, "cpu"),
        ],
    )
    .chip(0, "acpitz", temp1_input=25000)
    .zone(0, "acpitz", 25000)
    .zone(1, "INT3400 Thermal", 20000)
    .zone(2, "x86_pkg_temp", 52000, ("passive", 0))
)
ONLY_FIRMWARE = Machine(
    "a machine that only the firmware watches",
    "Better than nothing, and called what it is.",
    39.0,
    [("acpitz", "temp1", 39.0, None, 105.0, "other")],
).chip(0, "acpitz", temp1_input=39000, temp1_crit=105000)
DEEPER = (
    Machine(
        "an old driver with its files in device/",
        "The name is above, the inputs are below; one is switched off and cannot be read.",
        41.0,
        [("k8temp", "temp1", 41.0, None, None, "cpu")],
    )
    .chip(0, "k8temp", "pci0000:00/0000:00:18.3")
    .device("pci0000:00/0000:00:18.3", temp1_input=41000, temp2_input="", temp3_input="N/A")
)
VIRTUAL = Machine("a virtual machine", "None at all.", None, []).chip(0, "virtual_fans", fan1_input=0)

MACHINES = [
    INTEL_DESKTOP, TWO_SOCKETS, RYZEN, THREADRIPPER, PHENOM, RASPBERRY_PI_4, RASPBERRY_PI_3, RK3588, JETSON, THINKPAD,
    WITHOUT_CORETEMP, ONLY_FIRMWARE, DEEPER, VIRTUAL,
]  # fmt: skip
