"""Whole machines as trees of /proc and /sys, for the real command to be pointed at. After the kernel's formats."""

from collections.abc import Callable
from pathlib import Path

from tests.probes.processes.process_tree import ProcessTree
from tests.probes.temperature.sensor_boards import RASPBERRY_PI_3
from tests.probes.temperature.sensor_machines import RYZEN, TWO_SOCKETS
from tests.probes.tree import Tree

SECTORS_OF_TB = 1_953_525_168
NET_DEV = (
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier "
    "compressed\n"
)


class Host(Tree):
    """`proc` and `sys` below a folder; the root of the file system is not part of it."""

    def __init__(self, folder: Path, hostname: str, *, cpus: int, offline: tuple[int, ...] = ()) -> None:
        super().__init__(folder)
        online = [number for number in range(cpus) if number not in offline]
        each = "".join(f"cpu{number} 100 20 30 800 40 5 5 0 0 0\n" for number in online)
        self.write("/proc/stat", f"cpu  6400 1280 1920 51200 2560 320 320 0 0 0\n{each}btime 1700000000\n")
        self.write("/proc/uptime", "86400.00 1000.00\n")
        self.write("/proc/loadavg", "3.25 2.50 1.75 4/321 9999\n")
        self.write("/proc/sys/kernel/hostname", f"{hostname}\n")
        self.write("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
        self.write("/proc/sys/kernel/random/boot_id", "0d9b3a52-5f35-4b0c-9a43-0123456789ab\n")
        self.write("/sys/devices/system/cpu/online", _ranges(online))
        self.write("/sys/devices/system/cpu/present", f"0-{cpus - 1}\n")
        self.write("/proc/net/dev", NET_DEV)
        self.write("/proc/diskstats", "")
        self.write("/proc/1/mountinfo", "")

    def memory(self, total: int, available: int | None, **more: int) -> None:
        """In KiB."""
        lines = {"MemTotal": total, "MemFree": more.pop("free", total // 10)}
        lines |= {} if available is None else {"MemAvailable": available}
        lines |= {"Buffers": 1000, "Cached": total // 4, "SReclaimable": 5000, "Shmem": 2000} | more
        self.write("/proc/meminfo", "".join(f"{name + ':':16}{value:>9} kB\n" for name, value in lines.items()))

    def mounts(self, *mounts: tuple[str, str, str, str]) -> None:
        """Number, path, type and device of each."""
        lines = [f"{30 + n} 29 {number} / {path} rw,relatime - {kind} {device} rw\n"
                 for n, (number, path, kind, device) in enumerate(mounts)]  # fmt: skip
        self.write("/proc/1/mountinfo", "".join(lines))

    def disk(self, name: str, number: str, sectors: int = SECTORS_OF_TB, **files: str) -> None:
        path = self.folder / "proc/diskstats"
        line = f" {number} {name} 1000 10 80000 500 2000 20 160000 900 0 1200 1400 0 0 0 0 0 0\n"
        path.write_text(path.read_text() + line)
        self.write_all(f"/sys/block/{name}", size=str(sectors), **files)

    def partition(self, name: str, number: str) -> None:
        path = self.folder / "proc/diskstats"
        path.write_text(f"{path.read_text()} {number} {name} 1 0 8 0 1 0 8 0 0 0 0\n")

    def interface(self, name: str, **files: str) -> None:
        path = self.folder / "proc/net/dev"
        path.write_text(f"{path.read_text()}{name:>6}: 1000 10 0 1 0 0 0 0 2000 20 0 0 0 0 0 0\n")
        self.write_all(f"/sys/class/net/{name}", **{"type": "1", "operstate": "up", "ifindex": "2"} | files)

    def processes(self, count: int) -> ProcessTree:
        """Process 1 and others; more can be put."""
        tree = ProcessTree.__new__(ProcessTree)
        tree.folder, tree.proc = self.folder, self.folder / "proc"
        for pid in range(1, count + 1):
            tree.put(pid, b"init" if pid == 1 else b"worker", cmdline=b"/sbin/init\0" if pid == 1 else b"worker\0-x\0")
        return tree


def _ranges(numbers: list[int]) -> str:
    return ",".join(map(str, numbers)) + "\n"


def server64(folder: Path) -> Host:
    """Two packages with 64 CPUs; NVMe, dm and md; a bond below a VLAN."""
    host = Host(folder, "Db-64", cpus=64)
    host.memory(528_000_000, 400_000_000, SwapTotal=8_000_000, SwapFree=6_000_000, SwapCached=1000)
    host.disk("nvme0n1", "259 0", device__model="SAMSUNG MZQL21T9HCJR-00A07")
    host.partition("nvme0n1p1", "259 1")
    host.disk("nvme1n1", "259 2", device__model="SAMSUNG MZQL21T9HCJR-00A07")
    host.disk("md0", "9 0", md__level="raid1", slaves__nvme0n1="", slaves__nvme1n1="")
    host.disk("dm-0", "253 0", dm__name="vg0-root", slaves__md0="")
    host.disk("loop0", "7 0", sectors=2000)
    host.mounts(("253:0", "/", "ext4", "/dev/mapper/vg0-root"), ("0:20", "/proc", "proc", "proc"))
    for name in ("eno1", "eno2"):
        host.interface(name, device__vendor="0x8086", speed="25000")
        host.link(f"/sys/class/net/{name}/master", "../bond0")
    host.interface("bond0", bonding__mode="802.3ad 4", speed="50000")
    host.interface("bond0.7", uevent="DEVTYPE=vlan")
    host.interface("lo", type="772")
    TWO_SOCKETS.write(host)
    host.processes(40)
    return host


def raspberry_pi(folder: Path) -> Host:
    """Four cores, a card, one zone, an old kernel without MemAvailable."""
    host = Host(folder, "raspberrypi", cpus=4)
    host.memory(900_000, None, free=300_000, Cached=200_000)
    host.write(
        "/proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nModel\t: Raspberry Pi 3\n"
    )
    host.disk("mmcblk0", "179 0", device__name="SD64G")
    host.partition("mmcblk0p1", "179 1")
    host.mounts(("179:2", "/", "ext4", "/dev/root"), ("179:1", "/boot", "vfat", "/dev/mmcblk0p1"))
    host.interface("eth0", device__modalias="usb")
    host.interface("wlan0", device__modalias="sdio", uevent="DEVTYPE=wlan", operstate="dormant")
    RASPBERRY_PI_3.write(host)
    host.processes(20)
    return host


def ryzen(folder: Path) -> Host:
    """A desktop with two dies, a graphics card and btrfs."""
    host = Host(folder, "desktop", cpus=32)
    host.memory(64_000_000, 50_000_000)
    host.write("/proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD Ryzen 9 5950X 16-Core Processor\n")
    host.disk("nvme0n1", "259 0", device__model="Samsung SSD 980 PRO 1TB")
    host.mounts(("0:30", "/", "btrfs", "/dev/nvme0n1p2"), ("0:30", "/home", "btrfs", "/dev/nvme0n1p2"))
    host.interface("enp5s0", device__vendor="0x10ec", speed="2500")
    RYZEN.write(host)
    host.processes(30)
    return host


def container(folder: Path) -> Host:
    """An overlay for a root, one end of a veth, the host's CPUs in /sys."""
    host = Host(folder, "web-7d9f", cpus=2)
    host.write("/sys/devices/system/cpu/online", "0-15\n")
    host.memory(2_000_000, 1_500_000)
    host.mounts(("0:90", "/", "overlay", "overlay"), ("8:1", "/etc/hosts", "ext4", "/dev/sda1"))
    host.interface("lo", type="772")
    host.interface("eth0", iflink="77")
    route = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    host.write("/proc/net/route", f"{route}eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n")
    host.processes(3)
    host.write("/proc/1/cgroup", "0::/kubepods.slice/pod1/cri-containerd-1.scope\n")
    return host


def virtual_machine(folder: Path) -> Host:
    """Steal, a paravirtual disk, no sensors."""
    host = Host(folder, "vm", cpus=2)
    host.memory(4_000_000, 3_000_000)
    host.disk("vda", "254 0")
    host.mounts(("254:1", "/", "xfs", "/dev/vda1"))
    host.interface("ens3", device__vendor="0x1af4")
    host.processes(10)
    return host


def oddities(folder: Path) -> Host:
    """A CPU that is offline, names made to harm, and 5,000 processes."""
    host = Host(folder, "od\x1b]0;d\x07", cpus=4, offline=(2,))
    host.memory(8_000_000, 9_999_999, free=1_000_000)
    host.mounts(("8:1", "/", "ext4", "/dev/sda1"), ("8:2", "/mnt/a\\040b\\012\x1b[31m", "ext4", "/dev/sdb1"))
    tree = host.processes(5000)
    tree.put(2, b"a) R 1 (b", cmdline=b"[/foo]\0[@click=app.quit]x\0")
    tree.put(3, b"x\n\x1b]52;c;eA==\x07", cmdline=b"")
    tree.put(4, b"\xff\xfe", state="Z", cmdline=b"", io=None)
    tree.put(5, b"named", cmdline="日本 \u202e\u0301".encode())
    return host


def crowded(folder: Path) -> Host:
    """More than fits on any screen: 256 CPUs, 24 disks, 30 mounts, 60 interfaces, 40 sensors."""
    host = Host(folder, "crowded", cpus=256)
    host.memory(2_000_000_000, 1_200_000_000, SwapTotal=8_000_000, SwapFree=6_000_000)
    mounts = [("253:0", "/", "ext4", "/dev/mapper/vg0-root")]
    for number in range(24):
        name, device = f"sd{chr(97 + number)}", f"{8 + number // 16}:{number % 16 * 16}"
        host.disk(name, device.replace(":", " "), device__model=f"ST16000NM{number:03}")
        mounts.append((device, f"/srv/bucket{number:02}", "xfs", f"/dev/{name}"))
    mounts += [(f"0:{60 + number}", f"/mnt/share{number}", "nfs4", f"nas:/share{number}") for number in range(5)]
    host.mounts(*mounts)
    for number in range(59):
        host.interface(f"veth{number:03}")
    host.interface("eno1", device__vendor="0x8086", speed="25000")
    for number in range(40):
        host.write_all(
            f"/sys/class/hwmon/hwmon{number}", name=f"drivetemp{number:02}", temp1_input=str(30_000 + 500 * number)
        )
    host.processes(50)
    return host


HOSTS: list[Callable[[Path], Host]] = [server64, raspberry_pi, ryzen, container, virtual_machine, oddities, crowded]
