"""What container runtimes write about their containers: names and Kubernetes labels.

Docker: containers/ID/config.v2.json. containerd and CRI-O: the container's config.json (opencontainers/runtime-spec),
with annotations of the CRI and of nerdctl. Podman and CRI-O: containers.json of containers/storage.
"""

import os
import stat
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from nodetop.probes.host_files import HostFiles, raise_if_exhausted
from nodetop.probes.processes.passwd import home_of

_MOST_BYTES = 4 * 1024 * 1024
_LIST_AGAIN_SECONDS = 5.0
_STORAGE = "storage/{driver}-containers/{file}"
_STORAGE_FILES = tuple(
    _STORAGE.format(driver=driver, file=file)
    for driver in ("overlay", "vfs", "btrfs", "zfs")
    for file in ("containers.json", "volatile-containers.json")
)
_CONTAINERD = "/run/containerd/io.containerd.runtime.v2.task"
_CONTAINERD_NAMESPACES = ("k8s.io", "moby", "default")
_NAME, _POD, _NAMESPACE = (("io.kubernetes.cri.container-name", "io.kubernetes.container.name"),
                           ("io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"),
                           ("io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace"))  # fmt: skip


class ContainerState(Struct, frozen=True, kw_only=True):
    """What is known of one container; empty texts are not known."""

    name: str = ""
    container: str = ""
    """Its name in its pod."""
    pod: str = ""
    namespace: str = ""


class _Bundle(Struct):
    annotations: dict[str, Any] = {}


class _DockerConfig(Struct, rename="pascal"):
    labels: dict[str, Any] | None = None


class _DockerState(Struct):
    name: str = msgspec.field(default="", name="Name")
    config: _DockerConfig | None = msgspec.field(default=None, name="Config")


class _Stored(Struct):
    id: str = ""
    names: list[str] | None = None


def read_docker(files: HostFiles, identity: str, user: int | None = None) -> ContainerState | None:
    """From Docker's own state, which usually only root may read; of a rootless Docker that of its user."""
    home = home_of(files, user) if user is not None else None
    folder = "/var/lib/docker" if home is None else f"{home}/.local/share/docker"
    return parse_docker(_read(files, f"{folder}/containers/{identity}/config.v2.json"))


def parse_docker(data: bytes) -> ContainerState | None:
    """Docker's state of a container, or its answer to a question about one: both have Name and Config.Labels."""
    state = _decoded(data, _DockerState)
    if state is None:
        return None
    labels = (state.config.labels if state.config else None) or {}
    return _labelled(labels, state.name.lstrip("/"))


def read_containerd(files: HostFiles, identity: str) -> ContainerState | None:
    """From the bundle that containerd has made of the container."""
    for namespace in (*_CONTAINERD_NAMESPACES, *files.names(_CONTAINERD)[:64]):
        state = _bundle(files, f"{_CONTAINERD}/{namespace}/{identity}/config.json")
        if state is not None:
            return state
    return None


def read_cri_o(files: HostFiles, identity: str) -> ContainerState | None:
    """From the bundle that CRI-O has made of the container."""
    return _bundle(files, f"/run/containers/storage/overlay-containers/{identity}/userdata/config.json")


def _bundle(files: HostFiles, path: str) -> ContainerState | None:
    bundle = _decoded(_read(files, path), _Bundle)
    if bundle is None:
        return None
    return _labelled(bundle.annotations, _text(bundle.annotations.get("nerdctl/name")))


def _labelled(labels: Mapping[str, Any], name: str) -> ContainerState:
    container, pod, namespace = (
        next((text for key in keys if (text := _text(labels.get(key)))), "") for keys in (_NAME, _POD, _NAMESPACE)
    )
    return ContainerState(name=name, container=container, pod=pod, namespace=namespace)


class Storage:
    """The containers in containers/storage, of root and of each user who has any. Read again if an id is not known."""

    def __init__(self, files: HostFiles, monotonic: Callable[[], float]) -> None:
        self._files = files
        self._monotonic = monotonic
        self._names: dict[str, str] = {}
        self._read_at: dict[str, float] = {}

    def container(self, identity: str, user: int | None) -> ContainerState | None:
        """`user` is the owner, by the group's path; None: root."""
        if identity not in self._names:
            home = home_of(self._files, user) if user is not None else None
            self._look_in("/var/lib/containers" if home is None else f"{home}/.local/share/containers")
        name = self._names.get(identity)
        return ContainerState(name=name) if name else None

    def _look_in(self, folder: str) -> None:
        now = self._monotonic()
        if now < self._read_at.get(folder, float("-inf")) + _LIST_AGAIN_SECONDS:
            return
        self._read_at[folder] = now
        for file in _STORAGE_FILES:
            for stored in _decoded(_read(self._files, f"{folder}/{file}"), list[_Stored]) or ():
                if stored.id and stored.names:
                    self._names[stored.id] = stored.names[0]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _read(files: HostFiles, path: str) -> bytes:
    """A file that its owner may have replaced by anything: only a plain file is read, and opening it never waits."""
    try:
        descriptor = os.open(files.path(path), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError as error:
        raise_if_exhausted(error)
        return b""
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_BYTES:
            return b""
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _decoded(data: bytes, kind: Any) -> Any:
    if not data:
        return None
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
