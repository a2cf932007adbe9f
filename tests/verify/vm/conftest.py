"""The machine that the tests of this folder share."""

import os
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest

from tests.verify.vm.machine import HERE, Machine, booted, build, cache_folder, copy_images

TOOLS = {"qemu-system-x86_64": "qemu-system-x86", "debootstrap": "debootstrap", "ssh": "openssh-client",
         "mke2fs": "e2fsprogs"}  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of the package are first: their machine, which is another one, has ended before that of the others
    boots."""
    items.sort(key=lambda item: item.path != HERE / "test_package.py")


@pytest.fixture(scope="session")
def built() -> tuple[Path, Path]:
    """Two folders with a machine that was not booted yet, with the nodetop of this folder; skipped where it cannot be
    built."""
    missing = [tool for tool in TOOLS if which(tool) is None]
    if missing:
        packages = " ".join(TOOLS[tool] for tool in missing)
        pytest.skip(f"{', '.join(missing)} not found; on Debian: apt install {packages}")
    if os.geteuid():
        pytest.skip("only root can build the machine")
    folder: Path = cache_folder()
    build(folder)
    copy_images(folder, folder / "second")
    return folder, folder / "second"


@pytest.fixture(scope="session")
def machine(built: tuple[Path, Path]) -> Iterator[Machine]:
    """Booted and set up."""
    with booted(built[0]) as running:
        running.script((HERE / "setup").read_text())
        yield running
