"""What a group is, by its path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.workloads.kinds import Kind, kind_of, unescaped

ID = "3f0c8d2b" * 8
UID = "0aa7c1f4-5d2e-4b8e-9d3f-0123456789ab"


@pytest.mark.parametrize(
    ("path", "kind", "name", "runtime"),
    [
        (f"/system.slice/docker-{ID}.scope", "container", ID[:12], "docker"),
        (f"/docker/{ID}", "container", ID[:12], "docker"),
        (f"/machine.slice/libpod-{ID}.scope", "container", ID[:12], "podman"),
        (f"/system.slice/nerdctl-{ID}.scope", "container", ID[:12], "containerd"),
        (f"/machine.slice/machine-libpod_pod_{ID}.slice", "pod", f"pod {ID[:8]}", "podman"),
        (f"/libpod_parent/libpod_pod_{ID}", "pod", f"pod {ID[:8]}", "podman"),
        (f"/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_{ID}.slice", "pod",
         f"pod {ID[:8]}", "podman"),
        (f"/machine.slice/machine-libpod_pod_{ID}.slice/libpod-{ID}.scope", "container", ID[:12], "podman"),
        (f"/system.slice/containerd.service/kubepods-besteffort-pod{UID.replace('-', '_')}.slice:cri-containerd:{ID}",
         "container", ID[:12], "containerd"),
        ("/system.slice/conmon-exporter.service", "unit", "conmon-exporter.service", "systemd"),
        (f"/kubepods/burstable/pod{UID}/{ID}", "container", ID[:12], None),
        (f"/kubepods.slice/kubepods-pod{UID.replace('-', '_')}.slice/crio-{ID}.scope", "container", ID[:12], "cri-o"),
        (f"/kubepods/besteffort/pod{UID}", "pod", "pod 0aa7c1f4", "kubernetes"),
        (f"/kubepods.slice/kubepods-pod{UID.replace('-', '_')}.slice", "pod", "pod 0aa7c1f4", "kubernetes"),
        ("/kubepods.slice/kubepods-burstable.slice", "slice", "kubepods-burstable.slice", "systemd"),
        ("/lxc.payload.web", "container", "web", "lxc"),
        ("/lxc/101", "container", "101", "lxc"),
        ("/machine.slice/machine-qemu\\x2d1\\x2ddb\\x2d1.scope", "machine", "db-1", "libvirt"),
        ("/machine/qemu-2-win.libvirt-qemu", "machine", "win", "libvirt"),
        ("/machine.slice/machine-deb.scope", "container", "deb", "nspawn"),
        ("/machine.slice/systemd-nspawn@deb.service", "container", "deb", "nspawn"),
        ("/qemu.slice/100.scope", "machine", "100", "proxmox"),
        ("/system.slice/slurmstepd.scope/job_12", "job", "job 12", "slurm"),
        ("/slurm/uid_1000/job_12", "job", "job 12", "slurm"),
        ("/system.slice/nginx.service", "unit", "nginx.service", "systemd"),
        ("/user.slice/user-1000.slice/session-3.scope", "session", "session-3.scope", "systemd"),
        ("/user.slice/user-1000.slice/user@1000.service", "unit", "user@1000.service", "systemd"),
        ("/user.slice/user-1000.slice/user@1000.service/app.slice/a\\x2db.service", "user_unit", "a-b.service",
         "systemd"),
        ("/jobs", "group", "jobs", None),
    ],
)  # fmt: skip
def test_kinds(path: str, kind: str, name: str, runtime: str | None) -> None:
    found = kind_of(path)
    assert found is not None
    assert (found.kind, found.name, found.runtime) == (kind, name, runtime)


def test_a_container_knows_its_pod() -> None:
    found = kind_of(f"/kubepods.slice/kubepods-pod{UID.replace('-', '_')}.slice/cri-containerd-{ID}.scope")
    assert found is not None
    assert (found.id, found.pod) == (ID, UID)


@pytest.mark.parametrize("name", [f"libpod-conmon-{ID}.scope", f"crio-conmon-{ID}.scope", "lxc.monitor.web",
                                  "lxc.monitor/web", "lxc.pivot", "conmon"])  # fmt: skip
def test_monitors_of_containers_are_no_workloads(name: str) -> None:
    assert kind_of(f"/machine.slice/{name}") is None


def test_inside_a_workload_only_containers_count() -> None:
    around = Kind("unit", "docker.service")
    assert kind_of("/system.slice/docker.service/x", around) is None
    assert kind_of("/lxc.payload.a/system.slice/ssh.service", Kind("container", "a", "lxc")) is None
    nested = kind_of(f"/lxc.payload.a/system.slice/docker-{ID}.scope", Kind("container", "a", "lxc"))
    assert nested is not None and nested.kind == "container"


@given(st.text(max_size=300))
def test_any_name_is_survived(name: str) -> None:
    found = kind_of(f"/system.slice/{name}")
    assert found is None or found.kind


@pytest.mark.parametrize(
    ("escaped", "plain"), [("a\\x2db", "a-b"), ("caf\\xc3\\xa9", "café"), ("\\xff", "ÿ"), ("\\x", "\\x")]
)
def test_names_are_unescaped(escaped: str, plain: str) -> None:
    assert unescaped(escaped) == plain
