"""Packages and images, built and run in a small Debian. Only make test-packages does so: it needs root and a mirror."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SUITE = "bookworm"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--packages", action="store_true", help="build and run packages and images, with make test-packages"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--packages", False):
        return
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="only with make test-packages"))


def run(*command: object, **options: object) -> str:
    """Its output. Fails with what it said."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
    return str(done.stdout)


def need(*programs: str) -> None:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs root and {', '.join(missing or programs)}")


@pytest.fixture(scope="session")
def debian() -> Path:
    """A tar of a small Debian with python3, made once and kept in ~/.cache/nodetop-packages (NODETOP_PACKAGES: another
    folder)."""
    need("debootstrap")
    cache = Path(os.environ.get("NODETOP_PACKAGES", Path.home() / ".cache" / "nodetop-packages"))
    made = cache / f"{SUITE}.tar"
    if not made.exists():
        cache.mkdir(parents=True, exist_ok=True)
        folder = cache / SUITE
        shutil.rmtree(folder, ignore_errors=True)
        run("debootstrap", "--variant=minbase", "--include=python3,python3-venv,ca-certificates", SUITE, folder)
        shutil.rmtree(folder / "var" / "cache" / "apt", ignore_errors=True)
        run("tar", "-C", folder, "-cf", f"{made}.part", ".")
        Path(f"{made}.part").rename(made)
        shutil.rmtree(folder)
    return made
