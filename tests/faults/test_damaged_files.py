"""Damaged files of a node and of a user: what waits to be sent, and the settings."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Nodetop
from tests.faults.conftest import Fault, damage
from tests.faults.test_disks import HUB
from tests.faults.test_peers import counted, join
from tests.server.servers import server, until

SETTINGS = 'theme = "light"\ninterval = 2\n[server]\nlisten = "127.0.0.1:0"\n'


@pytest.mark.parametrize("way", ["cut", *(pytest.param(way, marks=pytest.mark.long) for way in ("bit", "empty"))])
def test_a_damaged_spool(way: str, tmp_path: Path, fault: Fault) -> None:
    """Each file of it in turn: the node starts, says what it lost, and sends the rest and what is new."""
    with server(tmp_path / "hub", *HUB) as hub:
        port, first = int(hub.url.rpartition(":")[2]), tmp_path / "first"
        arguments = join(hub, f"http://127.0.0.1:{port}")
        hub.end()
        with server(first, *arguments) as node:
            until(lambda: sum(path.stat().st_size for path in spool(first).rglob("*")) > 20_000, lambda: node.log)
            assert node.end() == 0
    files = [path.relative_to(first) for path in spool(first).rglob("*") if path.is_file()]
    assert files
    for number, path in enumerate(files):
        with fault(f"a node's spool, {kind(path)}: {way}", "the node starts, and sends what is whole and what is new"):
            folder = tmp_path / f"{number}"
            shutil.copytree(first, folder)
            damage(folder / path, way)
            (folder / "err.txt").unlink()
            with server(tmp_path / f"hub{number}", *HUB, "--listen", f"127.0.0.1:{port}") as again:
                token = ("--token-file", again.hub / "push.token")
                with server(folder, *arguments, *token) as node:
                    before = until(lambda hub=again: counted(hub, "far"), lambda node=node: node.log)
                    until(lambda hub=again, before=before: counted(hub, "far") > before + 1, lambda node=node: node.log)
                    assert "Traceback" not in node.log, node.log
                    assert node.end() == 0
                assert again.end() == 0


def spool(folder: Path) -> Path:
    return folder / "data" / "node" / "spool"


def kind(path: Path) -> str:
    return path.name if not path.name[0].isdigit() else f"a {path.suffix.lstrip('.')} file"


def as_text(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": as_text(SETTINGS[:10]),
    "a bit changed": lambda path: damage(path, "bit"),
    "zeros": lambda path: path.write_bytes(bytes(4096)),
    "not text": lambda path: path.write_bytes(bytes(range(128, 256)) * 4),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "deep": as_text("x = " + "[" * 5000),
    "a table twice": as_text("[server]\n[server]\n"),
    "another type": as_text("server = 3\nkeys = []\n"),
    "huge": lambda path: path.write_bytes(b"#" * (64 * 2**20)),
}
KEPT = ("cut", "not text")
"""Those that make test does too."""


@pytest.mark.parametrize(
    "way", [pytest.param(way, marks=() if way in KEPT else (pytest.mark.long,)) for way in DAMAGES]
)
def test_a_damaged_settings_file(way: str, tmp_path: Path, nodetop: Nodetop, fault: Fault) -> None:
    path = tmp_path / "nodetop.toml"
    path.write_text(SETTINGS)
    DAMAGES[way](path)
    with fault(f"a settings file is damaged: {way}", "one line that names the file, and a non-zero exit"):
        done = nodetop("--json", "--config", path)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.startswith("nodetop: ") and str(path) in done.stderr, done.stderr


def test_an_empty_settings_file(tmp_path: Path, nodetop: Nodetop, fault: Fault) -> None:
    (tmp_path / "nodetop.toml").write_text("")
    with fault("a settings file is empty", "the defaults count"):
        assert nodetop("--json", "--interval", "0.25", "--config", tmp_path / "nodetop.toml").returncode == 0
