"""The agent of deploy/kubernetes within its limits, on a node with many processes and pods.

    python bench/kubernetes.py                                # 2,000 processes in 110 pods, 120 s; needs root
    python bench/kubernetes.py --processes 500 --load 2       # fewer, beside two programs that need much CPU and cache
    python bench/kubernetes.py --server A/bin/nodetop-server --server B/bin/nodetop-server    # both at the same time

Really starts the processes, in control groups that are named and nested as the kubelet's; runs the agent in a group
with the limits of the DaemonSet (200m CPU, 128 MiB), without capabilities, with the host's folders mounted elsewhere;
and reads what the kernel counted. For control groups of version 1, with the controllers cpu, cpuacct and memory."""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from extra_processes import extra_processes
from pods import GROUPS, groups, pods, running

PERIOD_MICROSECONDS = 100_000
MOST_SHARES = 262_144
"""Other load must not spread the agent's work over time: that would hide what throttles it."""
LIMIT_BYTES = 128 * 2**20
BUSY = (sys.executable, "-c", "block = bytes(64 * 2**20)\nwhile True: block.count(1)")
"""A program that keeps a CPU and its caches busy."""
AS_CONTAINER = """
set -e
mount --make-rprivate /
for name in proc sys; do mount --rbind /$name "$1/$name"; done
mount --rbind / "$1/root"
for controller in cpu cpuacct memory; do echo $$ >"/sys/fs/cgroup/$controller/$2/cgroup.procs"; done
folder=$1
shift 2
exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@" \
    --proc-root "$folder/proc" --sys-root "$folder/sys" --host-root "$folder/root"
"""


@contextlib.contextmanager
def agent(server: str, group: str, folder: Path, millicores: int) -> Iterator[None]:
    """A hub without limits, and an agent that pushes to it within them."""
    command = [server, "--listen", "127.0.0.1:0", "--data-dir", str(folder / "hub"), "--log-level", "error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout is not None
        url = hub.stdout.readline().split()[-1]
        for name in ("proc", "sys", "root"):
            (folder / "host" / name).mkdir(parents=True)
        (GROUPS / "cpu" / group / "cpu.shares").write_text(str(MOST_SHARES))
        (GROUPS / "cpu" / group / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
        (GROUPS / "cpu" / group / "cpu.cfs_quota_us").write_text(str(millicores * PERIOD_MICROSECONDS // 1000))
        (GROUPS / "memory" / group / "memory.limit_in_bytes").write_text(str(LIMIT_BYTES))
        words = ["unshare", "--mount", "sh", "-c", AS_CONTAINER, "sh", str(folder / "host"), group, server]
        words += ["--join", url, "--token-file", str(folder / "hub" / "hub" / "push.token")]
        words += ["--data-dir", str(folder / "agent"), "--node-name", "bench", "--log-level", "error"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            for each in (process, hub):
                each.terminate()
                each.wait()


def counted(group: str) -> dict[str, int]:
    """What the kernel counted of the agent so far: nanoseconds, periods, bytes."""
    cpu = dict(line.split() for line in (GROUPS / "cpu" / group / "cpu.stat").read_text().splitlines())
    found = {name: int(value) for name, value in cpu.items()}
    found["usage"] = int((GROUPS / "cpuacct" / group / "cpuacct.usage").read_text())
    for name in ("usage_in_bytes", "max_usage_in_bytes", "failcnt"):
        found[name] = int((GROUPS / "memory" / group / f"memory.{name}").read_text())
    memory = dict(line.split() for line in (GROUPS / "memory" / group / "memory.stat").read_text().splitlines())
    found["rss"] = int(memory["rss"])
    return found


def report(before: dict[str, int], after: dict[str, int], seconds: float) -> str:
    grown = {name: after[name] - before[name] for name in after}
    cpu = grown["usage"] / 1e9 / seconds * 1000
    waited = grown["throttled_time"] / 1e6 / seconds * 60
    return (
        f"CPU {cpu:.1f}m\n"
        f"throttled in {grown['nr_throttled']} of {grown['nr_periods']} periods, {waited:.0f} ms a minute\n"
        f"memory {after['rss'] / 2**20:.1f} MiB anonymous, {after['usage_in_bytes'] / 2**20:.1f} MiB in all, "
        f"at most {after['max_usage_in_bytes'] / 2**20:.1f} of {LIMIT_BYTES / 2**20:.0f} MiB; "
        f"limit hit {after['failcnt']} times"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=2000)
    parser.add_argument("--active", type=int, default=200, help="how many of them wake each second [200]")
    parser.add_argument("--pods", type=int, default=110)
    parser.add_argument("--millicores", type=int, default=200, help="the limit of the agent's CPU [200]")
    parser.add_argument("--settle", type=float, default=30.0, help="seconds before it is measured [30]")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--load", type=int, default=0, help="programs that keep a CPU and its caches busy [0]")
    parser.add_argument("--server", action="append", help="several: beside each other, for an honest comparison")
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("needs root, to make control groups")
    servers = options.server or [str(Path(sys.executable).with_name("nodetop-server"))]
    own = {f"nodetop-bench-{number}": server for number, server in enumerate(servers)}
    names, containers = pods(options.pods)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(groups([*own, *names]))
        stack.enter_context(running(options.processes, options.active, containers))
        stack.enter_context(extra_processes(options.load, BUSY))
        for group, server in own.items():
            stack.enter_context(agent(server, group, folder / group, options.millicores))
        time.sleep(options.settle)
        before, began = {group: counted(group) for group in own}, time.monotonic()
        time.sleep(options.seconds)
        seconds = time.monotonic() - began
        for group, server in own.items():
            start = before[group]
            print(
                f"{server}\nuntil it had settled: throttled in {start['nr_throttled']} of {start['nr_periods']} periods"
            )
            print(report(start, counted(group), seconds), flush=True)


if __name__ == "__main__":
    main()
