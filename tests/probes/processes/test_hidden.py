"""A /proc that hides the processes of others says that it does; one that does not, does not."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.hidden import hides_others

ASK = """
import json, os
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.sampler import Sampler
os.setgroups([])
os.setresgid(65534, 65534, 65534)
os.setresuid(65534, 65534, 65534)
files = HostFiles()
snapshot = Sampler(files, [ProcessesProbe(files)], node="x").sample()
print(json.dumps([snapshot.probes[0].status, snapshot.probes[0].reason, snapshot.processes.total]))
"""
# Before Linux 5.8 all mounts of a namespace's /proc have the options of the last one.
OWN_OPTIONS = tuple(int(part) for part in os.uname().release.split(".")[:2]) >= (5, 8)
MAY_MOUNT = os.geteuid() == 0 and shutil.which("unshare") is not None and HostFiles().live and OWN_OPTIONS


@pytest.mark.skipif(not MAY_MOUNT, reason="needs root and mount namespaces")
@pytest.mark.parametrize("hidepid", [0, 1, 2])
def test_of_others_processes_that_are_hidden_it_is_told(hidepid: int) -> None:
    script = f'mount --make-rprivate / && mount -t proc -o hidepid={hidepid} none /proc && exec "$0" -c "$1"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, sys.executable, ASK], capture_output=True, text=True, timeout=50
    )
    if "mount:" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    status, reason, total = json.loads(done.stdout)
    assert status == "ok"
    if hidepid:
        assert reason == "only your own processes: /proc hides other users' (hidepid)" and total < 5
    else:
        assert reason is None and total > 1


def test_who_sees_all_is_told_nothing() -> None:
    if os.path.exists("/proc/1/stat") and os.access("/proc/1/stat", os.R_OK):
        assert hides_others(HostFiles()) is None


def test_of_another_hosts_proc_nobody_can_tell(tmp_path: object) -> None:
    assert hides_others(HostFiles(proc=str(tmp_path))) is None
