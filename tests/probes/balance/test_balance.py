"""The balance of recorded hosts, where every number is known. What is true of real processes is in test_live.py."""

from pathlib import Path

import pytest

from nodetop.base.clock import FakeClock
from nodetop.model.snapshot import Balance, NodeSnapshot
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from tests.probes.processes.process_tree import ProcessTree

CPU = ("listed", "ended", "kernel", "steal", "other")
MEMORY = ("processes", "cache", "kernel", "huge_pages", "free", "other")
KTHREAD = 0x00200000


class Host:
    """Two CPUs. Every step is ten seconds: 2,000 ticks, so 20 ticks are one percent."""

    def __init__(self, folder: Path) -> None:
        self.tree = ProcessTree(folder, cpus=2)
        self.clock = FakeClock(wall=1_700_001_000.0)
        self.sampler = Sampler(self.tree.files, probes(self.tree.files, platform="linux"), clock=self.clock)
        self.ticks = dict.fromkeys(("user", "system", "idle", "irq", "softirq", "steal"), 1000)
        self.forks = 5000
        self.uptime = 1000.0
        self._write()

    def goes_on(self, forks: int = 0, **ticks: int) -> None:
        """Ten seconds, of which these ticks were busy."""
        for name, count in ticks.items():
            self.ticks[name] += count
        self.ticks["idle"] += 2000 - sum(ticks.values())
        self.forks += forks
        self.uptime += 10
        self.clock.advance(10.0)
        self._write()

    def _write(self) -> None:
        self.tree.at(self.uptime)
        t = self.ticks
        line = f"{t['user']} 0 {t['system']} {t['idle']} 0 {t['irq']} {t['softirq']} {t['steal']} 0 0"
        (self.tree.proc / "stat").write_text(
            f"cpu  {line}\ncpu0 {line}\ncpu1 {line}\nintr 5 0 0\nctxt 77\nbtime 1700000000\nprocesses {self.forks}\n"
        )

    def sample(self) -> NodeSnapshot:
        return self.sampler.sample()

    def end(self, pid: int) -> None:
        folder = self.tree.proc / str(pid)
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def parts(snapshot: NodeSnapshot) -> dict[str, float]:
    """The parts of the CPU in percent, after checking that they add up."""
    assert snapshot.balance is not None and snapshot.cpu is not None
    found = {name: getattr(snapshot.balance, f"cpu_{name}_percent") for name in CPU}
    assert sum(found.values()) == pytest.approx(snapshot.cpu.busy_percent, abs=1e-9)
    assert min(found.values()) >= 0
    return {name: round(value, 6) for name, value in found.items()}


def test_the_first_sample_has_no_parts_of_cpu(host: Host) -> None:
    host.tree.put(1, b"init")
    found = host.sample().balance
    assert found is not None
    assert {getattr(found, f"cpu_{name}_percent") for name in CPU} == {None}
    assert found.memory_processes_bytes is not None


def test_a_build_of_many_short_processes_is_named(host: Host) -> None:
    host.tree.put(1, b"init")
    host.tree.put(50, b"make", ticks=(10, 10), children=100)
    host.sample()
    host.goes_on(forks=4000, user=1600, system=200, softirq=40)
    host.tree.put(50, b"make", ticks=(50, 10), children=100 + 1640)
    host.tree.put(2, b"kworker/0:1", ticks=(0, 0), start=2, flags=KTHREAD, ppid=0)
    snapshot = host.sample()
    assert parts(snapshot) == {"listed": 2.0, "ended": 82.0, "kernel": 2.0, "steal": 0.0, "other": 6.0}
    assert snapshot.balance is not None and snapshot.cpu is not None and snapshot.processes is not None
    assert (snapshot.balance.ended_parent, snapshot.balance.ended_parent_pid) == ("make", 50)
    assert snapshot.cpu.forks_per_second == 400.0
    assert sum(row.cpu_percent or 0 for row in snapshot.processes.rows) == 4.0, "the list alone shows an idle machine"


def test_what_an_ended_process_used_while_it_was_listed_is_not_counted_again(host: Host) -> None:
    host.tree.put(1, b"init")
    host.tree.put(50, b"sh")
    host.tree.put(60, b"cc1", ticks=(5000, 0), ppid=50, children=300)
    host.sample()
    host.end(60)
    host.tree.put(50, b"sh", children=5000 + 300 + 100)
    host.goes_on(user=100)
    assert parts(host.sample())["ended"] == 5.0


def test_the_time_of_whole_families_that_ended_is_in_the_ancestor_that_lives(host: Host) -> None:
    host.tree.put(1, b"init")
    host.tree.put(50, b"make")
    host.tree.put(60, b"sh", ticks=(20, 0), ppid=50, children=40)
    host.tree.put(70, b"cc1", ticks=(400, 0), ppid=60)
    host.sample()
    host.end(60)
    host.end(70)
    host.tree.put(50, b"make", children=20 + 40 + 400 + 200)
    host.goes_on(user=200)
    assert parts(host.sample())["ended"] == 10.0


def test_an_orphan_is_subtracted_where_init_waited_for_it(host: Host) -> None:
    host.tree.put(1, b"init")
    host.tree.put(50, b"sh")
    host.tree.put(60, b"daemon", ticks=(900, 0), ppid=50)
    host.sample()
    host.end(60)
    host.tree.put(1, b"init", children=900 + 60)
    host.goes_on(user=60)
    assert parts(host.sample())["ended"] == 3.0


def test_a_new_process_brings_its_time_and_that_of_its_children(host: Host) -> None:
    host.tree.put(1, b"init")
    host.sample()
    host.goes_on(user=500)
    host.tree.put(80, b"make", ticks=(60, 0), start=100_500, children=340)
    assert parts(host.sample()) == {"listed": 3.0, "ended": 17.0, "kernel": 0.0, "steal": 0.0, "other": 5.0}


def test_an_old_process_that_is_seen_for_the_first_time_explains_nothing(host: Host) -> None:
    host.tree.put(1, b"init")
    host.sample()
    host.goes_on(user=500)
    host.tree.put(80, b"make", ticks=(60_000, 0), start=500, children=90_000)
    assert parts(host.sample()) == {"listed": 0.0, "ended": 0.0, "kernel": 0.0, "steal": 0.0, "other": 25.0}


def test_a_reused_pid_is_another_process(host: Host) -> None:
    host.tree.put(1, b"init")
    host.tree.put(50, b"sh")
    host.tree.put(60, b"old", ticks=(9000, 0), ppid=50, children=9000)
    host.sample()
    host.goes_on(user=200)
    host.tree.put(50, b"sh", children=18_000 + 80)
    host.tree.put(60, b"new", ticks=(100, 0), ppid=50, start=100_200)
    assert parts(host.sample()) == {"listed": 5.0, "ended": 4.0, "kernel": 0.0, "steal": 0.0, "other": 1.0}


def test_kernel_threads_interrupts_and_steal_are_parts_of_their_own(host: Host) -> None:
    for pid, name in ((2, b"kthreadd"), (15, b"ksoftirqd/0")):
        host.tree.put(pid, name, flags=KTHREAD, ppid=0)
    host.sample()
    host.goes_on(system=100, irq=20, softirq=60, steal=40)
    host.tree.put(2, b"kthreadd", ticks=(10, 105), flags=KTHREAD, ppid=0)
    host.tree.put(15, b"ksoftirqd/0", ticks=(10, 65), flags=KTHREAD, ppid=0)  # in the softirq column already
    assert parts(host.sample()) == {"listed": 0.0, "ended": 0.0, "kernel": 9.0, "steal": 2.0, "other": 0.0}


@pytest.mark.parametrize("used", [100, 10_000, 2**61])
def test_parts_never_exceed_the_busy_time(host: Host, used: int) -> None:
    host.tree.put(50, b"sh")
    host.sample()
    host.goes_on(user=60, irq=20)
    host.tree.put(50, b"sh", ticks=(used, 0), children=used)
    found = parts(host.sample())
    assert found["listed"] == 3.0 and found["ended"] == found["other"] == 0.0


def test_a_counter_that_ran_backwards_counts_as_unchanged(host: Host) -> None:
    host.tree.put(50, b"sh", ticks=(500, 0), children=500)
    host.sample()
    host.goes_on(user=100)
    host.tree.put(50, b"sh", ticks=(10, 0), children=10)
    assert parts(host.sample()) == {"listed": 0.0, "ended": 0.0, "kernel": 0.0, "steal": 0.0, "other": 5.0}


def test_after_a_suspend_nothing_is_known_of_cpu(host: Host) -> None:
    host.tree.put(50, b"sh")
    host.sample()
    host.goes_on(user=100)
    host.clock.suspend(3600.0)
    found = host.sample().balance
    assert found is not None and found.cpu_listed_percent is None and found.memory_free_bytes is not None


def group(host: Host, name: str, microseconds: int) -> None:
    folder = host.tree.folder / "sys/fs/cgroup" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cpu.stat").write_text(f"usage_usec {microseconds}\nuser_usec 0\nsystem_usec 0\n")


def test_what_no_parent_waited_for_is_found_in_the_control_groups(host: Host) -> None:
    (host.tree.proc / "1").mkdir()
    (host.tree.proc / "1/mountinfo").write_text("31 24 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
    host.tree.put(50, b"server", ticks=(0, 0))
    seconds = 1_000_000
    group(host, "system.slice", 90 * seconds)
    group(host, "user.slice", 5 * seconds)
    group(host, "dev-hugepages.mount", 0)
    host.sample()
    host.goes_on(user=1000)
    assert parts(host.sample())["other"] == 50.0, "the groups are read from the next sample on"
    host.goes_on(user=1000)
    host.sample()
    host.goes_on(user=1000)
    host.tree.put(50, b"server", ticks=(200, 0))
    group(host, "system.slice", 98 * seconds)
    group(host, "lxc.payload.web", seconds)  # a new one
    assert parts(host.sample()) == {"listed": 10.0, "ended": 35.0, "kernel": 0.0, "steal": 0.0, "other": 5.0}


def test_version_1_counts_all_groups_in_one_file(host: Host) -> None:
    (host.tree.proc / "1").mkdir()
    (host.tree.proc / "1/mountinfo").write_text("31 24 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n")
    usage = host.tree.folder / "sys/fs/cgroup/cpu/cpuacct.usage"
    usage.parent.mkdir(parents=True)
    usage.write_text(f"{90 * 10**9}\n")
    host.tree.put(2, b"kthreadd", ticks=(0, 0), flags=KTHREAD, ppid=0)
    host.sample()
    for _ in range(2):
        host.goes_on(user=1000)
        host.sample()
    host.goes_on(user=1000)
    host.tree.put(2, b"kthreadd", ticks=(0, 100), flags=KTHREAD, ppid=0)
    usage.write_text(f"{99 * 10**9}\n")
    assert parts(host.sample()) == {"listed": 0.0, "ended": 40.0, "kernel": 5.0, "steal": 0.0, "other": 5.0}


KIB = 1024
MEMINFO = {
    "MemTotal": 1_000_000, "MemFree": 300_000, "MemAvailable": 500_000, "Buffers": 10_000, "Cached": 200_000,
    "AnonPages": 250_000, "Shmem": 5000, "SReclaimable": 40_000, "SUnreclaim": 30_000, "KernelStack": 4000,
    "PageTables": 6000, "SecPageTables": 500, "Percpu": 1500, "HugePages_Total": 32, "Hugetlb": 65_536,
}  # fmt: skip


def memory(host: Host, **changed: int) -> dict[str, float]:
    """The parts of memory in KiB, after checking that they add up."""
    lines = MEMINFO | changed
    (host.tree.proc / "meminfo").write_text("".join(f"{name}: {value} kB\n" for name, value in lines.items()))
    found = host.sample().balance or Balance()
    sizes = {name: getattr(found, f"memory_{name}_bytes") / KIB for name in MEMORY}
    assert sum(sizes.values()) == lines["MemTotal"] and min(sizes.values()) >= 0
    return sizes


def test_the_parts_of_memory_are_those_of_the_kernel(host: Host) -> None:
    folder = host.tree.put(50, b"java")
    (folder / "statm").write_text("2000 50000 12500 1 0 0 0\n")  # pages: 200,000 KiB resident, 50,000 shared
    assert memory(host) == {
        "processes": 150_000, "cache": 250_000, "kernel": 42_000, "huge_pages": 65_536, "free": 300_000,
        "other": 192_464,
    }  # fmt: skip


def test_processes_have_at_most_the_kernels_own_sum(host: Host) -> None:
    for pid in (50, 51):  # forked: the same pages in both
        (host.tree.put(pid, b"server") / "statm").write_text("2000 50000 0 1 0 0 0\n")
    assert memory(host)["processes"] == 250_000


def test_memory_that_contradicts_itself_still_adds_up(host: Host) -> None:
    host.tree.put(1, b"init")
    assert memory(host, MemFree=2_000_000)["free"] == 1_000_000
    assert memory(host, Cached=900_000)["other"] == 0
