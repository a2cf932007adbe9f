"""A hub's URL, its certificate, and what is said when it cannot be reached."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import trustme

from nodetop.base.hub_address import (
    BadAddress,
    client_tls,
    explain_connection,
    parse_hub_url,
)
from nodetop.base.trust.pins import certificate_pin, key_pin


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8082", "http://127.0.0.1:8082"),
        ("http://127.0.0.1:8082/", "http://127.0.0.1:8082"),
        ("http://localhost", "http://localhost:8082"),
        ("http://[::1]:9000/", "http://[::1]:9000"),
        ("https://Hub.Example", "https://hub.example:8082"),
        ("https://hub.example:443/nodetop/", "https://hub.example:443/nodetop"),
        ("hub.example", "https://hub.example:8082"),
    ],
)
def test_good_urls(url: str, expected: str) -> None:
    assert parse_hub_url(url).url == expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://hub.example:8082", "--insecure-http"),
        ("https://user:secret@hub:8082", "--token-file"),
        ("https://token@hub:8082", "--token-file"),
        ("https://hub:8082/?token=x", "no query or fragment"),
        ("https://hub:8082/#x", "no query or fragment"),
        ("ftp://hub", "is not a hub's URL"),
        ("https://", "is not a hub's URL"),
        ("", "is not a hub's URL"),
        ("https://hub:port", "port"),
        ("https://hub:99999", "port"),
        ("https://[::1", "is not a URL"),
        ("https://hub\n.example", "is not a hub's URL"),
        ("https://hub .example", "is not a hub's URL"),
        ("https://h\x1b]52;c;x\x07ub", "is not a hub's URL"),
    ],
)
def test_bad_urls_say_what_to_write(url: str, words: str) -> None:
    with pytest.raises(BadAddress) as error:
        parse_hub_url(url)
    assert words in str(error.value)
    assert str(error.value).isprintable()
    assert "secret" not in str(error.value)


def test_plain_http_beyond_this_machine_when_asked_for() -> None:
    assert parse_hub_url("http://hub.example", insecure_http=True).url == "http://hub.example:8082"


def test_a_ca_file_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(BadAddress, match="No such file"):
        client_tls(tmp_path / "absent.pem")
    (tmp_path / "text.pem").write_text("not a certificate")
    with pytest.raises(BadAddress, match="no PEM certificate"):
        client_tls(tmp_path / "text.pem")


@asynccontextmanager
async def tls_server(
    authority: trustme.CA, name: str, heard: list[bytes], not_after: datetime | None = None
) -> AsyncIterator[int]:
    """Answers 200 to anything; notes what it was sent inside the TLS connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_after=not_after).configure_cert(context)

    answering = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answering.add(asyncio.current_task())
        try:
            if data := await reader.read(1000):
                heard.append(data)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*filter(None, answering))


async def get(port: int, context: ssl.SSLContext) -> str:
    """The body, or what a person is told."""
    address = parse_hub_url(f"https://127.0.0.1:{port}")
    async with httpx.AsyncClient(verify=context, trust_env=False) as client:
        try:
            return (await client.get(address.url, headers={"Authorization": "Bearer secret"})).text
        except httpx.HTTPError as error:
            return explain_connection(error, address)


async def trusting(ca_file: Path, pin: str | None = None) -> ssl.SSLContext:
    return await asyncio.to_thread(client_tls, ca_file, pin)


async def test_certificates(tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    other_file = tmp_path / "other.pem"
    other.cert_pem.write_to_path(str(other_file))
    heard: list[bytes] = []
    async with tls_server(authority, "127.0.0.1", heard) as port:
        assert await get(port, await trusting(ca_file)) == "ok"
        heard.clear()
        assert "is not accepted" in await get(port, client_tls())
        assert "use --ca-file or --pin" in await get(port, await trusting(other_file))
        assert "does not match --pin" in await get(port, client_tls(pin="sha256:" + "0" * 64))
        assert "does not match --pin" in await get(port, await trusting(ca_file, pin="sha256:" + "0" * 64))
    assert heard == []  # the token was never sent
    async with tls_server(authority, "hub.elsewhere", heard) as port:
        assert "is not accepted" in await get(port, await trusting(ca_file))
    async with tls_server(authority, "127.0.0.1", heard, datetime(2020, 1, 1, tzinfo=UTC)) as port:
        assert (await get(port, await trusting(ca_file))).endswith("certificate has expired; renew it on the hub")
    assert heard == []


async def test_the_right_pin_needs_no_authority_and_no_name() -> None:
    authority = trustme.CA()
    heard: list[bytes] = []
    async with tls_server(authority, "hub.elsewhere", heard) as port:
        der = ssl.PEM_cert_to_DER_cert(await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port)))
        wrong = "sha256:" + "0" * 64
        for pin in (certificate_pin(der), key_pin(der), f"{wrong}, {key_pin(der)}"):
            assert await get(port, client_tls(pin=pin)) == "ok"
    with pytest.raises(BadAddress, match="64 hex digits"):
        client_tls(pin="sha256:abc")


async def test_what_is_said_when_nothing_is_there(unused_tcp_port: int) -> None:
    address = parse_hub_url(f"http://127.0.0.1:{unused_tcp_port}")
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.HTTPError) as refused:
            await client.get(address.url)
        assert "Nothing answers" in explain_connection(refused.value, address)
        nowhere = parse_hub_url("https://no-such-host.invalid")
        with pytest.raises(httpx.HTTPError) as unknown:
            await client.get(nowhere.url)
        assert "Cannot resolve the host name no-such-host.invalid" in explain_connection(unknown.value, nowhere)


async def test_http_spoken_where_tls_is_expected() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        assert "does not speak TLS" in await get(server.sockets[0].getsockname()[1], client_tls())
