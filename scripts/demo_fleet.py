"""The made-up machines of `nodetop --demo`, and what runs on them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Program:
    """What runs on a machine: CPU in percent of one core at full load, memory in MiB."""

    name: str
    user: str
    command: str
    cpu: float
    memory: float
    count: int = 1
    unit: str | None = None
    """The systemd unit, or without ".service" the container that it runs in."""


@dataclass(frozen=True)
class Machine:
    name: str
    cores: int
    memory: float
    model: str
    night: float
    """Share of the load that is there at night as well."""
    programs: tuple[Program, ...]
    mounts: tuple[tuple[str, str, float, float], ...]
    traffic: float


SYSTEM = (
    Program("systemd", "root", "/sbin/init", 0.1, 12),
    Program("systemd-journal", "root", "/lib/systemd/systemd-journald", 0.4, 38, unit="systemd-journald.service"),
    Program("sshd", "root", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", 0.0, 9, unit="ssh.service"),
    Program("cron", "root", "/usr/sbin/cron -f", 0.0, 3, unit="cron.service"),
    Program(
        "nodetop-server",
        "nodetop",
        "/usr/bin/nodetop-server --join https://hub:8082",
        0.6,
        44,
        unit="nodetop-server.service",
    ),
    Program("containerd", "root", "/usr/bin/containerd", 0.0, 58, unit="containerd.service"),
    Program("rsyslogd", "root", "/usr/sbin/rsyslogd -n -iNONE", 0.0, 7, unit="rsyslog.service"),
    Program("dbus-daemon", "messagebus", "/usr/bin/dbus-daemon --system --nofork", 0.0, 5, unit="dbus.service"),
    Program("systemd-logind", "root", "/usr/lib/systemd/systemd-logind", 0.0, 9, unit="systemd-logind.service"),
    Program("systemd-udevd", "root", "/usr/lib/systemd/systemd-udevd", 0.0, 11, unit="systemd-udevd.service"),
    Program("agetty", "root", "/sbin/agetty -o -- \\u --noreset tty1 linux", 0.0, 2, unit="getty@tty1.service"),
    Program("bash", "ada", "-bash", 0.0, 5, unit="session-7.scope"),
    Program("kworker/2:1-events", "root", "", 0.3, 0),
    Program("rcu_preempt", "root", "", 0.0, 0),
    Program("kswapd0", "root", "", 0.0, 0),
    Program("ksoftirqd/0", "root", "", 0.2, 0),
)
WEB = (
    Program("nginx", "www-data", "nginx: worker process", 22, 84, 4, "nginx.service"),
    Program("node", "app", "node /srv/shop/server.js --port 3000", 58, 410, 3, "shop"),
    Program("redis-server", "redis", "/usr/bin/redis-server 127.0.0.1:6379", 6, 220, unit="redis.service"),
)
DATABASE = (
    Program("postgres", "postgres", "postgres: 16/main: shop shop 10.0.0.11 SELECT", 44, 620, 6, "postgresql.service"),
    Program(
        "postgres",
        "postgres",
        "/usr/lib/postgresql/16/bin/postgres -D /var/lib/postgresql/16",
        4,
        2100,
        1,
        "postgresql.service",
    ),
    Program("postgres", "postgres", "postgres: 16/main: autovacuum worker", 9, 96, unit="postgresql.service"),
)
JOBS = (
    Program("python3", "jobs", "python3 -m celery -A shop worker --concurrency 4", 38, 310, 4, "jobs.service"),
    Program("ffmpeg", "jobs", "ffmpeg -i upload-4711.mov -vf scale=1280:-2 out.mp4", 118, 380, unit="transcode"),
)
REPORT = Program("report", "jobs", "python3 /srv/jobs/report.py --month 2026-10", 98, 900, unit="report.service")
LIMITS: dict[str, tuple[float | None, float | None]] = {
    "shop": (4.0, 2.0),
    "transcode": (1.6, 1.0),
    "jobs.service": (None, 3.0),
}
"""Cores and GiB that a unit or container may use."""
FLEET = (
    Machine("web-1", 8, 15.6, "Intel Xeon Gold 6226R", 0.25, WEB, (("/dev/vda1", "/", 78, 41.0),), 22e6),
    Machine("web-2", 8, 15.6, "Intel Xeon Gold 6226R", 0.25, WEB, (("/dev/vda1", "/", 78, 38.0),), 19e6),
    Machine(
        "db-1", 16, 62.8, "AMD EPYC 7443P", 0.4, DATABASE,
        (("/dev/nvme0n1p2", "/", 98, 27.0), ("/dev/mapper/data", "/var/lib/postgresql", 930, 83.0)), 14e6,
    ),
    Machine(
        "worker-1", 4, 7.8, "AMD EPYC 7443P", 0.7, JOBS,
        (("/dev/vda1", "/", 58, 52.0), ("/dev/vdb", "/srv/media", 390, 64.0)), 6e6,
    ),
)  # fmt: skip
CHAINS = {
    "/dev/vda1": (("vda1", "partition", None), ("vda", "disk", None)),
    "/dev/vdb": (("vdb", "disk", None),),
    "/dev/nvme0n1p2": (("nvme0n1p2", "partition", None), ("nvme0n1", "disk", None)),
    "/dev/mapper/data": (("dm-0", "lvm", "data"), ("nvme1n1", "disk", None)),
}
"""What each mounted device is on: device, kind, and the name of a mapping."""
