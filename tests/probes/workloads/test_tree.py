"""The walk through a tree of groups."""

from pathlib import Path

import pytest

from nodetop.probes.workloads import tree
from nodetop.probes.workloads.tree import Walker, find_trees
from tests.probes.workloads.workload_hosts import WorkloadHost


def test_a_user_with_very_many_groups_hides_none_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_GROUPS", 30)
    host = WorkloadHost(tmp_path)
    for number in range(40):
        host.v2(f"/a.slice/user-1000.slice/user@1000.service/mine/{number:02}", cgroup__procs="")
    for name in ("ssh", "cron", "nginx"):
        host.group(f"/system.slice/{name}.service")
    found = Walker(host.files, find_trees(host.files)).walk(all_trees=True)
    names = {each.kind.name for each in found.found}
    assert found.is_cut and {"ssh.service", "cron.service", "nginx.service", "user@1000.service"} <= names
    assert len(found.paths) <= 32
