"""The Debian package, installed, used and purged in a small Debian."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodetop.base.version import __version__
from tests.packaging.conftest import ROOT, need, run
from tests.server.servers import until

pytestmark = [pytest.mark.timeout(900), pytest.mark.may_block]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("dpkg-deb")
    folder = tmp_path_factory.mktemp("deb")
    run(
        ROOT / "deploy" / "scripts" / "build-deb", folder, env={"PATH": "/usr/bin:/bin", "PIP": f"{sys.prefix}/bin/pip"}
    )
    (package,) = folder.glob("nodetop-monitor_*.deb")
    return package


@pytest.fixture(scope="module")
def root(debian: Path, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small Debian with the package."""
    root = tmp_path_factory.mktemp("root")
    run("tar", "-C", root, "-xf", debian)
    run("mount", "-t", "proc", "proc", root / "proc")
    try:
        (root / package.name).write_bytes(package.read_bytes())
        run("chroot", root, "dpkg", "-i", f"/{package.name}")
        yield root
    finally:
        run("umount", root / "proc")


def test_the_programs_run(root: Path) -> None:
    assert run("chroot", root, "nodetop", "--version") == f"nodetop {__version__}\n"
    assert "Memory" in run("chroot", root, "nodetop", "--once", "--data-dir", "/tmp/data")
    assert "web-1" in run("chroot", root, "nodetop", "--demo", "--once")


def test_an_administrator_finds_what_they_expect(root: Path) -> None:
    for name in (
        "man/man1/nodetop.1.gz",
        "bash-completion/completions/nodetop-server",
        "doc/nodetop-monitor/copyright",
        "applications/nodetop.desktop",
        "icons/hicolor/scalable/apps/nodetop.svg",
    ):
        assert (root / "usr" / "share" / name).exists(), name
    for unit in ("nodetop-hub.service", "nodetop-server.service"):
        text = (root / "usr" / "lib" / "systemd" / "system" / unit).read_text()
        assert "ExecStart=/usr/bin/nodetop-server " in text and "/usr/local" not in text.partition("[Unit]")[2]
    assert (root / "etc" / "nodetop" / "node.toml").stat().st_mode & 0o777 == 0o600
    assert list((root / "usr" / "lib" / "nodetop" / "nodetop" / "__pycache__").glob("*.pyc"))


def test_desktops_accept_its_entry() -> None:
    need("desktop-file-validate")
    assert run("desktop-file-validate", ROOT / "deploy" / "debian" / "nodetop.desktop") == ""


def test_a_hub_runs_invites_and_stops(root: Path) -> None:
    command = ["chroot", str(root), "nodetop-server", "--listen", "0.0.0.0:0", "--data-dir", "/var/lib/hub"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        until(lambda: (root / "var" / "lib" / "hub" / "hub" / "hub.pin").exists(), "it starts")
        assert "--code" in run("chroot", root, "nodetop-server", "--data-dir", "/var/lib/hub", "invite")
        hub.terminate()
        assert hub.wait(5) == 0


def test_an_upgrade_keeps_settings_data_and_the_hub_that_runs(root: Path, package: Path, tmp_path: Path) -> None:
    run("dpkg-deb", "-R", package, tmp_path / "newer")
    control = tmp_path / "newer" / "DEBIAN" / "control"
    control.write_text(control.read_text().replace(f"Version: {__version__}\n", "Version: 99\n"))
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tmp_path / "newer", root / "newer.deb")
    changed = root / "etc" / "nodetop" / "node.toml"
    changed.write_text(changed.read_text() + "# ours\n")
    command = ["chroot", str(root), "nodetop-server", "--listen", "0.0.0.0:0", "--data-dir", "/var/lib/upgraded"]
    data = root / "var" / "lib" / "upgraded" / "hub"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as hub:
        until(lambda: (data / "hub.pin").exists(), "it starts")
        token = (data / "read.token").read_text()
        run("chroot", root, "dpkg", "-i", "/newer.deb")
        assert "--code" in run("chroot", root, "nodetop-server", "--data-dir", "/var/lib/upgraded", "invite")
        hub.terminate()
        log = hub.communicate(timeout=10)[1]
        assert hub.returncode == 0 and "level=error" not in log, log
    assert changed.read_text().endswith("# ours\n") and changed.stat().st_mode & 0o777 == 0o600
    assert (data / "read.token").read_text() == token
    assert "Status: install ok installed" in run("chroot", root, "dpkg", "-s", "nodetop-monitor")


def test_lintian_finds_what_is_known(package: Path) -> None:
    need("lintian")
    done = subprocess.run(["lintian", "--allow-root", package], capture_output=True, text=True, check=False)
    found = {line.split()[2] for line in done.stdout.splitlines()}
    assert found <= {
        "bogus-mail-host",  # there is no address: DEBEMAIL sets it
        "bogus-mail-host-in-debian-changelog",
        "maintainer-script-calls-systemctl",  # built without debhelper
        "non-standard-file-perm",  # node.toml has a secret
        "unstripped-binary-or-object",  # the libraries, as they come
        "unusual-interpreter",
    }


def test_a_purge_leaves_nothing(root: Path) -> None:
    """The last test: it removes what the others use."""
    run("chroot", root, "dpkg", "--purge", "nodetop-monitor")
    left = [path for name in ("usr/lib/nodetop", "usr/bin/nodetop", "etc/nodetop") if (path := root / name).exists()]
    assert not left
