"""A store of metrics given by --cluster: its address, credentials and labels are checked."""

import click

from nodetop.base.hub_address import STORE_SCHEME, BadAddress, HubAddress, client_tls, parse_hub_url
from nodetop.base.trust.client_identity import BadHeaders, add_certificate, authorised, parse_headers
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
    labels = Labels(settings.node_label, settings.cluster_label, settings.selector or "", settings.job_label)
    for flag, label in (
        ("--node-label", labels.node),
        ("--cluster-label", labels.cluster),
        ("--job-label", labels.job),
    ):
        if not is_label(label):
            raise click.UsageError(f"{flag} {label!r} is not the name of a label")
    try:
        address = _address(url, settings)
        tls = client_tls(settings.ca_file, settings.pin) if address.secure else None
        add_certificate(tls, address, settings.tls_cert, settings.tls_key, ("--tls-cert", "--tls-key"))
        headers = authorised(
            parse_headers(settings.headers or "", "--headers"),
            user=settings.user, password_file=settings.password_file, token_file=settings.token_file, read=read_token,
        )  # fmt: skip
    except (BadAddress, BadHeaders) as error:
        raise click.UsageError(str(error)) from None
    return PrometheusSource(PrometheusHttp(address, headers=headers, tls=tls), labels, interval=settings.interval)


def _address(url: str, settings: Settings) -> HubAddress:
    """Without credentials, plain HTTP reveals nothing that anyone who reaches the store could not ask it."""
    sends_secrets = settings.token_file is not None or settings.user is not None or settings.headers is not None
    port = HTTP_PORT if url.startswith("http://") else HTTPS_PORT
    return parse_hub_url(url, insecure_http=settings.insecure_http or not sends_secrets, default_port=port)
