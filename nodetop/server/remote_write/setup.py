"""The settings of remote write: checked, and made into a writer."""

import ssl
from collections.abc import Callable, Mapping
from pathlib import Path

from nodetop.base.hub_address import BadAddress, HubAddress, client_tls, parse_hub_url
from nodetop.base.trust.client_identity import BadHeaders, add_certificate, authorised, parse_headers
from nodetop.history.disk_errors import plain
from nodetop.probes.counters.reader import read_counters
from nodetop.probes.host_files import HostFiles
from nodetop.probes.sampler import node_name
from nodetop.server.base.private_files import read_private
from nodetop.server.base.startup import StartError
from nodetop.server.remote_write.client import RemoteWriteClient
from nodetop.server.remote_write.messages import check_packages
from nodetop.server.remote_write.writer import RemoteWriter
from nodetop.server.settings import ServerSettings

SPOOL_FOLDER = "remote-write"
_HTTP_PORT, _HTTPS_PORT = 9090, 443


def remote_writer(settings: ServerSettings, folder: Path) -> RemoteWriter | None:
    """None without --remote-write. Raises StartError."""
    if settings.remote_write is None:
        _check_alone(settings)
        return None
    check_packages()
    files = HostFiles(settings.proc_root, settings.sys_root, settings.host_root)
    name = settings.node_name.lower() if settings.node_name else node_name(files)
    try:
        address = _address(settings, settings.remote_write)
        client = RemoteWriteClient(address, headers=_headers(settings), tls=_tls(settings, address))
        return RemoteWriter(
            client,
            folder / SPOOL_FOLDER,
            interval=settings.remote_write_interval,
            own=(settings.cluster, name),
            read_counters=lambda sample: read_counters(files, sample.workloads),
        )
    except (BadAddress, BadHeaders) as error:
        raise StartError(f"--remote-write: {error}") from None
    except OSError as error:
        raise StartError(f"Cannot use {plain(error, folder / SPOOL_FOLDER)}") from None


def _check_alone(settings: ServerSettings) -> None:
    for name in ("token_file", "user", "password_file", "headers", "ca_file", "cert", "key"):
        if getattr(settings, f"remote_write_{name}") is not None:
            raise StartError(f"--remote-write-{name.replace('_', '-')} needs --remote-write")


def _address(settings: ServerSettings, url: str) -> HubAddress:
    """Samples name processes and users, so they are sent in plain HTTP only on this machine, or with
    --insecure-http."""
    port = _HTTP_PORT if url.startswith("http://") else _HTTPS_PORT
    address = parse_hub_url(url, insecure_http=settings.insecure_http, default_port=port)
    if address.url.count("/") < 3:
        raise BadAddress(f"{address.url} has no path; a receiver's URL ends like /api/v1/write")
    return address


def _tls(settings: ServerSettings, address: HubAddress) -> ssl.SSLContext | None:
    context = client_tls(settings.remote_write_ca_file) if address.secure else None
    flags = "--remote-write-cert", "--remote-write-key"
    add_certificate(context, address, settings.remote_write_cert, settings.remote_write_key, flags)
    return context


def _headers(settings: ServerSettings) -> Callable[[], Mapping[str, str]]:
    headers = authorised(
        parse_headers(settings.remote_write_headers or "", "--remote-write-headers"),
        user=settings.remote_write_user,
        password_file=settings.remote_write_password_file,
        token_file=settings.remote_write_token_file,
        read=_secret,
        flags="--remote-write-",
    )
    headers()  # a bad file ends the program now, not at the first request
    return headers


def _secret(path: Path) -> str:
    """The first line of a file. Raises StartError."""
    lines = read_private(path, "file").decode("utf-8", "replace").splitlines()
    secret = lines[0].strip() if lines else ""
    if not secret or not secret.isascii() or not secret.isprintable():
        raise StartError(f"{path}: the first line is not a token or password in printable ASCII")
    return secret
