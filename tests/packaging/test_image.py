"""The image, built by buildah and run as an orchestrator runs it: as PID 1, as nobody, on a read-only root.

A small Debian stands in for the base that a registry would give, under the name in FROM."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.base.version import __version__
from tests.packaging.conftest import ROOT, need, run
from tests.server.servers import until

pytestmark = [pytest.mark.timeout(1200), pytest.mark.may_block]
DOCKERFILE = (ROOT / "deploy" / "docker" / "Dockerfile").read_text()
NAME = "localhost/nodetop-test"
BUILD = os.environ | {"BUILDER": "buildah", "BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
MOST_MEGABYTES = 90
"""Of what the image adds to its base."""

AS_PID_1 = """
set -e
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs -o ro tmpfs "$1/tmp"
mount --bind "$2" "$1/var/lib/nodetop"
mount -o remount,bind,ro "$1"
shift 2
exec chroot --userspec=65532:65532 "$ROOT_FOLDER" /usr/bin/env -i $IMAGE_ENVIRONMENT "$@"
"""


def buildah(*words: object) -> str:
    return run("buildah", *words, env=BUILD).strip()


@pytest.fixture(scope="module")
def image(debian: Path) -> Iterator[str]:
    """The image's name."""
    need("buildah")
    (base,) = re.findall(r"^ARG BASE=(\S+)", DOCKERFILE, re.M)
    container = buildah("from", "scratch")
    buildah("add", container, debian, "/")
    if BUNDLE.exists():  # in a network whose certificates only this machine knows
        buildah("add", container, BUNDLE, "/etc/ssl/certs/")
        (debian.parent / "pip.conf").write_text(f"[global]\ncert = {BUNDLE}\n")
        buildah("add", container, debian.parent / "pip.conf", "/etc/pip.conf")
    buildah("commit", "--rm", container, base)
    run(ROOT / "deploy" / "scripts" / "build-image", NAME, "--pull-never", env=BUILD)
    yield NAME
    buildah("rmi", "--force", NAME, base)


@pytest.fixture(scope="module")
def configuration(image: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(buildah("inspect", "--type", "image", image))["Docker"]["config"]
    return found


@pytest.fixture(scope="module")
def root(image: str) -> Iterator[Path]:
    """The root folder of a container."""
    container = buildah("from", "--pull-never", image)
    yield Path(buildah("mount", container))
    buildah("rm", container)


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    volume = tmp_path / "volume"
    volume.mkdir(mode=0o700)
    os.chown(volume, 65532, 65532)
    return volume


class Container:
    """A program as PID 1 of the image."""

    def __init__(self, root: Path, volume: Path, configuration: dict[str, object], *words: str) -> None:
        environment = {"ROOT_FOLDER": str(root), "IMAGE_ENVIRONMENT": " ".join(configuration["Env"])}  # type: ignore[arg-type]
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", AS_PID_1, "sh"]
        self.process = subprocess.Popen(
            [*command, str(root), str(volume), *words],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def inside(self) -> int:
        """The PID of its PID 1, seen from here."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])


def test_its_configuration_is_that_of_a_service(configuration: dict[str, object]) -> None:
    assert configuration["User"] == "65532:65532"
    assert configuration["Entrypoint"] == ["nodetop-server"]
    assert configuration["Healthcheck"]["Test"] == ["CMD", "nodetop-server", "health"]  # type: ignore[index]
    labels = configuration["Labels"]
    assert labels["org.opencontainers.image.version"] == __version__  # type: ignore[index]
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"  # type: ignore[index]


def megabytes(folder: Path) -> float:
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir()) / 1e6


def test_it_is_small_and_has_no_pip(image: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    size = megabytes(root / "opt" / "nodetop")
    packages = next((root / "opt" / "nodetop" / "lib").glob("python3*/site-packages"))
    largest = sorted(((megabytes(each), each.name) for each in packages.iterdir() if each.is_dir()), reverse=True)
    layers = json.loads(buildah("inspect", "--type", "image", image))["OCIv1"]["rootfs"]["diff_ids"]
    with capsys.disabled():
        print(f"\n{image}: {len(layers)} layers; /opt/nodetop {size:.0f} MB, of which")
        print(*(f"  {each:5.1f} MB {name}" for each, name in largest[:8]), sep="\n")
    assert size < MOST_MEGABYTES
    assert not list((root / "opt" / "nodetop").rglob("pip"))
    assert not (root / "src").exists()


def test_its_programs_run(root: Path, volume: Path, configuration: dict[str, object]) -> None:
    for words, wanted in (
        (("nodetop", "--version"), f"nodetop {__version__}"),
        (("nodetop-server", "--version"), f"nodetop-server {__version__}"),
        (("nodetop", "--demo", "--once"), "web-1"),
    ):
        out, problems = Container(root, volume, configuration, *words).process.communicate(timeout=60)
        assert wanted in out and not problems


def test_a_hub_answers_writes_only_to_its_volume_and_stops(
    root: Path, volume: Path, configuration: dict[str, object]
) -> None:
    before = {path for path in root.rglob("*") if not path.is_relative_to(root / "proc")}
    hub = Container(root, volume, configuration, "nodetop-server", "--listen", "0.0.0.0:0")
    until(lambda: (volume / "hub" / "hub.pin").exists() or hub.process.poll() is not None, "it starts", 60)
    inside = hub.inside()
    assert Path(f"/proc/{inside}/status").read_text().split("NSpid:")[1].split()[1] == "1"

    def health() -> int:
        enter = ["nsenter", "-t", str(inside), "-m", "-p", "-r", "-S", "65532", "-G", "65532"]
        words = ["/usr/bin/env", "-i", *configuration["Env"], "nodetop-server", "health"]  # type: ignore[misc]
        return subprocess.run([*enter, *words], capture_output=True, check=False).returncode

    until(lambda: health() == 0, "it is healthy", 60)
    os.kill(inside, signal.SIGTERM)
    hub.process.communicate(timeout=5)
    assert hub.process.returncode == 0
    assert {path.name for path in volume.iterdir()} == {"hub"}
    assert {path for path in root.rglob("*") if not path.is_relative_to(root / "proc")} == before
