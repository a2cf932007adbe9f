"""Names of containers, from the files of each runtime, and what is done about files that are missing or hostile."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.cgroup import container_name
from nodetop.probes.processes.probe import ProcessesProbe
from nodetop.probes.workloads.kinds import Kind, kind_of
from nodetop.probes.workloads.kubernetes import parse_log_name, parse_pod_folder
from nodetop.probes.workloads.names import Named, Names
from tests.probes.processes.process_tree import ProcessTree
from tests.probes.tree import Tree
from tests.probes.workloads.workload_hosts import container_id, pod_uid

ID = container_id("one")
UID = pod_uid("one")
CRI = {
    "io.kubernetes.cri.container-name": "app", "io.kubernetes.cri.sandbox-name": "web-0",
    "io.kubernetes.cri.sandbox-namespace": "shop",
}  # fmt: skip


def named(tree: Tree, path: str) -> Named:
    kind = kind_of(path)
    assert kind is not None
    return Names(tree.files).of_group(path, kind)


@pytest.mark.parametrize(
    ("path", "file", "content", "name"),
    [
        ("/docker/{}", "/var/lib/docker/containers/{}/config.v2.json", {"Name": "/web", "Config": {}}, "web"),
        ("/system.slice/docker-{}.scope", "/var/lib/docker/containers/{}/config.v2.json",
         {"Name": "/k8s_app_web-0_shop_uid_0", "Config": {"Labels": {
             "io.kubernetes.container.name": "app", "io.kubernetes.pod.name": "web-0",
             "io.kubernetes.pod.namespace": "shop"}}}, "shop/web-0/app"),
        ("/system.slice/cri-containerd-{}.scope",
         "/run/containerd/io.containerd.runtime.v2.task/k8s.io/{}/config.json", {"annotations": CRI}, "shop/web-0/app"),
        ("/system.slice/cri-containerd-{}.scope",
         "/run/containerd/io.containerd.runtime.v2.task/k8s.io/{}/config.json",
         {"annotations": {name: text for name, text in CRI.items() if "container-name" not in name}},
         "shop/web-0/(sandbox)"),
        ("/system.slice/nerdctl-{}.scope", "/run/containerd/io.containerd.runtime.v2.task/mine/{}/config.json",
         {"annotations": {"nerdctl/name": "ner"}}, "ner"),
        ("/system.slice/crio-{}.scope", "/run/containers/storage/overlay-containers/{}/userdata/config.json",
         {"annotations": {"io.kubernetes.container.name": "app", "io.kubernetes.pod.name": "web-0",
                          "io.kubernetes.pod.namespace": "shop"}}, "shop/web-0/app"),
        ("/machine.slice/libpod-{}.scope", "/var/lib/containers/storage/overlay-containers/containers.json",
         [{"id": "0" * 64, "names": None}, {"id": ID, "names": ["pod-man"]}], "pod-man"),
        ("/machine.slice/libpod-{}.scope", "/var/lib/containers/storage/vfs-containers/volatile-containers.json",
         [{"id": ID, "names": ["volatile"]}], "volatile"),
    ],
)  # fmt: skip
def test_names_from_the_files_of_runtimes(tmp_path: Path, path: str, file: str, content: object, name: str) -> None:
    tree = Tree(tmp_path)
    assert named(tree, path.format(ID)).name == ID[:12]
    tree.write(file.format(ID), json.dumps(content))
    assert named(tree, path.format(ID)) == Named(name)


@pytest.mark.parametrize("runtime", ["docker", "libpod", "cri-containerd", "crio"])
def test_without_a_name_the_id_says_what_would_give_it(tmp_path: Path, runtime: str) -> None:
    path = f"/system.slice/{runtime}-{ID}.scope"
    kind = kind_of(path)
    assert kind is not None
    tree = Tree(tmp_path)
    found = Names(tree.files, user=1000).of_group(path, kind)
    assert found.name == ID[:12] and found.why and "only root" in found.why
    of_root = Names(tree.files, user=0).of_group(path, kind)
    assert of_root.name == ID[:12] and of_root.why and "only root" not in of_root.why


def test_a_container_without_a_name_in_a_named_pod(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write(f"/var/log/pods/shop_web-0_{UID}/app/0.log")
    path = f"/kubepods/burstable/pod{UID}"
    assert named(tree, path) == Named("shop/web-0")
    found = named(tree, f"{path}/{ID}")
    assert found.name == f"shop/web-0/{ID[:12]}" and found.why is not None


def test_names_that_come_later_are_found_later(tmp_path: Path) -> None:
    tree, now = Tree(tmp_path), 100.0
    names = Names(tree.files, monotonic=lambda: now)
    path = f"/kubepods/pod{UID}/{ID}"
    kind = kind_of(path)
    assert kind is not None
    assert names.of_group(path, kind).why is not None
    tree.write(f"/var/log/containers/web-0_shop_app-{ID}.log")
    assert names.of_group(path, kind).why is not None  # it was looked for a moment ago
    now += 31
    assert names.of_group(path, kind) == Named("shop/web-0/app")
    assert names.renamed == {f"pod{UID[:8]}/{ID[:12]}": "shop/web-0/app"}


def test_names_that_do_not_come_are_looked_for_less_and_less_often(tmp_path: Path) -> None:
    now, looks = 100.0, list[float]()

    class Counting(Names):
        def _container(self, path: str, kind: Kind) -> str | None:
            looks.append(now - 100)
            return super()._container(path, kind)

    names = Counting(Tree(tmp_path).files, monotonic=lambda: now)
    path = f"/kubepods/pod{UID}/{ID}"
    kind = kind_of(path)
    assert kind is not None
    while now < 2100:
        names.of_group(path, kind)
        now += 10
    assert looks == [0, 30, 90, 210, 450, 930, 1410, 1890]


@pytest.mark.parametrize(
    ("content"), [b"", b"{", b"[1, 2]", b'{"Name": 5}', b'{"annotations": {"nerdctl/name": []}}', b"\xff" * 99]
)
def test_broken_state_files_are_like_none(tmp_path: Path, content: bytes) -> None:
    tree = Tree(tmp_path)
    tree.write(f"/var/lib/docker/containers/{ID}/config.v2.json", content)
    tree.write(f"/run/containerd/io.containerd.runtime.v2.task/k8s.io/{ID}/config.json", content)
    tree.write("/var/lib/containers/storage/overlay-containers/containers.json", content)
    for runtime in ("docker", "libpod", "cri-containerd"):
        assert named(tree, f"/system.slice/{runtime}-{ID}.scope").name == ID[:12]


def test_a_pipe_or_a_link_in_place_of_a_users_file_is_not_read(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write("/etc/passwd", "eve:x:1000:1000::/home/eve:/bin/sh\n")
    storage = tmp_path / "home/eve/.local/share/containers/storage/overlay-containers"
    storage.mkdir(parents=True)
    os.mkfifo(storage / "containers.json")
    (tmp_path / "secret").write_text(json.dumps([{"id": ID, "names": ["secret"]}]))
    (storage / "volatile-containers.json").symlink_to(tmp_path / "secret")
    path = f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{ID}.scope"
    assert named(tree, path).name == ID[:12]


def test_names_are_made_safe(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write(f"/var/lib/docker/containers/{ID}/config.v2.json", json.dumps({"Name": "/a\x1b[31m\n" + "b" * 999}))
    name = named(tree, f"/docker/{ID}").name
    assert name.isprintable() and len(name) <= 256


@given(st.text(max_size=100))
def test_any_name_of_a_log_is_survived(name: str) -> None:
    parse_log_name(f"{name}-{ID}.log")
    parse_log_name(name)
    parse_pod_folder(name)


def test_a_log_of_kubernetes() -> None:
    found = parse_log_name(f"coredns-5d78c9869d-abcde_kube-system_core-dns-{ID}.log")
    assert found is not None
    assert (found[0], str(found[1])) == (ID, "kube-system/coredns-5d78c9869d-abcde/core-dns")
    assert parse_pod_folder("kube-system_etcd-n1_0123456789abcdef0123456789abcdef") == (
        "0123456789abcdef0123456789abcdef", "kube-system/etcd-n1",
    )  # fmt: skip


def test_rootless_docker_has_its_state_in_the_home_of_its_user(tmp_path: Path) -> None:
    tree = Tree(tmp_path)
    tree.write("/etc/passwd", "eve:x:1000:1000::/home/eve:/bin/sh\n")
    tree.write(f"/home/eve/.local/share/docker/containers/{ID}/config.v2.json", json.dumps({"Name": "/mine"}))
    path = "/user.slice/user-{}.slice/user@{}.service/user.slice/docker-" + ID + ".scope"
    assert named(tree, path.format(1000, 1000)).name == "mine"
    assert named(tree, path.format(1001, 1001)).name == ID[:12]


def test_a_pod_of_podman_says_why_it_has_no_name(tmp_path: Path) -> None:
    found = named(Tree(tmp_path), f"/machine.slice/machine-libpod_pod_{ID}.slice")
    assert found.name == f"pod {ID[:8]}" and found.why and "Podman keeps the names of pods" in found.why


def test_processes_get_the_names_of_their_containers(tmp_path: Path) -> None:
    tree = ProcessTree(tmp_path)
    cgroup = f"0::/kubepods/burstable/pod{UID}/{ID}\n".encode()
    tree.put(7, cgroup=cgroup)
    tree.put(8, cgroup=b"0::/system.slice/ssh.service\n")
    short = container_name(cgroup)
    assert short is not None
    renamed: dict[str, str] = {}
    probe = ProcessesProbe(
        HostFiles(str(tmp_path / "proc"), str(tmp_path / "sys"), str(tmp_path)), renamed=lambda: renamed
    )

    def containers() -> dict[int, str | None]:
        return {row.pid: row.container for row in probe.derive(None, probe.read(), None).rows}

    try:
        assert containers() == {7: short, 8: "ssh.service"}
        renamed = {short: "shop/web-0/app"}
        assert containers() == {7: "shop/web-0/app", 8: "ssh.service"}
        tree.put(9, cgroup=cgroup)
        assert containers()[9] == "shop/web-0/app"
    finally:
        probe.close()
