"""Machines whose sensors say in other ways what they are of; written from the kernel's documents: hwmon/ibmpowernv,
hwmon/smpro-hwmon, hwmon/coretemp, devicetree/bindings/thermal, and drivers/thermal/{imx,qcom,mediatek}."""

from tests.probes.temperature.sensor_machines import Machine

MORE_MACHINES = [
    Machine(
        "a board with an i.MX", "Its only zone is its die, and names the chip.", 43.4,
        [("imx_thermal_zone", "thermal_zone0", 43.4, None, 105.0, "cpu")],
    ).zone(0, "imx_thermal_zone", 43400, ("passive", 85000), ("critical", 105000)),
    Machine(
        "a laptop with a Snapdragon", "Zones of cores say cpu, and of other parts what they are.", 51.0,
        [
            ("cpu0-0-top-thermal", "thermal_zone0", 49.0, None, 110.0, "cpu"),
            ("cpuss0-0-thermal", "thermal_zone1", 51.0, None, None, "cpu"),
            ("gpuss-0-thermal", "thermal_zone2", 60.0, None, None, "gpu"),
            ("mem-thermal", "thermal_zone3", 70.0, None, None, "other"),
        ],
    ).zone(0, "cpu0-0-top-thermal", 49000, ("critical", 110000)).zone(1, "cpuss0-0-thermal", 51000)
    .zone(2, "gpuss-0-thermal", 60000).zone(3, "mem-thermal", 70000),
    Machine(
        "a MediaTek", "The type ends in cpu.", 48.0,
        [
            ("mtktscpu", "thermal_zone0", 48.0, None, None, "cpu"),
            ("mtktspmic", "thermal_zone1", 55.0, None, None, "other"),
        ],
    ).zone(0, "mtktscpu", 48000).zone(1, "mtktspmic", 55000),
    Machine(
        "a zone that cools the CPU", "Its name says nothing; the kernel slows down the CPU for it alone.", 62.0,
        [("tsens_tz_sensor1", "thermal_zone0", 62.0, None, None, "cpu"),
         ("tsens_tz_sensor2", "thermal_zone1", 70.0, None, None, "other")],
    ).zone(0, "tsens_tz_sensor1", 62000).zone(1, "tsens_tz_sensor2", 70000),
    Machine(
        "a POWER9", "One chip of the firmware has all sensors; labels tell the cores.", 58.0,
        [
            ("ibmpowernv", "Chip 0 Core 0", 52.0, None, None, "cpu"),
            ("ibmpowernv", "Chip 8 Core 20", 58.0, None, None, "cpu"),
            ("ibmpowernv", "Chip 0 DIMM 0", 61.0, None, None, "other"),
        ],
    ).chip(0, "ibmpowernv", temp1_label="Chip 0 Core 0", temp1_input=52000, temp2_label="Chip 8 Core 20",
           temp2_input=58000, temp3_label="Chip 0 DIMM 0", temp3_input=61000),
    Machine(
        "an Altra", "The part beside the SoC that makes its voltage is hotter, and is not it.", 55.0,
        [("smpro_hwmon", "SoC", 55.0, None, None, "cpu"), ("smpro_hwmon", "SoC VRM", 71.0, None, None, "other")],
    ).chip(0, "smpro_hwmon", temp1_label="SoC", temp1_input=55000, temp2_label="SoC VRM", temp2_input=71000),
    Machine(
        "an old driver", "Name, input and label stand one folder deeper.", 44.0,
        [("via_cputemp", "Core 0", 44.0, None, None, "cpu")],
    ).chip(0, "", "platform/via_cputemp.0")
    .device("platform/via_cputemp.0", name="via_cputemp", temp1_label="Core 0", temp1_input=44000),
    Machine(
        "a board with placeholders", "Nothing is critical at 20 degrees, nor at 127, 511 or 65261.",
        35.0,
        [
            ("acpitz", "temp1", 16.8, None, None, "other"),
            ("nct6798", "temp1", 34.0, None, 105.0, "other"),
            ("coretemp", "Package id 0", 35.0, 82.0, 100.0, "cpu"),
        ],
    ).chip(0, "acpitz", temp1_input=16800, temp1_crit=20800)
    .chip(1, "nct6798", temp1_input=34000, temp1_max=127000, temp1_crit=105000, temp1_emergency=511000)
    .chip(2, "coretemp", "platform/coretemp.0", temp1_label="Package id 0", temp1_input=35000, temp1_max=82000,
          temp1_crit=100000),
    Machine(
        "two packages with a gap", "The driver counts them 0 and 1, the hardware 0 and 3.", 63.0,
        [
            ("coretemp 1", "Core 0", 61.0, None, None, "cpu"),
            ("coretemp 2", "Core 0", 63.0, None, None, "cpu"),
        ],
        cores={0: 61.0, 1: 63.0},
    ).chip(0, "coretemp", "platform/coretemp.0", temp2_label="Core 0", temp2_input=61000)
    .chip(1, "coretemp", "platform/coretemp.1", temp2_label="Core 0", temp2_input=63000)
    .core(0, 0, 0).core(1, 3, 0),
    Machine(
        "one package of two dies", "Each die has a device of its own.", 66.0,
        [
            ("coretemp 1", "Core 0", 64.0, None, None, "cpu"),
            ("coretemp 2", "Core 0", 66.0, None, None, "cpu"),
        ],
        {"/sys/devices/system/cpu/cpu0/topology/die_id": "0", "/sys/devices/system/cpu/cpu1/topology/die_id": "1"},
        cores={0: 64.0, 1: 66.0},
    ).chip(0, "coretemp", "platform/coretemp.0", temp2_label="Core 0", temp2_input=64000)
    .chip(1, "coretemp", "platform/coretemp.1", temp2_label="Core 0", temp2_input=66000)
    .core(0, 0, 0).core(1, 0, 0),
]  # fmt: skip
MORE_MACHINES[3].files["/sys/class/thermal/thermal_zone0/cdev0/type"] = "cpufreq-cpu0"
