"""Finds the control groups of a machine that are workloads, in a tree that anybody may have made."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from nodetop.base.text import clean
from nodetop.probes.base.host_files import HostFiles, raise_if_exhausted
from nodetop.probes.cgroups.tree import Mounted, mounts
from nodetop.probes.workloads.kinds import Kind, kind_of

MOST_GROUPS = 8192
_PART = 64
_MOST_DEPTH = 32
_MOST_PATH = 2048
_COUNTED = ("memory", "cpu", "cpuacct", "blkio", "pids", "name=systemd")


class Trees(NamedTuple):
    """The mounted trees of groups: one for everything (cgroup v2), or one for each controller (v1)."""

    unified: Mounted | None
    controllers: dict[str, Mounted]

    @property
    def root(self) -> str:
        """The path of the topmost group that is mounted, in the paths of processes."""
        for mounted in (self.unified, *self.controllers.values()):
            if mounted is not None:
                return "" if mounted.root == "/" or mounted.root.startswith("/..") else mounted.root
        return ""


class Found(NamedTuple):
    """A group that is a workload. `path` is relative to the mounts, and `shown` the same as processes have it, made
    safe; `parent` is the path of the workload around it."""

    path: str
    shown: str
    kind: Kind
    parent: str
    is_inner: bool


class Walk(NamedTuple):
    """All workloads, outer ones before those inside; and how many groups there are. `is_cut`: there are more."""

    found: tuple[Found, ...]
    groups: int
    is_cut: bool


def find_trees(files: HostFiles) -> Trees:
    """The trees that have counters. With both versions mounted, version 1 has them."""
    unified: Mounted | None = None
    controllers: dict[str, Mounted] = {}
    for mounted in mounts(files, "self" if files.proc == "/proc" else "1"):
        if mounted.unified:
            unified = unified or mounted
        for name in mounted.controllers.intersection(_COUNTED):
            controllers.setdefault(name, mounted)
    if controllers.keys() & {"memory", "cpuacct", "cpu"} or unified is None:
        return Trees(None, controllers)
    return Trees(unified, {})


def walk(files: HostFiles, trees: Trees, rest: Callable[[], object] = lambda: None) -> Walk:
    """Goes through all groups. Which workload is around which follows from the paths. `rest` is called after each few
    groups."""
    kinds: dict[str, Kind] = {}
    parents: dict[str, str] = {}
    seen: set[str] = {""}
    mounted = (
        [trees.unified] if trees.unified else list({each.folder: each for each in trees.controllers.values()}.values())
    )
    is_cut = False
    for each in mounted:
        for number, path in enumerate(_below(files.path(each.folder)), 1):
            if number % _PART == 0:
                rest()
            if path in seen:
                continue
            if len(seen) > MOST_GROUPS:
                is_cut = True
                break
            seen.add(path)
            around = _around(path, kinds)
            kind = kind_of(path, kinds.get(around))
            if kind is not None:
                kinds[path], parents[path] = kind, around
    outer = set(parents.values())
    root = trees.root
    found = tuple(
        Found(path, clean(_text(root + path), 4096), kind, parents[path], path not in outer)
        for path, kind in sorted(kinds.items(), key=_path_of)
    )
    return Walk(found, len(seen), is_cut)


def _path_of(item: tuple[str, Kind]) -> str:
    return item[0]


def _text(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _around(path: str, kinds: dict[str, Kind]) -> str:
    while path:
        path = path.rpartition("/")[0]
        if path in kinds:
            return path
    return ""


def _below(root: str) -> Iterator[str]:
    """The paths of all groups below a folder, each before those inside it. The kernel counts a group's folders in its
    links, so that most folders, which have none, need not be listed: listing is the expensive part."""
    waiting = [("", 0)]
    count = 0
    while waiting and count <= MOST_GROUPS:
        path, depth = waiting.pop()
        if path:
            count += 1
            yield path
        if depth < _MOST_DEPTH and len(path) < _MOST_PATH:
            waiting += [(f"{path}/{name}", depth + 1) for name in _folders(root + path)]


def _folders(folder: str) -> list[str]:
    try:
        if os.stat(folder).st_nlink == 2:
            return []
        with os.scandir(folder) as entries:
            return sorted((entry.name for entry in entries if entry.is_dir(follow_symlinks=False)), reverse=True)
    except OSError as error:  # it has just ended
        raise_if_exhausted(error)
        return []
