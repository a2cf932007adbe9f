"""Why nodetop-server does not start: one line that says what is wrong and how to fix it, and an exit code."""

import os
import signal
import socket
import stat
from pathlib import Path

import httpx
import pytest
import trustme

from tests.server.servers import Server, refused, server, until

LOCAL = ("--listen", "127.0.0.1:0")
TOKEN = "kJ8sdf7sDkjh3kjhsdf8ksjdhf83kjhsd"


def private(path: Path, text: str = TOKEN) -> Path:
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "server"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*LOCAL, "--code", "ABCD"), "--code needs --join"),
        (("--join", "https://hub.example", "--code", "ABCD"), "not a complete join code"),
        (("--listen", "nonsense:x"), "is not an address; write it like 0.0.0.0:8082"),
        (("--listen", "[::1"), "is not an address"),
        (("--listen", "127.0.0.1:99999"), "is not an address"),
        ((*LOCAL, "--cluster-id", "a b"), "--cluster-id 'a b' is not valid"),
        ((*LOCAL, "--node-name", "-x"), "--node-name '-x' is not valid"),
        ((*LOCAL, "--tls-cert", "c.pem"), "--tls-cert and --tls-key are needed together"),
        ((*LOCAL, "--join", "https://up"), "give --cluster-id"),
        ((*LOCAL, "--pin", "sha256:00"), "--pin needs --join"),
        (("--join", "http://hub.example"), "--insecure-http on a network you trust"),
        (("--join", "https://token@hub.example"), "cannot hold a password or token; use --token-file"),
        (("--join", "https://hub.example"), "A node needs a join code from the hub"),
        (("--join", "https://hub.example", "--pin", "sha256:1"), "A pin must be sha256:"),
        (("--join", "https://hub.example", "--token-file", "/no/such"), "Cannot read the token file /no/such"),
        (("--token", "secret"), "there is no option --token; "),
        (("--interval", "nan"), "is not a number of seconds"),
        (("--args", "some"), "'some' is not one of"),
    ],
)
def test_a_wrong_setting(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    code, line = refused(folder, *arguments)
    assert (code, words in line) == (2, True), line


def test_a_wrong_variable_and_a_wrong_file_are_named(folder: Path, tmp_path: Path) -> None:
    code, line = refused(folder, *LOCAL, NODETOP_MAX_NODES="0")
    assert (code, "NODETOP_MAX_NODES in the environment" in line) == (2, True), line
    (tmp_path / "nodetop.toml").write_text("interval = 2\n[server]\nretention = 3\n")
    code, line = refused(folder, "--config", tmp_path / "nodetop.toml")
    assert (code, "nodetop.toml:3: unknown key 'retention'; did you mean 'retention_days'?" in line) == (2, True), line


def test_the_file_and_the_environment_are_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "nodetop.toml").write_text('interval = 2\n[server]\nlisten = "127.0.0.1:0"\ncluster_id = "of-file"\n')
    environment = {"NODETOP_CONFIG": str(tmp_path / "nodetop.toml"), "NODETOP_NODE_NAME": "of-env"}
    with server(folder, **environment) as hub, hub.client() as reader:
        assert reader.get("/api/v2/clusters/of-file/node-metrics/of-env").status_code == 200


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("qwertz", "a token is shorter than 22"),
        ("a" * 43, "too easy to guess"),
        ("ab\x01" * 20, "not printable ASCII"),
        ("", "contains no token"),
        ("# only a remark", "contains no token"),
    ],
)
def test_a_token_that_is_none(folder: Path, tmp_path: Path, text: str, words: str) -> None:
    code, line = refused(folder, *LOCAL, "--read-token-file", private(tmp_path / "t", text))
    assert (code, words in line) == (2, True), line
    assert text == "" or text not in line


def test_a_token_that_pushes_must_not_read(folder: Path, tmp_path: Path) -> None:
    same = private(tmp_path / "t")
    code, line = refused(folder, *LOCAL, "--read-token-file", same, "--push-token-file", same)
    assert (code, "have the same token" in line) == (2, True), line


def test_secrets_that_others_can_read(folder: Path, tmp_path: Path) -> None:
    private(tmp_path / "t").chmod(0o644)
    code, line = refused(folder, *LOCAL, "--push-token-file", tmp_path / "t")
    assert (code, "can be read by others; run: chmod 600" in line) == (2, True), line


def test_a_data_directory_that_others_can_write(folder: Path) -> None:
    (folder / "data" / "hub").mkdir(parents=True)
    (folder / "data" / "hub").chmod(0o777)
    code, line = refused(folder, *LOCAL)
    assert (code, "can be written by others; run: chmod go-w" in line) == (2, True), line


def test_a_data_directory_that_others_can_replace(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data").chmod(0o777)
    code, line = refused(folder, *LOCAL)
    assert (code, "Any user can replace" in line and "chmod o-w" in line) == (2, True), line
    (folder / "data").chmod(0o1777)  # as /tmp
    with server(folder, *LOCAL) as hub:
        assert hub.end() == 0


def test_a_data_directory_that_is_a_file(folder: Path) -> None:
    folder.mkdir()
    (folder / "data").write_text("")
    code, line = refused(folder, *LOCAL)
    assert code == 2
    assert "data" in line


def test_a_second_server_on_the_same_data(folder: Path) -> None:
    with server(folder, *LOCAL) as first:
        second = Server(folder, *LOCAL)
        assert second.wait() == 3
        assert "Another nodetop-server is using" in second.log
        assert first.process.poll() is None


def test_a_port_that_is_taken(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, line = refused(folder, "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert (code, "Address already in use; if another server uses it" in line) == (2, True), line


def test_an_address_of_no_machine(folder: Path) -> None:
    code, line = refused(folder, "--listen", "192.0.2.77:0")
    assert (code, "; give an address of this machine, like 0.0.0.0:8082" in line) == (2, True), line


def test_history_of_a_newer_version_is_left_as_it_is(folder: Path) -> None:
    with server(folder, *LOCAL) as hub:
        assert hub.end() == 0
    about = next((folder / "data" / "hub" / "history").glob("*version*"), None) or next(
        path for path in (folder / "data" / "hub" / "history").iterdir() if path.is_file()
    )
    about.write_bytes(about.read_bytes().replace(b"1", b"9"))
    before = about.read_bytes()
    code, line = refused(folder, *LOCAL)
    assert (code, "newer" in line) == (2, True), line
    assert about.read_bytes() == before


def test_what_it_makes_is_nobody_elses(folder: Path) -> None:
    with server(folder, *LOCAL) as hub:
        assert hub.end() == 0
    for path in [folder / "data" / "hub", *(folder / "data" / "hub").rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_certificate_and_its_key(folder: Path, tmp_path: Path) -> None:
    certificate = trustme.CA().issue_cert("127.0.0.1")
    cert, key = tmp_path / "c.pem", tmp_path / "k.pem"
    certificate.cert_chain_pems[0].write_to_path(cert)
    certificate.private_key_pem.write_to_path(key)
    key.chmod(0o644)
    files = ("--tls-cert", cert, "--tls-key", key)
    code, line = refused(folder, *LOCAL, *files)
    assert (code, "can be read by others" in line) == (2, True), line
    key.chmod(0o600)
    other = tmp_path / "o.pem"
    trustme.CA().issue_cert("127.0.0.1").cert_chain_pems[0].write_to_path(other)
    code, line = refused(folder, *LOCAL, "--tls-cert", other, "--tls-key", key)
    assert (code, "Cannot use the certificate" in line) == (2, True), line
    code, line = refused(folder, *LOCAL, "--tls-cert", key, "--tls-key", key)
    assert code == 2
    with server(folder, *LOCAL, *files) as hub:
        assert hub.url.startswith("https://")
        assert " --pin sha256:" in hub.said


def test_insecure_http_is_said_at_each_start_and_in_the_status(folder: Path) -> None:
    with server(folder, "--listen", "0.0.0.0:0", "--insecure-http") as hub:
        port = hub.url.rpartition(":")[2]
        assert "insecure_http" in hub.log
        with hub.client() as reader:
            assert reader.get(f"http://127.0.0.1:{port}/api/v2/status").json()["insecure_http"]


def test_forget_without_a_hub(folder: Path) -> None:
    code, line = refused(folder, "forget", "x")
    assert (code, "There is no hub in" in line) == (2, True), line
    with server(folder, *LOCAL) as hub:
        assert hub.end() == 0
    code, line = refused(folder, "forget", "../x")
    assert (code, "is not a node name" in line) == (2, True), line
    told = Server(folder, "forget", "x")
    assert told.wait() == 0
    assert told.said == "The hub is not running; it will forget x when it starts, if it has a node of that name\n"


def test_new_tokens_count_after_a_hangup_and_bad_ones_do_not(folder: Path) -> None:
    with server(folder, *LOCAL) as hub, hub.client() as reader:
        old, file = hub.token("read"), hub.hub / "read.token"

        def status(token: str) -> int:
            headers = {"Authorization": f"Bearer {token}"}
            return httpx.get(f"{hub.url}/api/v2/status", headers=headers, trust_env=False).status_code

        file.write_text(f"{old}\n{TOKEN}\n")
        os.kill(hub.process.pid, signal.SIGHUP)
        until(lambda: "event=reloaded" in hub.log)
        assert (status(old), status(TOKEN)) == (200, 200)
        file.write_text("bad\n")
        os.kill(hub.process.pid, signal.SIGHUP)
        until(lambda: "event=not_reloaded" in hub.log)
        assert reader.get("/api/v2/status").status_code == 200
        assert "bad" not in hub.log.replace("not_reloaded", "")
