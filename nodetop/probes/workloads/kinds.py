"""What a control group is, from its path alone. Pure.

cgroups(7); systemd.io/CGROUP_DELEGATION; names by container runtimes: opencontainers/runtime-spec cgroupsPath,
kubernetes pkg/kubelet/cm, lxc.container.conf(5), libvirt.org/cgroups.html, slurm.schedmd.com/cgroups.html.
"""

from typing import NamedTuple

from nodetop.base.lazy_regex import lazy_regex

_CONTAINER = lazy_regex(r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")
_MONITOR = lazy_regex(r"(?:^|-)conmon(?:-[0-9a-f]{64})?(?:\.scope)?$|^lxc\.(?:monitor|pivot)(?:$|[.])")
_MONITORS = ("lxc.monitor", "lxc.pivot")
"""Groups of programs that only watch a container, and groups of such groups."""
_PODMAN_POD = lazy_regex(r"libpod_pod_([0-9a-f]{64})(?:\.slice)?$")
_POD = lazy_regex(r"(?:^|[-/])pod([0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})(?=$|[./:])")
_NSPAWN = lazy_regex(r"systemd-nspawn@(.+)\.service")
_LIBVIRT = lazy_regex(r"(?:machine-)?(qemu|lxc|xen)-\d+-(.+?)(?:\.scope|\.libvirt-\w+)?")
_MACHINE = lazy_regex(r"machine-(.+)\.scope")
_JOB = lazy_regex(r"job_(\d+)")
_UNIT_ENDINGS = (".service", ".scope", ".mount", ".swap", ".socket")
_USER_MANAGER = lazy_regex(r"user@\d+\.service")
_ESCAPED = lazy_regex(r"\\x([0-9a-fA-F]{2})")
_RUNTIMES = (("cri-containerd", "containerd"), ("nerdctl", "containerd"), ("crio", "cri-o"), ("libpod", "podman"),
             ("docker", "docker"), ("moby", "docker"))  # fmt: skip
SHORT_ID = 12
POD_ID = 8
CONTAINERS = frozenset({"container", "pod"})


class Kind(NamedTuple):
    """What a group is. `name` is its name as far as the path says it; `id` is the whole id of a container, or the uid
    of a pod with dashes. `is_closed`: what is inside is part of it, except containers and pods."""

    kind: str
    name: str
    runtime: str | None = None
    id: str = ""
    pod: str = ""
    """The uid of the pod that it is or is in."""
    is_closed: bool = True


def kind_of(path: str, around: Kind | None = None) -> Kind | None:
    """The kind of the group at this path, `around` being the innermost workload around it. None if the group is only a
    part of that one."""
    name = path.rpartition("/")[2]
    if _MONITOR.search(name) or path.rpartition("/")[0].rpartition("/")[2] in _MONITORS:
        return None
    found = _podman_pod(name) or _container(path, name) or _pod(path, name) or _machine(path, name) or _job(path, name)
    if found is not None or (around is not None and around.is_closed):
        return found
    return _of_systemd(path, name, around)


def _container(path: str, name: str) -> Kind | None:
    match = _CONTAINER.search(name)
    if match is None:
        return None
    return Kind("container", match[1][:SHORT_ID], _runtime(path, name), match[1], _pod_uid(path))


def _runtime(path: str, name: str) -> str | None:
    for text in (name, path):
        for start, runtime in _RUNTIMES:
            if start in text:
                return runtime
    return None


def _pod_uid(path: str) -> str:
    if "kubepods" not in path:
        return ""
    found = _POD.findall(path)
    return str(found[-1]).replace("_", "-") if found else ""


def _podman_pod(name: str) -> Kind | None:
    match = _PODMAN_POD.search(name)
    return Kind("pod", f"pod {match[1][:POD_ID]}", "podman", match[1]) if match else None


def _pod(path: str, name: str) -> Kind | None:
    match = _POD.search(name) if "kubepods" in path else None
    if match is None:
        return None
    uid = match[1].replace("_", "-")
    return Kind("pod", f"pod {uid[:POD_ID]}", "kubernetes", uid, uid)


def _machine(path: str, name: str) -> Kind | None:
    """Containers of whole systems, and virtual machines."""
    above = path.rpartition("/")[0].rpartition("/")[2]
    if name.startswith("lxc.payload."):
        return Kind("container", name.removeprefix("lxc.payload."), "lxc")
    if above == "lxc" or above == "lxc.payload":
        return Kind("container", name, "lxc")
    nspawn = _NSPAWN.fullmatch(name)
    if nspawn:
        return Kind("container", unescaped(nspawn[1]), "nspawn")
    if above == "qemu.slice" and name.endswith(".scope"):
        return Kind("machine", name.removesuffix(".scope"), "proxmox")
    if above in ("machine.slice", "machine"):
        plain = unescaped(name)
        libvirt, machine = _LIBVIRT.fullmatch(plain), _MACHINE.fullmatch(plain)
        if libvirt:
            return Kind("container" if libvirt[1] == "lxc" else "machine", libvirt[2], "libvirt")
        if machine:
            return Kind("container", machine[1], "nspawn")
    return None


def _job(path: str, name: str) -> Kind | None:
    match = _JOB.fullmatch(name) if "slurm" in path else None
    return Kind("job", f"job {match[1]}", "slurm", match[1]) if match else None


def _of_systemd(path: str, name: str, around: Kind | None) -> Kind:
    is_of_user = _USER_MANAGER.search(path.rpartition("/")[0]) is not None
    if name.endswith(".slice"):
        return Kind("slice", unescaped(name), "systemd", is_closed=False)
    if name.startswith("session-") and name.endswith(".scope"):
        return Kind("session", name, "systemd")
    if name.endswith(_UNIT_ENDINGS):
        return Kind(
            "user_unit" if is_of_user else "unit",
            unescaped(name),
            "systemd",
            is_closed=_USER_MANAGER.fullmatch(name) is None,
        )
    return Kind("group", name, is_closed=False)


def unescaped(name: str) -> str:
    """A unit's name without systemd's escapes: `a\\x2db` is "a-b". systemd-escape(1)."""
    if "\\x" not in name:
        return name
    raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)
    try:
        return raw.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return raw
