"""Detects which kind of container the observed system runs in, if any."""

from nodetop.base.text import clean
from nodetop.probes.host_files import HostFiles

_INITIAL_PID_NAMESPACE = "pid:[4026531836]"  # PROC_PID_INIT_INO, the same in every Linux
_CGROUP_HINTS = (
    ("kubepods", "kubernetes"),
    ("libpod", "podman"),
    ("docker", "docker"),
    ("lxc", "lxc"),
    ("machine.slice/systemd-nspawn", "systemd-nspawn"),
)
_SERVICE_ACCOUNTS = (
    "/run/secrets/kubernetes.io/serviceaccount",
    "/var/run/secrets/kubernetes.io/serviceaccount",
)
_LAID_OVER = ("overlay", "aufs", "fuse.fuse-overlayfs")


def container(files: HostFiles) -> str | None:
    """`docker`, `podman`, `lxc`, `kubernetes`, `wsl` and so on; None outside a container, on real and virtual
    machines."""
    found = _by_files(files) or _by_environment(files) or _by_cgroup(files) or _by_mounts(files)
    return found or _by_kernel(files)


def _by_files(files: HostFiles) -> str | None:
    if not files.has_root:
        return None
    if found := files.line("/run/systemd/container"):
        return clean(found, 32)
    # A virtual machine's disk may come from a container image that still has the marker file.
    if files.link("/proc/self/ns/pid") != _INITIAL_PID_NAMESPACE:
        for path, kind in (("/.dockerenv", "docker"), ("/run/.containerenv", "podman")):
            if files.exists(path):
                return kind
    return None


def _by_environment(files: HostFiles) -> str | None:
    for variable in (files.line("/proc/1/environ") or "").split("\0"):
        name, _, value = variable.partition("=")
        if name == "container" and value:
            return clean(value, 32)
        if name == "KUBERNETES_SERVICE_HOST":
            return "kubernetes"
    return None


def _by_cgroup(files: HostFiles) -> str | None:
    groups = files.line("/proc/1/cgroup") or ""
    return next((kind for hint, kind in _CGROUP_HINTS if hint in groups), None)


def _by_mounts(files: HostFiles) -> str | None:
    """With cgroup v2, a container cannot see the groups above its own. But a pod has its service account mounted, and
    an overlay root in a PID namespace that is not the machine's belongs to some container."""
    mounts = (files.line("/proc/1/mountinfo") or "").split("\n")
    places = {line.split(" ")[4]: line.partition(" - ")[2].split(" ")[0] for line in mounts if line.count(" ") > 4}
    if not places.keys().isdisjoint(_SERVICE_ACCOUNTS):
        return "kubernetes"
    namespace = files.link("/proc/1/ns/pid")
    is_inner = namespace is not None and namespace != _INITIAL_PID_NAMESPACE
    return "container" if is_inner and places.get("/") in _LAID_OVER else None


def _by_kernel(files: HostFiles) -> str | None:
    return "wsl" if "microsoft" in (files.line("/proc/sys/kernel/osrelease") or "").lower() else None
