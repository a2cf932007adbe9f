"""A machine's /proc, /sys and root, written into a folder."""

import shutil
from pathlib import Path

from nodetop.probes.host_files import HostFiles


class Tree:
    """Paths are those of the machine: "/proc/stat", "/sys/class/net/eth0/type", "/etc/hostname"."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("proc", "sys"):
            (folder / name).mkdir()

    @property
    def files(self) -> HostFiles:
        return HostFiles(proc=str(self.folder / "proc"), sys=str(self.folder / "sys"), root=str(self.folder))

    def write(self, path: str, content: str | bytes = "") -> None:
        file = self._real(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def write_all(self, folder: str, **contents: str) -> None:
        """Files of one folder, with __ for a slash."""
        self._real(folder).mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            self.write(f"{folder}/{name.replace('__', '/')}", f"{content}\n")

    def link(self, path: str, target: str) -> None:
        file = self._real(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(target)

    def remove(self, path: str) -> None:
        if self._real(path).is_dir():
            shutil.rmtree(self._real(path))
        else:
            self._real(path).unlink()

    def _real(self, path: str) -> Path:
        return self.folder / path.lstrip("/")
