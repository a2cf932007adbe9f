"""Finds the control groups of a machine that are workloads, in a tree that anybody may have made."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from nodetop.base.text import clean
from nodetop.probes.base.host_files import HostFiles, raise_if_exhausted
from nodetop.probes.cgroups.tree import Mounted, mounts
from nodetop.probes.workloads.kinds import Kind
from nodetop.probes.workloads.nesting import Nesting

MOST_GROUPS = 8192
_PART = 64
_MOST_DEPTH = 32
_MOST_PATH = 2048
_COUNTED = ("memory", "cpu", "cpuacct", "blkio", "pids", "name=systemd")


class Trees(NamedTuple):
    """The mounted trees of groups: one for everything (cgroup v2), or one for each controller (v1). `numbered` is the
    one of version 2, also where version 1 has the counters: the inodes of its folders are the ids of groups."""

    unified: Mounted | None
    controllers: dict[str, Mounted]
    numbered: Mounted | None = None

    @property
    def mounted(self) -> list[Mounted]:
        """Those that have counters, each once."""
        if self.unified is not None:
            return [self.unified]
        return list({each.folder: each for each in self.controllers.values()}.values())

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
    """All workloads, outer ones before those inside; and how many groups there are. `is_cut`: there are more. `paths`
    are those of all groups, sorted; `ids` are the ids of groups by path, as sockets have them, where there are any."""

    found: tuple[Found, ...]
    groups: int
    is_cut: bool
    paths: tuple[str, ...] = ()
    ids: Mapping[str, int] = {}


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
        return Trees(None, controllers, unified)
    return Trees(unified, {}, unified)


def walk(files: HostFiles, trees: Trees, rest: Callable[[], object] = lambda: None) -> Walk:
    """Goes through all groups. Which workload is around which follows from the paths. `rest` is called after each few
    groups."""
    nesting = Nesting()
    seen: set[str] = {""}
    ids: dict[str, int] = {}
    is_cut = False
    for each in trees.mounted:
        for number, (path, inode) in enumerate(_below(files.path(each.folder)), 1):
            if number % _PART == 0:
                rest()
            if trees.unified is not None:
                ids[path] = inode
            if path in seen:
                continue
            if len(seen) > MOST_GROUPS:
                is_cut = True
                break
            seen.add(path)
            nesting.add(path)
    parents, outer = nesting.parents, set(nesting.parents.values())
    root = trees.root
    found = tuple(
        Found(path, clean(_text(root + path), 4096), kind, parents[path], path not in outer)
        for path, kind in sorted(nesting.kinds.items(), key=_path_of)
    )
    if trees.numbered is not None and trees.unified is None:
        ids = dict(_below(files.path(trees.numbered.folder)))
    return Walk(found, len(seen), is_cut, tuple(sorted(seen)), ids)


def _path_of(item: tuple[str, Kind]) -> str:
    return item[0]


def _text(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _below(root: str) -> Iterator[tuple[str, int]]:
    """The paths and inodes of all groups below a folder, level by level: if there are too many, the innermost are left
    out, so that a user, who may make groups only inside his own, cannot hide those of the system."""
    waiting = deque([("", 0)])
    count = 0
    while waiting and count <= MOST_GROUPS:
        path, depth = waiting.popleft()
        inode, inside = _folders(root + path)
        if path:
            count += 1
            yield path, inode
        if depth < _MOST_DEPTH and len(path) < _MOST_PATH:
            waiting.extend((f"{path}/{name}", depth + 1) for name in inside)


def _folders(folder: str) -> tuple[int, list[str]]:
    """The inode of a folder, and the folders in it. The kernel counts them in its links, so that most folders, which
    have none, need not be listed: listing is the expensive part."""
    try:
        status = os.stat(folder)
        if status.st_nlink == 2:
            return status.st_ino, []
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
            return status.st_ino, names
    except OSError as error:  # it has just ended
        raise_if_exhausted(error)
        return 0, []
