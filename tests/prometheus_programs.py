"""Prometheus and its kin as real programs on a free port of the loopback; a test without them is skipped."""

import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.server.servers import WAIT_SECONDS, until


def program(name: str) -> str:
    """The path of a program of Debian's packages prometheus, prometheus-node-exporter, victoria-metrics, installed, or
    unpacked by scripts/prometheus-programs."""
    unpacked = Path(sys.prefix) / "prometheus/usr/bin"
    found = shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}{unpacked}")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        port: int = each.getsockname()[1]
        return port


@contextmanager
def running(
    command: Sequence[object],
    url: str,
    log: Path,
    *,
    auth: tuple[str, str] | None = None,
    ca: Path | None = None,
    cert: tuple[str, str] | None = None,
) -> Iterator[str]:
    """A program that answers at a URL, which is yielded without its path; ended afterwards."""
    with log.open("wb") as out:
        process = subprocess.Popen([*map(str, command)], stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        verify = ssl.create_default_context(cafile=ca)
        if cert is not None:
            verify.load_cert_chain(*cert)
        until(lambda: _answers(url, auth, verify) or process.poll() is not None, log.read_text, WAIT_SECONDS)
        assert process.poll() is None, log.read_text()
        yield "/".join(url.split("/")[:3])
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def _answers(url: str, auth: tuple[str, str] | None, verify: ssl.SSLContext) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(url, trust_env=False, auth=auth, verify=verify).status_code == 200
    return False


@contextmanager
def node_exporter(folder: Path) -> Iterator[str]:
    listen = f"127.0.0.1:{free_port()}"
    command = [program("prometheus-node-exporter"), f"--web.listen-address={listen}"]
    with running(command, f"http://{listen}/metrics", folder / "node_exporter.log") as url:
        yield url


@contextmanager
def prometheus(folder: Path, configuration: str, *flags: str) -> Iterator[str]:
    """A Prometheus with this configuration in YAML."""
    listen = f"127.0.0.1:{free_port()}"
    path = folder / "prometheus.yml"
    path.write_text(configuration)
    command = [
        program("prometheus"),
        f"--config.file={path}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address={listen}",
        *flags,
    ]
    with running(command, f"http://{listen}/-/ready", folder / "prometheus.log") as url:
        yield url


@contextmanager
def victoria_metrics(folder: Path, *flags: str) -> Iterator[str]:
    listen = f"127.0.0.1:{free_port()}"
    command = [
        program("victoria-metrics"),
        f"-storageDataPath={folder / 'victoria'}",
        f"-httpListenAddr={listen}",
        "-retentionPeriod=100y",
        "-memory.allowedBytes=256MB",
        *flags,
    ]
    with running(command, f"http://{listen}/health", folder / "victoria.log") as url:
        yield url
