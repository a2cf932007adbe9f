"""A store of metrics given by --cluster: its address, credentials and labels are checked."""

import base64
from collections.abc import Callable, Mapping

import click

from nodetop.base.headers import BadHeaders, parse_headers
from nodetop.base.hub_address import STORE_SCHEME, BadAddress, HubAddress, client_tls, parse_hub_url
from nodetop.settings.options import Settings
from nodetop.sources.hub.token import read_token
from nodetop.sources.prometheus.http import PrometheusHttp
from nodetop.sources.prometheus.labels import Labels
from nodetop.sources.prometheus.promql import is_label
from nodetop.sources.prometheus.source import PrometheusSource

HTTP_PORT, HTTPS_PORT = 9090, 443


def store_source(settings: Settings) -> PrometheusSource:
    """The store given in the settings. Raises click.UsageError."""
    url = (settings.cluster or "").removeprefix(STORE_SCHEME)
    labels = Labels(settings.node_label, settings.cluster_label, settings.selector or "")
    for flag, label in (("--node-label", labels.node), ("--cluster-label", labels.cluster)):
        if not is_label(label):
            raise click.UsageError(f"{flag} {label!r} is not the name of a label")
    try:
        address = _address(url, settings)
        tls = client_tls(settings.ca_file, settings.pin) if address.secure else None
        headers = _headers(settings)
    except (BadAddress, BadHeaders) as error:
        raise click.UsageError(str(error)) from None
    return PrometheusSource(PrometheusHttp(address, headers=headers, tls=tls), labels, interval=settings.interval)


def _address(url: str, settings: Settings) -> HubAddress:
    """Without credentials, plain HTTP reveals nothing that anyone who reaches the store could not ask it."""
    sends_secrets = settings.token_file is not None or settings.user is not None or settings.headers is not None
    port = HTTP_PORT if url.startswith("http://") else HTTPS_PORT
    return parse_hub_url(url, insecure_http=settings.insecure_http or not sends_secrets, default_port=port)


def _headers(settings: Settings) -> Callable[[], Mapping[str, str]]:
    """A function for the headers of a request, which reads the files anew each time. Raises BadAddress."""
    user, password_file, token_file = settings.user, settings.password_file, settings.token_file
    if (user is None) != (password_file is None):
        raise BadAddress("--user and --password-file need each other")
    if user is not None and token_file is not None:
        raise BadAddress("Use either --token-file, or --user and --password-file")
    given = parse_headers(settings.headers or "", "--headers")

    def headers() -> Mapping[str, str]:
        if user is not None and password_file is not None:
            pair = f"{user}:{read_token(password_file)}".encode()
            return {**given, "Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        return given if token_file is None else {**given, "Authorization": f"Bearer {read_token(token_file)}"}

    return headers
