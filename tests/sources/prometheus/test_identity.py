"""A store behind TLS that demands a client certificate, credentials and a tenant: each is sent, and a missing or wrong
one is one plain line."""

import asyncio
import base64
import ssl
from pathlib import Path
from typing import Any

import click
import pytest
import trustme

from nodetop.commands.base.store import store_source
from nodetop.settings.options import Settings
from nodetop.sources.source import SourceError
from tests.scripted_http import Reply, scripted_server


class Files:
    """Certificates and secrets of a client, and a context of the server that demands its certificate."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.pem")
        server = authority.issue_cert("localhost")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.configure_cert(self.context)
        authority.configure_trust(self.context)
        self.context.verify_mode = ssl.CERT_REQUIRED
        for name, issuer in (("mine", authority), ("other", trustme.CA())):
            issued = issuer.issue_cert("client")
            issued.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
            issued.private_key_pem.write_to_path(folder / f"{name}.key")
        for name, text in (("token", "s3cret-token"), ("password", "pa55word")):
            (folder / name).write_text(f"{text}\n")
            (folder / name).chmod(0o600)

    def settings(self, url: str, cert: str | None = None, key: str | None = None, **more: Any) -> Settings:
        return Settings(
            cluster=f"prometheus+{url}",
            ca_file=self.folder / "ca.pem",
            tls_cert=self.folder / f"{cert}.pem" if cert else None,
            tls_key=self.folder / f"{key}.key" if key else None,
            **more,
        )


async def asked(settings: Settings) -> int:
    """How many nodes the store has."""
    source = await asyncio.to_thread(store_source, settings)
    try:
        _, rows = await source.overview()
    finally:
        await source.aclose()
    return len(rows)


async def test_certificate_token_password_and_tenant(tmp_path: Path) -> None:
    files = Files(tmp_path)
    basic = "Basic " + base64.b64encode(b"alice:pa55word").decode()
    tenant = {"headers": "X-Scope-OrgID: team-a; X-Other: b"}
    token = {"token_file": tmp_path / "token"}
    password = {"user": "alice", "password_file": tmp_path / "password"}
    with scripted_server(files.context) as store:

        def reply(path: str) -> Reply:
            headers = store.seen[-1][1]
            is_known = headers.get("authorization") in (basic, "Bearer s3cret-token")
            is_tenant = headers.get("x-scope-orgid") == "team-a" and headers.get("x-other") == "b"
            return Reply() if is_known and is_tenant else Reply(401, b"no org id")

        store.reply = reply
        for credentials in (token, password):
            assert await asked(files.settings(store.url, "mine", "mine", **credentials, **tenant)) == 0
        with pytest.raises(SourceError, match="requires a tenant"):
            await asked(files.settings(store.url, "mine", "mine", **token))
        seen = len(store.seen)
        with pytest.raises(SourceError, match="client certificate"):
            await asked(files.settings(store.url, "other", "other", **token, **tenant))
        with pytest.raises(SourceError, match="client certificate"):
            await asked(files.settings(store.url, **token, **tenant))
        assert len(store.seen) == seen  # nothing was sent


@pytest.mark.parametrize(
    ("url", "cert", "key", "message"),
    [
        ("https://localhost:1", "mine", "other", "the key is that of another certificate"),
        ("https://localhost:1", "mine", "absent", "No such file"),
        ("https://localhost:1", "ca", "mine", "the key is that of another certificate"),
        ("http://127.0.0.1:1", "mine", "mine", "--tls-cert needs https://"),
        ("https://localhost:1", "mine", None, "--tls-cert and --tls-key need each other"),
    ],
)
def test_wrong_files_are_one_line(tmp_path: Path, url: str, cert: str, key: str | None, message: str) -> None:
    files = Files(tmp_path)
    with pytest.raises(click.UsageError) as raised:
        store_source(files.settings(url, cert, key))
    assert message in raised.value.message
    assert len(raised.value.message.splitlines()) == 1


def test_a_key_with_a_passphrase_is_refused_without_a_question(tmp_path: Path) -> None:
    files = Files(tmp_path)
    (tmp_path / "other.key").write_text(ENCRYPTED_KEY)
    with pytest.raises(click.UsageError, match="the key without a passphrase"):
        store_source(files.settings("https://localhost:1", "mine", "other"))


ENCRYPTED_KEY = """-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,8EA0D1D77A9BBA7E3D2DE6435056FD95

hDLlRmQG4wHOoqZ4TsKoEPyWEv03P/zBZBxRVE/N5d5Lcg+LZ/m6YpZdA3TW3+s7
uFhxbpHIXUf9geNQoZ+aKrd2v/Sg48Z7iws1xhpdFdOC+cT/T5M/n9K+R739TDfj
+sy8DwhVJnv/fJ3TzKYPTmjwSmj3Cwwe0U5lej3vmX4=
-----END EC PRIVATE KEY-----
"""
