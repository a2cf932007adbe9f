"""Remote write of a real nodetop-server to a real VictoriaMetrics and Prometheus: outages leave no hole."""

import ssl
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from nodetop.server.base.startup import StartError
from nodetop.server.remote_write.setup import remote_writer
from nodetop.server.settings import ServerSettings
from tests.prometheus_programs import free_port, program, running
from tests.server.servers import refused, server, until

OUTAGE_SECONDS = 1.5


def victoria(folder: Path, port: int) -> list[object]:
    return [
        program("victoria-metrics"),
        f"-storageDataPath={folder / 'victoria'}",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-search.latencyOffset=0s",
        "-memory.allowedBytes=256MB",
    ]


def times(url: str) -> list[float]:
    """The times of all samples of one series."""
    query = {"query": 'node_boot_time_seconds{instance="self"}[5m]'}
    found = httpx.get(f"{url}/api/v1/query", params=query, trust_env=False).json()["data"]["result"]
    return [at for at, _ in found[0]["values"]] if found else []


def test_a_receiver_that_was_away_has_no_hole(tmp_path: Path) -> None:
    port = free_port()
    command, health, log = victoria(tmp_path, port), f"http://127.0.0.1:{port}/health", tmp_path / "victoria.log"
    url = f"http://127.0.0.1:{port}"
    arguments = ("--node-name", "self", "--interval", 1, "--listen", "127.0.0.1:0")
    remote = ("--remote-write", f"{url}/api/v1/write", "--remote-write-interval", 1)
    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        first.enter_context(running(command, health, log))
        writing = stack.enter_context(server(tmp_path / "hub", *arguments, *remote))
        until(lambda: len(times(url)) > 1)
        first.close()
        away_since = time.time()
        until(lambda: time.time() - away_since > OUTAGE_SECONDS and "remote_write_waiting" in writing.log)
        back_at = time.time()
        stack.enter_context(running(command, health, log))
        until(lambda: any(at > back_at for at in times(url)))
        found = times(url)
        with writing.client() as reader:
            recent = reader.get("/api/v2/clusters/default/node-metrics/self/recent").json()["samples"]
        assert writing.end() == 0
    taken = [round(sample["taken_at"], 3) for sample in recent]
    late = {later for earlier, later in pairwise(taken) if later - earlier < 0.5}  # too close to be sent
    missing = [at for at in taken if found[0] <= at <= found[-1] and at not in late | set(found)]
    assert missing == []
    assert any(away_since < at < back_at for at in found)
    assert len(set(found)) == len(found)


def test_a_client_certificate_for_prometheus(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("localhost", "client"):
        authority.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(tmp_path / f"{name}.pem")
    (tmp_path / "client.pem").chmod(0o600)
    web, pem = tmp_path / "web.yml", tmp_path / "localhost.pem"
    tls = f"cert_file: {pem}, key_file: {pem}, client_auth_type: RequireAndVerifyClientCert"
    web.write_text(f"tls_server_config: {{{tls}, client_ca_file: {tmp_path}/ca.pem}}\n")
    (tmp_path / "prometheus.yml").write_text("{}")
    port = free_port()
    url = f"https://localhost:{port}"
    command = [
        program("prometheus"),
        f"--config.file={tmp_path}/prometheus.yml",
        f"--storage.tsdb.path={tmp_path}/tsdb",
        f"--web.listen-address=127.0.0.1:{port}",
        f"--web.config.file={web}",
        "--web.enable-remote-write-receiver",
    ]
    arguments = ("--node-name", "self", "--interval", 1, "--listen", "127.0.0.1:0")
    remote = ("--remote-write", f"{url}/api/v1/write", "--remote-write-interval", 1)
    trust = ("--remote-write-ca-file", tmp_path / "ca.pem")
    mine = ("--remote-write-cert", tmp_path / "client.pem", "--remote-write-key", tmp_path / "client.pem")
    ready, pair = f"{url}/-/ready", (str(tmp_path / "client.pem"), str(tmp_path / "client.pem"))
    with running(command, ready, tmp_path / "log", ca=tmp_path / "ca.pem", cert=pair):
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        context.load_cert_chain(*pair)

        def count() -> bool:
            query = {"query": 'count({job="nodetop"})'}
            reply = httpx.get(f"{url}/api/v1/query", params=query, trust_env=False, verify=context)
            return bool(reply.json()["data"]["result"])

        with server(tmp_path / "hub", *arguments, *remote, *trust, *mine):
            until(count)
        with server(tmp_path / "other", *arguments, *remote, *trust) as without:
            until(lambda: "remote_write_waiting" in without.log)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"remote_write": None, "remote_write_user": "me"}, "--remote-write-user needs --remote-write"),
        ({"remote_write": "http://127.0.0.1:1"}, "has no path"),
        ({"remote_write": "http://receiver.example/write"}, "--insecure-http"),
        ({"remote_write_user": "me"}, "need each other"),
        ({"remote_write_headers": "x"}, "must be like"),
        ({"remote_write_cert": Path("c")}, "need each other"),
        ({"remote_write_token_file": Path("/nonexistent/x")}, "/nonexistent/x"),
    ],
)
def test_wrong_settings_are_one_line(tmp_path: Path, given: dict[str, Any], message: str) -> None:
    settings = ServerSettings(**{"remote_write": "http://127.0.0.1:1/w", **given})
    with pytest.raises(StartError) as raised:
        remote_writer(settings, tmp_path)
    assert message in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_wrong_settings_end_the_program(tmp_path: Path) -> None:
    code, line = refused(tmp_path / "hub", "--listen", "127.0.0.1:0", "--remote-write", "http://127.0.0.1:1")
    assert code == 2
    assert "has no path" in line
