"""Names of containers and pods, from files that their runtimes and the kubelet leave on the machine.

No daemon is needed. Those of Docker and Podman are asked only if their files cannot be read: once for each new
container, read-only, with a deadline, and only from the probe's own thread. What was found is kept; what was not is
looked for again, each time after twice as long.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from nodetop.base.lazy_regex import lazy_regex
from nodetop.base.text import clean
from nodetop.probes.host_files import HostFiles
from nodetop.probes.processes.cgroup import container_name
from nodetop.probes.workloads.docker_socket import Sockets
from nodetop.probes.workloads.kinds import POD_ID, SHORT_ID, Kind
from nodetop.probes.workloads.kubernetes import KubernetesLogs, Member
from nodetop.probes.workloads.state_files import ContainerState, Storage, read_containerd, read_cri_o, read_docker

_LOOK_AGAIN_SECONDS, _LONGEST_SECONDS = 30.0, 480.0
_MOST_KEPT = 8192
_USER = lazy_regex(r"/user-(\d+)\.slice/")
_SOCKETS = {"docker": "docker.sock", "podman": "podman/podman.sock"}
"""In /run, or in the folder of a user there."""
_WHY = {
    "docker": "its name is in Docker's state, which only root or its user may read; the group docker may ask Docker",
    "podman": "its name is in the storage of the user who started it, which only root and that user may read",
    "podman pod": "Podman keeps the names of pods in its database, which is not read; its containers have names",
    "containerd": "its name is in /run/containerd, which only root may read",
    "cri-o": "its name is in /run/containers, which only root may read",
    "kubernetes": "no file in /var/log/pods or /var/log/containers names it",
}
_WHY_FOR_ROOT = {
    "docker": "neither Docker's state nor its socket names it",
    "podman": "the storage of root and of the user who started it does not name it",
    "containerd": "its config.json in /run/containerd does not name it",
    "cri-o": "its config.json in /run/containers does not name it",
}
_WHY_UNKNOWN = "nothing on this machine that may be read names it"


class Named(NamedTuple):
    """A name, safe to show; and why it is only the id, if it is."""

    name: str
    why: str | None = None


class Names:
    """Names by container id and pod uid. For one thread; `renamed` may be read from another."""

    def __init__(
        self, files: HostFiles, *, monotonic: Callable[[], float] = time.monotonic, user: int | None = None
    ) -> None:
        """`user` is who reads, by default this program's own user."""
        self._files = files
        self._user = os.geteuid() if user is None else user
        self._monotonic = monotonic
        self._logs = KubernetesLogs(files, monotonic)
        self._storage = Storage(files, monotonic)
        self._sockets = Sockets(monotonic)
        self._found: dict[str, str] = {}
        self._missing: dict[str, tuple[float, float]] = {}
        """By id: when to look again, and how many seconds are between the looks."""
        self.renamed: Mapping[str, str] = {}
        """Names of containers by what a process's container is called without them. A new object after each change."""

    def of_processes(self, path: str) -> str | None:
        """What the processes of a group have as their container."""
        found = container_name(b"0::" + path.encode("utf-8", "surrogateescape"))
        return self.renamed.get(found, found) if found else None

    def of_group(self, path: str, kind: Kind) -> Named:
        """The name of a group, by its path."""
        if kind.kind not in ("container", "pod") or not kind.id:
            return Named(clean(kind.name.encode("utf-8", "surrogateescape")))
        found = self._found.get(kind.id) or self._look_up(path, kind)
        if found is not None:
            return Named(found)
        pod = self._logs.pod(kind.pod) if kind.kind == "container" and kind.pod else None
        known = _WHY if self._user else {**_WHY, **_WHY_FOR_ROOT}
        what = "kubernetes" if kind.pod else f"{kind.runtime or ''}{' pod' if kind.kind == 'pod' else ''}"
        why = known.get(what, _WHY_UNKNOWN)
        return Named(clean(f"{pod}/{kind.name}") if pod else kind.name, why)

    def _look_up(self, path: str, kind: Kind) -> str | None:
        now = self._monotonic()
        look_at, waited = self._missing.get(kind.id, (now, _LOOK_AGAIN_SECONDS / 2))
        if now < look_at:
            return None
        if len(self._found) > _MOST_KEPT or len(self._missing) > _MOST_KEPT:
            self._found, self._missing, self.renamed = {}, {}, {}
        found = self._logs.pod(kind.id) if kind.kind == "pod" else self._container(path, kind)
        if not found:
            wait = min(2 * waited, _LONGEST_SECONDS)
            self._missing[kind.id] = now + wait, wait
            return None
        self._missing.pop(kind.id, None)
        name = self._found[kind.id] = clean(found)
        if kind.kind == "container":
            self.renamed = {**self.renamed, short_name(kind.id, kind.pod): name}
        return name

    def _container(self, path: str, kind: Kind) -> str | None:
        member = self._logs.container(kind.id)
        if member is not None:
            return str(member)
        for state in self._states(path, kind):
            name = _name_of(state, self._logs.pod(kind.pod) if kind.pod else None)
            if name:
                return name
        return None

    def _states(self, path: str, kind: Kind) -> Iterator[ContainerState | None]:
        """What the files of each runtime say, most likely ones first."""
        found = _USER.search(path)
        user = int(found[1]) if found else None
        if kind.runtime in (None, "containerd", "docker"):
            yield read_containerd(self._files, kind.id)
        if kind.runtime in (None, "cri-o"):
            yield read_cri_o(self._files, kind.id)
        if kind.runtime in (None, "podman", "cri-o"):
            yield self._storage.container(kind.id, user)
        if kind.runtime in (None, "docker"):
            yield read_docker(self._files, kind.id, user)
        if kind.runtime in _SOCKETS and self._files.live:
            folder = "/run" if user is None else f"/run/user/{user}"
            yield self._sockets.ask(self._files.path(f"{folder}/{_SOCKETS[kind.runtime]}"), kind.id)


def _name_of(state: ContainerState | None, pod: str | None) -> str | None:
    if state is None:
        return None
    if state.pod:
        return str(Member(state.namespace, state.pod, state.container or "(sandbox)"))
    if pod and state.container:
        return f"{pod}/{state.container}"
    return state.name or None


def short_name(identity: str, pod: str) -> str:
    """How the list of processes calls a container without a name: processes/cgroup.py."""
    return f"pod{pod[:POD_ID]}/{identity[:SHORT_ID]}" if pod else identity[:SHORT_ID]
