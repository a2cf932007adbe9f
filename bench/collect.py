"""The cost of one sample: nodetop's probes compared with psutil.process_iter, in the same process at the same time.

    python bench/collect.py                    # 0, 500 and 2,000 extra idle processes
    python bench/collect.py --procs 500 --samples 40

Prints milliseconds of CPU per sample (medians, including the kernel's work), and the ratio of psutil's time to that of
our process probe for the same columns. Machines are noisy, so quote the ratio of one run."""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
from extra_processes import extra_processes

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler

COLUMNS = ["name", "username", "status", "ppid", "cpu_times", "nice", "num_threads", "memory_info"]


def milliseconds(work: Callable[[], object]) -> float:
    """The CPU time of a call, over all threads of this process."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def ask_psutil() -> None:
    """Reads what a monitor shows in its process table."""
    for _ in psutil.process_iter(COLUMNS):
        pass


@dataclass
class Costs:
    """Milliseconds of CPU, one value per sample."""

    processes: int = 0
    all_probes: list[float] = field(default_factory=list)
    process_probe: list[float] = field(default_factory=list)
    psutil: list[float] = field(default_factory=list)


def measure(samples: int, pause: float) -> Costs:
    """Takes our samples and psutil's in turn, after both have seen all processes."""
    costs, files = Costs(), HostFiles()
    sampler, probe = Sampler(files, probes(files)), ProcessesProbe(files)
    previous, at = probe.read(), time.monotonic()

    def ask_probe() -> None:
        nonlocal previous, at
        current, now = probe.read(), time.monotonic()
        costs.processes = len(probe.derive(previous, current, now - at).rows)
        previous, at = current, now

    turns = ((costs.all_probes, sampler.sample), (costs.process_probe, ask_probe), (costs.psutil, ask_psutil))
    for turn in range(samples + 3):
        for found, work in turns:
            time.sleep(pause)
            cost = milliseconds(work)
            if turn >= 3:
                found.append(cost)
    sampler.close()
    probe.close()
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--procs", type=int, nargs="+", default=[0, 500, 2000], help="extra idle processes")
    parser.add_argument("--samples", type=int, default=15, help="number of samples of each kind (default: 15)")
    parser.add_argument("--pause", type=float, default=0.25, help="seconds between samples (default: 0.25)")
    options = parser.parse_args()
    print(f"{'extra':>6} {'in all':>7} {'nodetop, all probes':>20} {'its processes':>14} {'psutil':>8} {'ratio':>6}")
    for count in options.procs:
        with extra_processes(count):
            costs = measure(options.samples, options.pause)
        ours, mine, theirs = map(statistics.median, (costs.all_probes, costs.process_probe, costs.psutil))
        print(
            f"{count:>6} {costs.processes:>7} {ours:>17.2f} ms {mine:>11.2f} ms {theirs:>5.0f} ms{theirs / mine:>7.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
