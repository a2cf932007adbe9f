import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.processes.cgroup import container_name

ID = b"0f3a9c" + b"ab" * 29
UUID = b"6f2b9d1c-1f2e-4c3d-8a9b-0123456789ab"
USER = b"0::/user.slice/user-1000.slice/user@1000.service/"


@pytest.mark.parametrize(
    "raw",
    [
        b"0::/system.slice/docker-%s.scope\n",
        b"12:pids:/docker/%s\n1:name=systemd:/docker/%s\n",
        b"0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-%s.scope/container\n",
        b"0::/../cri-containerd-%s.scope\n",
        b"0::/machine.slice/libpod-%s.scope/container\n",
        b"12:cpuset:/system.slice/docker-%s.scope\n1:name=systemd:/system.slice/docker-%s.scope\n0::/\n",
        b"0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-%s.scope\n",
        b"4:memory:/ecs/0123456789abcdef0123456789abcdef/%s\n",
        b"0::/system.slice/nerdctl-%s.scope\n",
        b"0::/lxc/web/system.slice/docker-%s.scope\n",
    ],
)
def test_containers_have_the_start_of_their_id(raw: bytes) -> None:
    assert container_name(raw.replace(b"%s", ID)) == ID[:12].decode()


@pytest.mark.parametrize(
    "raw",
    [
        b"0::/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1a2b3c4d_0000_1111_2222_333344445555.slice"
        b"/cri-containerd-%s.scope\n",
        b"11:memory:/kubepods/besteffort/pod1a2b3c4d-0000-1111-2222-333344445555/%s\n1:name=systemd:/\n",
        b"0::/kubepods.slice/kubepods-pod1a2b3c4d_0000_1111_2222_333344445555.slice/crio-%s.scope/container\n",
        b"0::/kubepods/pod1a2b3c4d00001111222233334444555566/%s\n",
        b"0::/docker/" + b"e" * 64 + b"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice"
        b"/kubelet-kubepods-besteffort-pod1a2b3c4d_0000_1111_2222_333344445555.slice/cri-containerd-%s.scope\n",
    ],
)
def test_in_kubernetes_the_pod_goes_before(raw: bytes) -> None:
    assert container_name(raw.replace(b"%s", ID)) == "pod1a2b3c4d/" + ID[:12].decode()


def test_a_container_in_a_container_is_the_inner_one() -> None:
    inner = b"c" * 64
    assert container_name(b"0::/docker/%s/docker/%s\n" % (ID, inner)) == "c" * 12


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"0::/system.slice/slurmstepd.scope/job_4711/step_0/user/task_0\n", "job 4711"),
        (b"4:memory:/slurm/uid_1000/job_5/step_batch\n1:name=systemd:/system.slice/slurmd.service\n", "job 5"),
        (b"0::/system.slice/ssh.service/job_5\n", "ssh.service"),
        (b"0::/lxc/web\n", "web"),
        (b"0::/lxc.payload.db-1/system.slice/mysql.service\n", "db-1"),
        (b"0::/machine.slice/machine-build.scope/payload\n", "build"),
        (b"0::/system.slice/ssh.service\n", "ssh.service"),
        (b"0::/lxc/101/ns/system.slice/cron.service\n", "101"),
        (b"8:memory:/lxc/web\n1:name=systemd:/lxc/web/init.scope\n", "web"),
        (b"0::/machine.slice/systemd-nspawn@build.service/payload/system.slice/ssh.service\n", "build"),
        (b"0::/machine.slice/machine-my\\x2dbox.scope\n", "my-box"),
        (b"0::/machine.slice/machine-qemu\\x2d1\\x2dvm1.scope/libvirt/emulator\n", "qemu-1-vm1"),
        (b"0::/machine.slice/libpod-conmon-" + ID + b".scope\n", "libpod-conmon"),
        (USER + b"app.slice/app-editor.scope\n", "editor"),
        (USER + b"app.slice/app-gnome-org.mozilla.firefox-12345.scope\n", "org.mozilla.firefox"),
        (USER + b"app.slice/app-flatpak-org.kde.krita-2783190463.scope\n", "org.kde.krita"),
        (USER + b"app.slice/app-org.kde.konsole-5bbcef0f2c2c4d5ea8e7d3e0b1d1a111.scope\n", "org.kde.konsole"),
        (USER + b"app.slice/app-gnome\\x2dkeyring@autostart.service\n", "gnome-keyring"),
        (USER + b"app.slice/dbus.service\n", "dbus.service"),
        (USER + b"app.slice/dbus-:1.2-org.gnome.Calendar@0.service\n", "org.gnome.Calendar"),
        (USER + b"app.slice/app-org.gnome.Terminal.slice/vte-spawn-" + UUID + b".scope\n", "vte-spawn"),
        (USER + b"app.slice/snap.firefox.firefox-" + UUID + b".scope\n", "snap.firefox.firefox"),
        (USER + b"session.slice/pipewire.service\n", "pipewire.service"),
        (USER + b"init.scope\n", "user@1000.service"),
        (b"1:name=systemd:/user.slice/user-1000.slice/session-2.scope\n0::/user.slice\n", "session-2.scope"),
        (b"0::/system.slice/system-getty.slice/getty@tty1.service\n", "getty@tty1.service"),
        (b"0::/system.slice/run-u12.service\n", "run-u12.service"),
        (b"0::/system.slice/docker.service/docker/buildkit/k3vm0x\n", "docker.service"),
        (b"0::/system.slice/app-.service\n", "app-.service"),
        (b"0::/user.slice/user-0.slice/session-3.scope\n", "session-3.scope"),
        (b"4:memory:/\n1:name=systemd:/system.slice/cron.service\n0::/\n", "cron.service"),
        (b"0::/\n", None),
        (b"0::/init.scope\n", "init.scope"),
        (b"", None),
        (b"0::/system.slice/a\x1b]0;x.service\n", "a\u00b7]0;x.service"),
    ],
)
def test_names_and_units(raw: bytes, name: str | None) -> None:
    assert container_name(raw) == name


@given(st.binary(max_size=300))
def test_never_raises(raw: bytes) -> None:
    name = container_name(raw)
    assert name is None or name.isprintable()
