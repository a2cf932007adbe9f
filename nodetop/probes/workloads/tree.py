"""Finds the control groups of a machine that are workloads, in a tree that anybody may have made."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from nodetop.base.text import clean
from nodetop.probes.base.pace import Rest, no_rest
from nodetop.probes.cgroups.tree import Mounted, mounts, observer
from nodetop.probes.host_files import HostFiles, raise_if_exhausted
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
    """The trees that have counters."""
    return trees_of(mounts(files, observer(files)))


def trees_of(found: Iterable[Mounted]) -> Trees:
    """Those of the mounted trees that have counters. With both versions mounted, version 1 has them."""
    unified: Mounted | None = None
    controllers: dict[str, Mounted] = {}
    for mounted in found:
        if mounted.unified:
            unified = unified or mounted
        for name in mounted.controllers.intersection(_COUNTED):
            controllers.setdefault(name, mounted)
    if controllers.keys() & {"memory", "cpuacct", "cpu"} or unified is None:
        return Trees(None, controllers, unified)
    return Trees(unified, {}, unified)


class Walker:
    """Lists the groups of all trees. With version 1 there is a tree for each controller, and most groups are in all of
    them; so to keep up to date it is enough to list one tree at a time."""

    def __init__(self, files: HostFiles, trees: Trees) -> None:
        self._files, self._trees = files, trees
        self._folders = list(dict.fromkeys([*(each.folder for each in trees.mounted), *_folder_of(trees.numbered)]))
        self._listed: dict[str, dict[str, int]] = {}
        """The inodes of groups by path, for each tree."""
        self._turn = 0
        self._last: Walk | None = None
        """Of the groups as they are in `_listed`; None if that has changed."""

    def walk(self, *, all_trees: bool, rest: Rest = no_rest) -> Walk:
        """All groups, after all trees were listed again, or the next one in turn. `rest` is called after each few
        groups."""
        if all_trees or not self._listed:
            for folder in self._folders:
                self._list(folder, rest)
        else:
            self._list(self._folders[self._turn % len(self._folders)], rest)
            self._turn += 1
        if self._last is None:
            self._last = self._joined()
        return self._last._replace(ids=self._ids())

    def _list(self, folder: str, rest: Rest) -> None:
        now: dict[str, int] = {}
        for number, (path, inode) in enumerate(_below(self._files.path(folder)), 1):
            if number % _PART == 0:
                rest()
            now[path] = inode
        before = self._listed.get(folder, {}).keys()
        if now.keys() != before or not self._listed:
            self._last = None
        gone = before - now.keys()
        if gone:  # then it has most likely been removed from the other trees as well
            self._listed = {each: _without(listed, gone) for each, listed in self._listed.items()}
        self._listed[folder] = now

    def _joined(self) -> Walk:
        """Which workload is around which follows from the paths."""
        nesting = Nesting()
        seen: set[str] = {""}
        is_cut = False
        for each in self._trees.mounted:
            for path in self._listed[each.folder]:
                if path in seen:
                    continue
                if len(seen) > MOST_GROUPS:
                    is_cut = True
                    break
                seen.add(path)
                nesting.add(path)
        parents, outer = nesting.parents, set(nesting.parents.values())
        root = self._trees.root
        found = tuple(
            Found(path, clean(_text(root + path), 4096), kind, parents[path], path not in outer)
            for path, kind in sorted(nesting.kinds.items(), key=_path_of)
        )
        return Walk(found, len(seen), is_cut, tuple(sorted(seen)))

    def _ids(self) -> dict[str, int]:
        return {} if self._trees.numbered is None else self._listed[self._trees.numbered.folder]


def _folder_of(mounted: Mounted | None) -> list[str]:
    return [] if mounted is None else [mounted.folder]


def _without(listed: dict[str, int], gone: AbstractSet[str]) -> dict[str, int]:
    return {path: inode for path, inode in listed.items() if path not in gone}


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
