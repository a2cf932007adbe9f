"""The agent of deploy/kubernetes within its limits, on a node with many processes and pods.

    python bench/kubernetes.py                                # 2,000 processes in 110 pods, 120 s; needs root
    python bench/kubernetes.py --server OTHER/bin/nodetop-server --processes 500

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

from pods import GROUPS, groups, pods, running

NAME = "nodetop-bench"
PERIOD_MICROSECONDS, QUOTA_MICROSECONDS = 100_000, 20_000
LIMIT_BYTES = 128 * 2**20
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
def agent(server: str, folder: Path) -> Iterator[None]:
    """A hub without limits, and an agent that pushes to it within them."""
    command = [server, "--listen", "127.0.0.1:0", "--data-dir", str(folder / "hub"), "--log-level", "error"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout is not None
        url = hub.stdout.readline().split()[-1]
        for name in ("proc", "sys", "root"):
            (folder / "host" / name).mkdir(parents=True)
        (GROUPS / "cpu" / NAME / "cpu.cfs_period_us").write_text(str(PERIOD_MICROSECONDS))
        (GROUPS / "cpu" / NAME / "cpu.cfs_quota_us").write_text(str(QUOTA_MICROSECONDS))
        (GROUPS / "memory" / NAME / "memory.limit_in_bytes").write_text(str(LIMIT_BYTES))
        words = ["unshare", "--mount", "sh", "-c", AS_CONTAINER, "sh", str(folder / "host"), NAME, server]
        words += ["--join", url, "--token-file", str(folder / "hub" / "hub" / "push.token")]
        words += ["--data-dir", str(folder / "agent"), "--node-name", "bench", "--log-level", "error"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            for each in (process, hub):
                each.terminate()
                each.wait()


def counted() -> dict[str, int]:
    """What the kernel counted of the agent so far: nanoseconds, periods, bytes."""
    cpu = dict(line.split() for line in (GROUPS / "cpu" / NAME / "cpu.stat").read_text().splitlines())
    found = {name: int(value) for name, value in cpu.items()}
    found["usage"] = int((GROUPS / "cpuacct" / NAME / "cpuacct.usage").read_text())
    for name in ("usage_in_bytes", "max_usage_in_bytes", "failcnt"):
        found[name] = int((GROUPS / "memory" / NAME / f"memory.{name}").read_text())
    memory = dict(line.split() for line in (GROUPS / "memory" / NAME / "memory.stat").read_text().splitlines())
    found["rss"] = int(memory["rss"])
    return found


def report(before: dict[str, int], after: dict[str, int], seconds: float) -> str:
    grown = {name: after[name] - before[name] for name in after}
    cpu = grown["usage"] / 1e9 / seconds * 1000
    waited = grown["throttled_time"] / 1e6 / seconds * 60
    return (
        f"CPU {cpu:.1f}m of {QUOTA_MICROSECONDS * 1000 // PERIOD_MICROSECONDS}m\n"
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
    parser.add_argument("--settle", type=float, default=30.0, help="seconds before it is measured [30]")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--server", default=str(Path(sys.executable).with_name("nodetop-server")))
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("needs root, to make control groups")
    names, containers = pods(options.pods)
    with (
        tempfile.TemporaryDirectory() as folder,
        groups([NAME, *names]),
        running(options.processes, options.active, containers),
        agent(options.server, Path(folder)),
    ):
        time.sleep(options.settle)
        start = counted()
        print(f"until it had settled: throttled in {start['nr_throttled']} of {start['nr_periods']} periods")
        before, began = counted(), time.monotonic()
        time.sleep(options.seconds)
        print(report(before, counted(), time.monotonic() - began))


if __name__ == "__main__":
    main()
