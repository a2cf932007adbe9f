"""A real Prometheus that scrapes a real nodetop-server: what `nodetop --cluster` says about this host is what `nodetop`
says. Also its authentication and TLS."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from nodetop.sources.prometheus.exporters import CADVISOR, MOST_ROWS, OWN, Found
from nodetop.sources.prometheus.promql import batch
from tests.prometheus_programs import free_port, program, prometheus, running
from tests.server.servers import server, until

SCRAPE = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: node
    params: {{nodes: [all]}}
    honor_labels: true
    authorization: {{credentials_file: {token}}}
    static_configs: [{{targets: ["{host}"]}}]
"""
HASH = "$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze"
"""Of the password alice123, from the documentation of Prometheus."""


def nodetop(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "nodetop", *arguments]
    environment = {**os.environ, "NODETOP_DATA_DIR": str(folder), "HOME": str(folder)}
    return subprocess.run(command, capture_output=True, text=True, timeout=50, env=environment)


def told(folder: Path, *arguments: str) -> dict[str, Any]:
    done = nodetop(folder, *arguments, "--json", "--count", "1")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[0])
    return found


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Prometheus with some seconds of this host's data."""
    program("prometheus")
    folder = tmp_path_factory.mktemp("scraped")
    with server(folder / "hub", "--listen", "127.0.0.1:0", "--node-name", "self", "--interval", 1) as hub:
        hub.client().close()
        configuration = SCRAPE.format(token=hub.hub / "read.token", host=hub.url.removeprefix("http://"))
        with prometheus(folder, configuration) as url:
            query = {"query": "count_over_time(node_boot_time_seconds[1m]) > 3"}
            until(lambda: httpx.get(f"{url}/api/v1/query", params=query, trust_env=False).json()["data"]["result"])
            yield url


def test_it_says_of_this_host_what_the_host_says(scraped: str, tmp_path: Path) -> None:
    here = told(tmp_path)
    there = told(tmp_path, "--cluster", f"prometheus+{scraped}", "--node", "self")
    for part, names in {
        "host": ("os", "kernel", "architecture", "boot_time", "cpu_count"),
        "memory": ("total_bytes", "swap_total_bytes"),
    }.items():
        assert {name: here[part][name] for name in names} == {name: there[part][name] for name in names}
    for part, name, tolerance in (
        ("memory", "available_bytes", 0.1 * here["memory"]["total_bytes"]),
        ("memory", "cached_bytes", 0.1 * here["memory"]["total_bytes"]),
        ("cpu", "load_5m", 2),
    ):
        assert there[part][name] == pytest.approx(here[part][name], abs=tolerance)
    keys = ("device", "mount_point", "fs_type", "total_bytes", "inodes_total", "read_only")
    spaces = [[{key: each[key] for key in keys} for each in found["filesystems"]] for found in (here, there)]
    assert spaces[0] == spaces[1]
    assert {each["interface"] for each in here["networks"]} == {each["interface"] for each in there["networks"]}
    assert {each["device"] for each in here["disks"]} <= {each["device"] for each in there["disks"]}
    assert len(here["cpu"]["cores"]) == len(there["cpu"]["cores"])
    if here["workloads"] is not None:
        lasting = [{each["group"]: each for each in found["workloads"]["rows"]} for found in (here, there)]
        both = lasting[0].keys() & lasting[1].keys()
        assert both
        names = ("kind", "name", "memory_limit_bytes")
        for group in both:
            assert [lasting[0][group].get(name) for name in names] == [lasting[1][group].get(name) for name in names]
    shares = [there["cpu"][f"{name}_percent"] for name in ("busy", "iowait")]
    assert 0 <= sum(shares) <= 100.001


def test_prometheus_understands_what_is_asked_about_workloads(scraped: str) -> None:
    for exporter, count in ((OWN, 5), (CADVISOR, MOST_ROWS + 1)):
        query = batch(Found(exporter, 'instance=~"x(:[0-9]+)?"', count).parts(60))
        reply = httpx.post(f"{scraped}/api/v1/query", data={"query": query}, trust_env=False)
        assert reply.json() == {"status": "success", "data": {"resultType": "vector", "result": []}}


def test_a_plain_url_is_recognised_by_every_command(scraped: str, tmp_path: Path) -> None:
    once = nodetop(tmp_path, "--cluster", scraped, "--once")
    assert once.returncode == 0 and "self" in once.stdout and "1 node: 1 up" in once.stdout
    check = nodetop(tmp_path, "--cluster", scraped, "--check", "cpu<101", "memory<101")
    assert check.returncode == 0, check.stdout
    path = tmp_path / "incident.gz"
    export = nodetop(tmp_path, "export", str(path), "--since", "-2m", "--cluster", scraped)
    assert export.returncode == 0, export.stderr
    replayed = nodetop(tmp_path, "--replay", str(path), "--once")
    assert replayed.returncode == 0 and "self" in replayed.stdout


def test_a_wrong_node_or_a_store_that_is_not_there_is_one_line(scraped: str, tmp_path: Path) -> None:
    wrong = nodetop(tmp_path, "--cluster", f"prometheus+{scraped}", "--once", "--node", "nobody")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)
    assert "has no node nobody" in wrong.stderr
    refused = nodetop(tmp_path, "--cluster", f"prometheus+{scraped}", "--once", "--selector", 'job="')
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "cannot answer a query" in refused.stderr
    absent = nodetop(tmp_path, "--cluster", "prometheus+http://127.0.0.1:9", "--once")
    assert (absent.returncode, len(absent.stderr.splitlines())) == (1, 1)
    assert "is Prometheus running there?" in absent.stderr


def test_basic_authentication_and_a_client_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "cert.pem")
    authority.issue_cert("client").private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    web = tmp_path / "web.yml"
    demanded = f"client_auth_type: RequireAndVerifyClientCert, client_ca_file: {tmp_path}/ca.pem"
    tls = f"{{cert_file: {tmp_path}/cert.pem, key_file: {tmp_path}/cert.pem, {demanded}}}"
    web.write_text(f"tls_server_config: {tls}\nbasic_auth_users: {{alice: {HASH}}}\n")
    (tmp_path / "prometheus.yml").write_text("{}")
    password = tmp_path / "password"
    password.write_text("alice123\n")
    password.chmod(0o600)
    port = free_port()
    command = [
        program("prometheus"),
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/tsdb",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--web.config.file={web}",
    ]
    url = f"https://localhost:{port}"
    pem = str(tmp_path / "client.pem")
    anonymous = ("--cluster", f"prometheus+{url}", "--ca-file", str(tmp_path / "ca.pem"))
    trusted = (*anonymous, "--tls-cert", pem, "--tls-key", pem)
    ready, about = f"{url}/-/ready", {"auth": ("alice", "alice123"), "ca": tmp_path / "ca.pem", "cert": (pem, pem)}
    with running(command, ready, tmp_path / "log", **about):
        nobody = nodetop(tmp_path, *anonymous, "--once", "--user", "alice", "--password-file", str(password))
        with_password = nodetop(tmp_path, *trusted, "--once", "--user", "alice", "--password-file", str(password))
        without = nodetop(tmp_path, *trusted, "--once")
        untrusted = nodetop(tmp_path, "--cluster", f"prometheus+{url}", "--once")
        password.write_text("wrong\n")
        wrong = nodetop(tmp_path, *trusted, "--once", "--user", "alice", "--password-file", str(password))
    assert (with_password.returncode, with_password.stderr) == (0, "")
    assert "client certificate" in nobody.stderr
    assert "requires credentials" in without.stderr
    assert "rejects the credentials" in wrong.stderr
    assert "is not accepted" in untrusted.stderr
    assert "alice123" not in without.stderr + wrong.stderr + untrusted.stderr + with_password.stdout
