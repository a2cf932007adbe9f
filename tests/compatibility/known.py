"""What the old files hold."""

from collections.abc import Iterable

from msgspec.structs import replace

from nodetop.model.snapshot import HistoryPoint, Stat, TopProcess

MIDNIGHT = 1_769_817_600.0
"""2026-01-31 00:00 UTC, between the two days that the files are of."""
NOON = MIDNIGHT + 43_200.0
CHARTED = (
    "cpu_busy_percent", "memory_used_percent", "swap_used_percent", "filesystem_used_percent",
    "disk_read_bytes_per_second", "disk_write_bytes_per_second", "disk_utilisation_percent",
    "network_receive_bytes_per_second", "network_transmit_bytes_per_second", "cpu_celsius", "load_1m",
)  # fmt: skip
"""What was charted then."""


def steady(value: float) -> Stat:
    return Stat(mean=value, max=value)


def _top(*processes: tuple[int, str, str, float]) -> tuple[TopProcess, ...]:
    return tuple(TopProcess(pid=pid, name=name, user=user, value=value) for pid, name, user, value in processes)


LOCAL = HistoryPoint(
    at=NOON,
    samples=7,
    cpu_busy_percent=steady(35.2941),
    memory_used_percent=steady(75.0),
    swap_used_percent=steady(25.0),
    filesystem_used_percent=steady(23.6913),
    disk_read_bytes_per_second=Stat(mean=877949.0, max=1024850.0),
    disk_write_bytes_per_second=Stat(mean=1755900.0, max=2049690.0),
    disk_utilisation_percent=Stat(mean=17.1474, max=20.0165),
    network_receive_bytes_per_second=Stat(mean=42871.0, max=50058.0),
    network_transmit_bytes_per_second=Stat(mean=25722.6, max=30034.8),
    cpu_celsius=steady(47.236),
    load_1m=steady(3.25),
    top_cpu=_top((2, "nginx", "www", 40.04), (3, "postgres", "root", 10.01)),
    top_memory=_top((3, "postgres", "root", 9.0), (2, "nginx", "www", 2.0), (1, "init", "root", 0.025)),
    boot_time=1_769_700_000.0,
    oom_kills=2,
)
"""A point of the monitor's own history of node-a, whole."""
LOCAL_READS = {
    MIDNIGHT - 6600: (7, 924440.0),
    MIDNIGHT - 6300: (6, 989708.0),
    NOON - 300: (11, 950418.0),
    NOON: (7, 877949.0),
    NOON + 300: (2, 834855.0),
    NOON + 600: (5, 873538.0),
}
"""Of all its points: how many samples, and what was read from disks."""


def _pushed(at: float, samples: int, busy: tuple[float, float], seq: tuple[float, float]) -> HistoryPoint:
    """A point of what was pushed to the hub: all follows from CPU and number of the samples, as mean and highest."""

    def times(factor: float, pair: tuple[float, float] = seq) -> Stat:
        return Stat(mean=round(pair[0] * factor, 6), max=round(pair[1] * factor, 6))

    return HistoryPoint(
        at=at,
        samples=samples,
        cpu_busy_percent=times(1, busy),
        memory_used_percent=steady(37.5),
        swap_used_percent=steady(25.0),
        filesystem_used_percent=steady(40.0),
        disk_read_bytes_per_second=times(1000),
        disk_write_bytes_per_second=times(2000),
        disk_utilisation_percent=steady(12.5),
        network_receive_bytes_per_second=times(3000),
        network_transmit_bytes_per_second=times(4000),
        cpu_celsius=steady(47.5),
        load_1m=times(0.1, busy),
        top_cpu=_top((812, "nginx", "www", busy[1] / 2), (901, "postgres", "postgres", 3.5)),
        top_memory=_top((901, "postgres", "postgres", 9.0), (812, "nginx", "www", 2.5)),
        boot_time=1_769_700_000.0,
        oom_kills=2,
    )


def _node(idle: float, last: int) -> list[HistoryPoint]:
    """Node-a or web-1, whose samples 1 to `last` had a CPU of `idle` and their number, one a minute."""
    return [
        _pushed(at, seqs[-1] - seqs[0] + 1, (idle + sum(seqs) / 2, idle + seqs[1]), (sum(seqs) / 2, seqs[1]))
        for at, seqs in (
            (MIDNIGHT - 6600, (1, 5)),
            (MIDNIGHT - 6300, (6, 8)),
            (NOON - 600, (9, 9)),
            (NOON - 300, (10, 14)),
            (NOON, (15, last)),
        )
    ]


STORED = {
    ("lab", "node-a"): _node(10, 15),
    ("lab", "web-1"): _node(40, 15),
    ("east", "db-1"): [_pushed(MIDNIGHT - 6600, 4, (72.5, 74), (2.5, 4))],
}
"""The points in the hub's day files, by cluster and node."""
WITH_JOURNAL = {
    ("lab", "node-a"): _node(10, 18),
    ("lab", "web-1"): _node(40, 18),
    ("east", "db-1"): [*STORED["east", "db-1"], _pushed(NOON, 1, (75, 75), (5, 5))],
}
"""The same with the samples that only the hub's journal has."""


TOPS = "top_cpu", "top_memory"


def rounded(points: Iterable[HistoryPoint]) -> list[HistoryPoint]:
    """Points without what may differ where they were made anew from samples: the last digits of means, and commands,
    which the first points did not keep."""
    return [replace(point, **_means(point), **_tops(point)) for point in points]


def _means(point: HistoryPoint) -> dict[str, Stat | None]:
    return {name: _rounded(getattr(point, name)) for name in CHARTED}


def _tops(point: HistoryPoint) -> dict[str, tuple[TopProcess, ...]]:
    return {name: tuple(replace(each, command="") for each in getattr(point, name)) for name in TOPS}


def _rounded(stat: Stat | None) -> Stat | None:
    return stat and Stat(mean=round(stat.mean, 6), max=round(stat.max, 6))
