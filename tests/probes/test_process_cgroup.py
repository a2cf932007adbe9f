import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.process_cgroup import container_name

ID = b"0f3a9c" + b"ab" * 29


@pytest.mark.parametrize(
    "raw",
    [
        b"0::/system.slice/docker-%s.scope\n",
        b"12:pids:/docker/%s\n1:name=systemd:/docker/%s\n",
        b"0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-%s.scope/container\n",
        b"0::/kubepods.slice/kubepods-burstable.slice/kubepods-pod1a.slice/cri-containerd-%s.scope\n",
        b"11:memory:/kubepods/besteffort/pod1a2b3c4d-0000-1111-2222-333344445555/%s\n",
        b"0::/kubepods.slice/kubepods-pod1.slice/crio-%s.scope\n",
        b"0::/../cri-containerd-%s.scope\n",
    ],
)
def test_containers_have_the_start_of_their_id(raw: bytes) -> None:
    assert container_name(raw.replace(b"%s", ID)) == ID[:12].decode()


def test_a_container_in_a_container_is_the_inner_one() -> None:
    inner = b"c" * 64
    assert container_name(b"0::/docker/%s/docker/%s\n" % (ID, inner)) == "c" * 12


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"0::/lxc/web\n", "web"),
        (b"0::/lxc.payload.db-1/system.slice/mysql.service\n", "db-1"),
        (b"0::/machine.slice/machine-build.scope/payload\n", "build"),
        (b"0::/system.slice/ssh.service\n", "ssh.service"),
        (b"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-editor.scope\n", "app-editor.scope"),
        (b"0::/user.slice/user-0.slice/session-3.scope\n", "session-3.scope"),
        (b"4:memory:/\n1:name=systemd:/system.slice/cron.service\n0::/\n", "cron.service"),
        (b"0::/\n", None),
        (b"0::/init.scope\n", "init.scope"),
        (b"", None),
        (b"0::/system.slice/a\x1b]0;x.service\n", "a\ufffd]0;x.service"),
    ],
)
def test_names_and_units(raw: bytes, name: str | None) -> None:
    assert container_name(raw) == name


@given(st.binary(max_size=300))
def test_never_raises(raw: bytes) -> None:
    name = container_name(raw)
    assert name is None or name.isprintable()
