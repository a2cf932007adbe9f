"""Names of pods and containers from the links and folders that the kubelet makes for logs.

/var/log/containers/POD_NAMESPACE_CONTAINER-ID.log and /var/log/pods/NAMESPACE_POD_UID: kubernetes
pkg/kubelet/kuberuntime/legacy.go and helpers.go. Their names are enough; nothing in them is read.
"""

from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from nodetop.probes.host_files import HostFiles

_CONTAINERS = "/var/log/containers"
_PODS = "/var/log/pods"
_LIST_AGAIN_SECONDS = 5.0
_MOST_NAMES = 8192
_ID_LENGTH = 64


class Member(NamedTuple):
    """A container of a pod."""

    namespace: str
    pod: str
    container: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.pod}/{self.container}"


class KubernetesLogs:
    """Lists the two folders again if an id is not in them, but not more often than every few seconds."""

    def __init__(self, files: HostFiles, monotonic: Callable[[], float]) -> None:
        self._files = files
        self._monotonic = monotonic
        self._containers: dict[str, Member] = {}
        self._pods: dict[str, str] = {}
        self._listed_at: dict[str, float] = {}

    def container(self, identity: str) -> Member | None:
        """The container with this id."""
        if identity not in self._containers and self._may_list(_CONTAINERS):
            self._containers = dict(filter(None, map(parse_log_name, self._names(_CONTAINERS))))
        return self._containers.get(identity)

    def pod(self, uid: str) -> str | None:
        """namespace/pod of the pod with this uid."""
        if uid not in self._pods and self._may_list(_PODS):
            self._pods = dict(filter(None, map(parse_pod_folder, self._names(_PODS))))
        return self._pods.get(uid)

    def _names(self, folder: str) -> list[str]:
        return list(islice(self._files.names(folder), _MOST_NAMES))

    def _may_list(self, folder: str) -> bool:
        now = self._monotonic()
        if now < self._listed_at.get(folder, float("-inf")) + _LIST_AGAIN_SECONDS:
            return False
        self._listed_at[folder] = now
        return True


def parse_log_name(name: str) -> tuple[str, Member] | None:
    """`coredns-5d78c9869d-abcde_kube-system_coredns-ID.log`, by its id. Kubernetes names have no underscores."""
    stem, dot, ending = name.rpartition(".")
    pod, namespace, rest = [*stem.split("_", 2), "", ""][:3]
    container, dash, identity = rest.rpartition("-")
    if ending != "log" or not (dot and dash and pod and namespace and container) or len(identity) != _ID_LENGTH:
        return None
    return identity, Member(namespace, pod, container)


def parse_pod_folder(name: str) -> tuple[str, str] | None:
    """`kube-system_coredns-5d78c9869d-abcde_UID`, by its uid. A static pod's uid is a hash without dashes."""
    namespace, pod, uid = [*name.split("_", 2), "", ""][:3]
    return (uid, f"{namespace}/{pod}") if namespace and pod and uid else None
