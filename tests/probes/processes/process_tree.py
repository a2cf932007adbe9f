"""A /proc of processes, written into a folder, as a recorded host would be."""

from pathlib import Path

from nodetop.probes.host_files import HostFiles


class ProcessTree:
    """A host at `uptime` seconds after its start, with as many processes as are put into it."""

    def __init__(self, folder: Path, *, uptime: float = 1000.0, cpus: int = 4, passwd: str | None = None) -> None:
        self.folder = folder
        self.proc = folder / "proc"
        self.proc.mkdir(parents=True)
        self.cpus = cpus
        (self.proc / "meminfo").write_text("MemTotal:       1000000 kB\nMemFree:         500000 kB\n")
        self.at(uptime)
        if passwd is not None:
            (folder / "etc").mkdir()
            (folder / "etc" / "passwd").write_text(passwd)

    @property
    def files(self) -> HostFiles:
        return HostFiles(proc=str(self.proc), sys=str(self.folder / "sys"), root=str(self.folder))

    def at(self, uptime: float) -> None:
        """Time goes on."""
        (self.proc / "uptime").write_text(f"{uptime:.2f} 0.00\n")
        cpus = "".join(f"cpu{index} 1 0 1 100 0 0 0 0 0 0\n" for index in range(self.cpus))
        (self.proc / "stat").write_text(f"cpu  4 0 4 400 0 0 0 0 0 0\n{cpus}btime 1700000000\n")

    def put(
        self,
        pid: int,
        comm: bytes = b"sleep",
        *,
        state: str = "S",
        ticks: tuple[int, int] = (10, 5),
        start: int = 100,
        threads: int = 1,
        pages: int = 250,
        uid: int = 0,
        cmdline: bytes | None = b"sleep\x001000\x00",
        cgroup: bytes = b"0::/\n",
        io: tuple[int, int] | None = (0, 0),
        flags: int = 4194304,
        ppid: int = 1,
        children: int = 0,
        io_wait: int = 0,
    ) -> Path:
        """Writes or overwrites one process; returns its folder."""
        folder = self.proc / str(pid)
        folder.mkdir(exist_ok=True)
        line = stat_line(pid, comm, state, ticks, start, threads, pages, flags, ppid, children, io_wait)
        (folder / "stat").write_bytes(line)
        (folder / "status").write_text(f"Name:\tx\nUid:\t0\t{uid}\t{uid}\t{uid}\nGid:\t0\t0\t0\t0\n")
        (folder / "cgroup").write_bytes(cgroup)
        if cmdline is not None:
            (folder / "cmdline").write_bytes(cmdline)
        if io is not None:
            (folder / "io").write_text(
                f"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: {io[0]}\nwrite_bytes: {io[1]}\n"
                "cancelled_write_bytes: 0\n"
            )
        return folder


def stat_line(
    pid: int = 7,
    comm: bytes = b"sleep",
    state: str = "S",
    ticks: tuple[int, int] = (10, 5),
    start: int = 100,
    threads: int = 1,
    pages: int = 250,
    flags: int = 4194304,
    ppid: int = 1,
    children: int = 0,
    io_wait: int = 0,
) -> bytes:
    """A line of /proc/PID/stat."""
    return (
        b"%d (%s) %s %d %d %d 0 -1 %d 1 2 3 4 %d %d %d 0 20 0 %d 0 %d 8192000 %d 18446744073709551615 1 1 %s%d 0 0\n"
        % (
            *(pid, comm, state.encode(), ppid, pid, pid, flags),
            *ticks,
            *(children, threads, start, pages),
            *(b"0 " * 14, io_wait),  # fields 28 to 41, and 42
        )
    )
