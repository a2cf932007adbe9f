"""Makes nodetop/recording/demo.jsonl.gz, the recording of `nodetop --demo`: a day of four made-up machines.

The same each time. Its story: at 11:20 a monthly report eats the memory of worker-1 until the kernel
kills it, at 11:53; the disk of db-1 fills up slowly; web-2 gets a burst of requests at 11:56.
"""

import math
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from demo_fleet import CHAINS, FLEET, REPORT, SYSTEM, Machine
from demo_workloads import balance, problems, workloads

from nodetop.base.version import __version__
from nodetop.history.rollup import Accumulator
from nodetop.model.snapshot import (
    BackingDevice,
    CoreMetrics,
    CpuMetrics,
    DiskMetrics,
    FilesystemMetrics,
    HistoryPoint,
    HostInfo,
    MemoryMetrics,
    MonitorCost,
    NetworkMetrics,
    NodeSnapshot,
    Pressure,
    ProbeReport,
    ProcessMetrics,
    ProcessSummary,
    SensorReading,
    TemperatureMetrics,
)
from nodetop.recording.file import INCIDENT_FORMAT, Header
from nodetop.recording.incident_file import IncidentFile

GIB = 2**30
END = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).timestamp()
DAY, POINT, RECENT, INTERVAL = 86_400.0, 300.0, 600.0, 5.0
RUNAWAY, KILLED, BURST = END - 2400, END - 420, END - 240


class Weather:
    """Numbers that rise and fall with the time of day, and are never quite the same."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._phases = [self._random.uniform(0, 2 * math.pi) for _ in range(6)]

    def at(self, at: float, night: float) -> float:
        """Load between 0 and about 1."""
        hour = at % DAY / 3600
        day = night + (1 - night) * max(math.sin((hour - 5) / 18 * math.pi), 0.0)
        waves = sum(
            share * math.sin(at / period * 2 * math.pi + phase)
            for (period, share), phase in zip(
                ((5400, 0.12), (1300, 0.1), (420, 0.08), (97, 0.07), (31, 0.05), (13, 0.03)), self._phases, strict=True
            )
        )
        return min(max(day * (0.55 + waves) + self._random.gauss(0, 0.015), 0.01), 1.2)


class Host:
    """One machine over time; ask for samples in order."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.weather = Weather(machine.name)
        self.boot = END - 12 * DAY - 5000 * len(machine.name)
        self.seq = 0
        self.cpu_seconds: dict[int, float] = {}
        self.loads = [0.0, 0.0, 0.0]

    def load(self, at: float) -> float:
        load = self.weather.at(at, self.machine.night)
        if self.machine.name == "web-2" and at >= BURST:
            load = min(load + 0.75 * min((at - BURST) / 30, 1), 1.25)
        return load

    def runaway(self, at: float) -> float | None:
        """How far the report has come in eating the memory; None while it does not run."""
        if self.machine.name == "worker-1" and RUNAWAY <= at < KILLED:
            return (at - RUNAWAY) / (KILLED - RUNAWAY)
        return None

    def sample(self, at: float, interval: float) -> NodeSnapshot:
        machine, load, eaten = self.machine, self.load(at), self.runaway(at)
        self.seq += 1
        rows = tuple(self._rows(at, load, eaten, interval))
        busy = min(sum(row.cpu_percent or 0 for row in rows) / machine.cores * 1.08 + 1.5, 99.6)
        for index, minutes in enumerate((1, 5, 15)):
            share = math.exp(-interval / 60 / minutes)
            self.loads[index] = self.loads[index] * share + busy / 100 * machine.cores * 1.1 * (1 - share)
        used = sum(row.resident_bytes or 0 for row in rows) + 0.09 * machine.memory * GIB
        cpu = self._cpu(busy, eaten)
        memory = self._memory(min(used, 0.985 * machine.memory * GIB), at, eaten)
        was_killed = machine.name == "worker-1" and at >= KILLED
        return NodeSnapshot(
            node=machine.name, taken_at=at, interval=interval, boot_id=f"demo-{machine.name}", seq=self.seq,
            host=HostInfo(
                hostname=machine.name, os="Debian GNU/Linux 13 (trixie)", kernel="6.12.57-amd64", architecture="x86_64",
                boot_time=self.boot, uptime_seconds=at - self.boot, cpu_count=machine.cores,
            ),
            cpu=cpu,
            memory=memory,
            balance=balance(rows, cpu, memory),
            workloads=workloads(machine, rows, machine.traffic * load),
            units=problems(KILLED if was_killed else None),
            filesystems=tuple(self._filesystem(*mount, at) for mount in machine.mounts),
            disks=tuple(self._disks(load, eaten)),
            networks=self._networks(load),
            temperature=self._temperature(busy),
            processes=ProcessSummary(
                total=len(rows) + 96, running=sum(row.state == "R" for row in rows), sleeping=90 + len(rows) // 2,
                stopped=0, zombie=int(machine.name == "worker-1"), threads=310 + 4 * len(rows), rows=rows,
            ),
            probes=(ProbeReport(name="cpu", seconds=0.0004), ProbeReport(name="processes", seconds=0.0031)),
            monitor=MonitorCost(cpu_percent=0.4, resident_bytes=44 * 2**20, sampling_seconds=0.0046),
        )  # fmt: skip

    def _rows(self, at: float, load: float, eaten: float | None, interval: float) -> Iterator[ProcessMetrics]:
        programs = [*self.machine.programs, *SYSTEM] + ([REPORT] if eaten is not None else [])
        pid = 300
        for program in programs:
            for index in range(program.count):
                pid = pid + 37 if program is not REPORT else 48_211
                own = load * (1 + 0.3 * math.sin(at / 47 + index * 2 + len(program.name)))
                cpu = round(program.cpu * (min(own, 1.3) if program is not REPORT else 1), 2)
                memory = program.memory * 2**20 * (0.9 + 0.15 * load if program.cpu > 1 else 1.0)
                if program is REPORT and eaten is not None:
                    memory = eaten * 0.82 * self.machine.memory * GIB
                memory -= memory % 4096
                began = 0.0 if program is REPORT else program.cpu * 900
                self.cpu_seconds[pid] = self.cpu_seconds.get(pid, began) + cpu * interval / 100
                yield ProcessMetrics(
                    pid=pid, ppid=1 if program.command else 2,
                    name=program.name, command=program.command, user=program.user,
                    state="R" if cpu > 45 else "S" if program.command else "I", cpu_percent=cpu,
                    memory_percent=round(memory / self.machine.memory / GIB * 100, 2), resident_bytes=int(memory),
                    virtual_bytes=int(memory * 2.6), threads=1 + (len(program.name) % 7 if program.cpu > 1 else 0),
                    nice=0, priority=20,
                    started_at=RUNAWAY if program is REPORT else self.boot + 60 + pid,
                    cpu_seconds=round(self.cpu_seconds[pid], 2), read_bytes_per_second=0.0,
                    write_bytes_per_second=round(cpu * 2600, 1) if program.unit else 0.0, container=program.unit,
                )  # fmt: skip

    def _cpu(self, busy: float, eaten: float | None) -> CpuMetrics:
        shift = self.seq / 9
        cores = tuple(
            CoreMetrics(
                index=index,
                busy_percent=(share := min(max(busy * (1 + 0.35 * math.sin(shift + index * 1.9)), 0.5), 100)),
                user_percent=share * 0.7, system_percent=share * 0.3, iowait_percent=0.0, frequency_mhz=2900.0,
            )
            for index in range(self.machine.cores)
        )  # fmt: skip
        waiting = 2 + 30 * eaten if eaten is not None else 0.8 + busy / 40
        return CpuMetrics(
            busy_percent=busy, user_percent=busy * 0.68, nice_percent=0.0, system_percent=busy * 0.28,
            iowait_percent=min(waiting, 100 - busy), irq_percent=busy * 0.03, steal_percent=busy * 0.01,
            guest_percent=0.0, cores=cores, load_1m=self.loads[0], load_5m=self.loads[1], load_15m=self.loads[2],
            model=self.machine.model, frequency_mhz=2900.0, pressure=Pressure(some_10s_percent=max(busy - 70, 0) / 3),
            io_pressure=Pressure(some_10s_percent=waiting / 4),
        )  # fmt: skip

    def _memory(self, used: float, at: float, eaten: float | None) -> MemoryMetrics:
        total = int(self.machine.memory * GIB)
        swap = (0.04 + 0.9 * max((eaten or 0) - 0.5, 0) * 2) * 2 * GIB
        free = total - int(used)
        kills = int(self.machine.name == "worker-1" and at >= KILLED)
        return MemoryMetrics(
            total_bytes=total, used_bytes=int(used), available_bytes=free, free_bytes=int(free * 0.3),
            buffers_bytes=int(free * 0.06), cached_bytes=int(free * 0.6), used_percent=used / total * 100,
            swap_total_bytes=2 * GIB, swap_used_bytes=int(swap), swap_in_bytes_per_second=0.0,
            swap_out_bytes_per_second=9e6 * (eaten or 0), oom_kills=kills,
            pressure=Pressure(some_10s_percent=60 * max((eaten or 0) - 0.7, 0), full_10s_percent=0.0),
        )  # fmt: skip

    def _filesystem(self, device: str, mount: str, size: float, percent: float, at: float) -> FilesystemMetrics:
        if mount == "/var/lib/postgresql":
            percent += 9 * (1 - (END - at) / DAY)
        total = int(size * GIB)
        used = int(total * percent / 100)
        return FilesystemMetrics(
            device=device, mount_point=mount, fs_type="ext4", total_bytes=total, used_bytes=used,
            available_bytes=total - used, used_percent=percent, inodes_total=5_000_000, inodes_used_percent=4.0,
            backing=tuple(
                BackingDevice(device=name, kind=kind, name=mapping, depth=depth)
                for depth, (name, kind, mapping) in enumerate(CHAINS[device])
            ),
        )  # fmt: skip

    def _disks(self, load: float, eaten: float | None) -> Iterator[DiskMetrics]:
        """The last disk has the data, and most of the work."""
        for index, (device, mount, size, _) in enumerate(reversed(self.machine.mounts)):
            scale = load * self.machine.cores * 1.6e6 * (1 + 8 * (eaten or 0)) / 12**index
            yield DiskMetrics(
                device=CHAINS[device][-1][0], model="Virtio block" if "/vd" in device else "INTEL SSDPE2KX010T8",
                size_bytes=int(size * GIB), read_bytes_per_second=scale * 0.6, write_bytes_per_second=scale,
                reads_per_second=scale / 48_000, writes_per_second=scale / 24_000,
                utilisation_percent=min((load * 34 + 60 * (eaten or 0)) / 12**index, 100), read_await_ms=0.4 + load,
                write_await_ms=0.9 + 2 * load + 9 * (eaten or 0), queue_depth=load * 1.4 / 12**index,
                mount_points=(mount,),
            )  # fmt: skip

    def _networks(self, load: float) -> tuple[NetworkMetrics, ...]:
        octet = 11 + FLEET.index(self.machine)
        traffic = self.machine.traffic * load
        return (
            NetworkMetrics(
                interface="eth0", addresses=(f"10.0.0.{octet}",), mac=f"52:54:00:12:34:{octet}", state="up",
                speed_mbps=10_000, receive_bytes_per_second=traffic * 0.35, transmit_bytes_per_second=traffic,
                receive_packets_per_second=traffic / 900, transmit_packets_per_second=traffic / 1100, receive_errors=0,
                transmit_errors=0, receive_drops=0, transmit_drops=0,
            ),
            NetworkMetrics(
                interface="lo", kind="loopback", in_total=False, addresses=("127.0.0.1", "::1"), state="up",
                receive_bytes_per_second=traffic / 40, transmit_bytes_per_second=traffic / 40,
                receive_packets_per_second=90.0, transmit_packets_per_second=90.0, receive_errors=0, transmit_errors=0,
                receive_drops=0, transmit_drops=0,
            ),
        )  # fmt: skip

    def _temperature(self, busy: float) -> TemperatureMetrics:
        celsius = 41 + busy * 0.38
        package = SensorReading(
            chip="coretemp", label="Package id 0", celsius=celsius, high_celsius=84, critical_celsius=100, kind="cpu"
        )
        drive = SensorReading(
            chip="nvme", label="Composite", celsius=39 + busy / 20, critical_celsius=84.8, kind="disk"
        )
        return TemperatureMetrics(cpu_celsius=celsius, sensors=(package, drive))


def recorded(machine: Machine) -> tuple[list[HistoryPoint], list[NodeSnapshot]]:
    """The day in points of five minutes, and the last ten minutes in samples."""
    host, points = Host(machine), []
    at = END - DAY
    while at < END - RECENT:
        accumulator = Accumulator(at)
        for _ in range(5):
            at += POINT / 5
            accumulator.add(rounded(host.sample(at - POINT / 5, POINT / 5)))
        point = accumulator.point()
        assert point is not None
        points.append(rounded(point))
    samples = []
    while at <= END:
        samples.append(rounded(host.sample(at, INTERVAL)))
        at += INTERVAL
    return points, samples


def rounded(value: Any) -> Any:
    """With few digits: the file gets half as large."""
    return msgspec.convert(_rounded(msgspec.to_builtins(value)), type(value))


def _rounded(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _rounded(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_rounded(value) for value in tree]
    if isinstance(tree, float):
        return round(tree, 1 if abs(tree) < 10_000 else -2 if abs(tree) < 1e9 else 0)
    return tree


def main(path: Path) -> None:
    header = Header(
        nodetop_recording=INCIDENT_FORMAT, version=__version__, made_at=END, made_by="scripts/make_demo.py",
        source="a made-up fleet", since=END - DAY, until=END, nodes=tuple(machine.name for machine in FLEET),
    )  # fmt: skip
    with IncidentFile(path, force=True) as file:
        file.begin(header)
        for machine in FLEET:
            points, samples = recorded(machine)
            file.add_points(machine.name, POINT, points)
            file.add_samples(samples)
        size = file.commit()
    print(f"{path}: {size} bytes, {file.samples} samples and {file.points} points of {len(FLEET)} machines")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "nodetop/recording/demo.jsonl.gz"))
