"""The mounted trees of control groups are read again when mounts have changed, and only then."""

import subprocess
import sys
from pathlib import Path

import pytest

from nodetop.probes.cgroups.kept_mounts import KeptMounts
from nodetop.probes.host_files import HostFiles
from tests.probes.cgroups.cgroup_hosts import V1, V2, CgroupHost

MOUNTING = """
import subprocess, sys
from nodetop.probes.host_files import HostFiles
from nodetop.probes.cgroups.kept_mounts import KeptMounts
kept = KeptMounts(HostFiles())
first = kept.now()
assert kept.now() is first
subprocess.run(["mount", "-t", "cgroup2", "none", sys.argv[1]], check=True)
assert [each.folder for each in kept.now() if each not in first] == [sys.argv[1]], kept.now()
subprocess.run(["umount", sys.argv[1]], check=True)
assert kept.now() == first
"""


def test_a_recorded_machine_is_read_each_time(tmp_path: Path) -> None:
    host = CgroupHost(tmp_path)
    host.mounted(V2.format(root="/"))
    kept = KeptMounts(host.files)
    assert [each.unified for each in kept.now()] == [True]
    host.mounted(V2.format(root="/"), V1.format(n=40, root="/", name="memory"))
    assert [each.unified for each in kept.now()] == [True, False]


@pytest.mark.skipif(not HostFiles().live, reason="/proc is not that of these processes")
def test_mounts_that_have_not_changed_are_kept() -> None:
    kept = KeptMounts(HostFiles())
    assert kept.now() == KeptMounts(HostFiles()).now()


def test_a_new_mount_is_seen(tmp_path: Path) -> None:
    command = ["unshare", "--mount", "--propagation", "private"]
    if subprocess.run([*command, "mount", "-t", "cgroup2", "none", str(tmp_path)], capture_output=True).returncode:
        pytest.skip("no control groups may be mounted here")
    subprocess.run([*command, sys.executable, "-c", MOUNTING, str(tmp_path)], check=True)
