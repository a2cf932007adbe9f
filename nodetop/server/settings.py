"""The server's settings: flags, NODETOP_* variables, or keys in the table [server] of the settings file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import click
from msgspec import Struct, field
from msgspec.structs import replace

from nodetop.base.hub_address import DEFAULT_PORT
from nodetop.server.base.limits import RETENTION_DAYS
from nodetop.server.base.log import LEVELS
from nodetop.server.base.startup import StartError
from nodetop.server.notify.config import (
    NotifyConfig,
    Receiver,
    checked_heartbeat,
    checked_maintenance,
    checked_notify,
)
from nodetop.server.notify.hours import Maintenance
from nodetop.settings.click_types import Count, Folder, HomeFile, Seconds, Tag, Words
from nodetop.settings.home import data_folder
from nodetop.settings.options import Option
from nodetop.settings.tables import Checked, checked_alerts

SERVER_TABLES: Mapping[str, Callable[[Mapping[str, Any]], Checked]] = {
    "alerts": checked_alerts,
    "notify": checked_notify,
    "maintenance": checked_maintenance,
    "heartbeat": checked_heartbeat,
}
"""The tables of the settings file that nodetop-server reads, beside its own."""
DEFAULT_CLUSTER = "default"


class ServerSettings(Struct, frozen=True):
    """All settings, with their defaults."""

    listen: Annotated[
        str | None,
        Option(
            ("--listen",),
            f"Be a hub for other hosts on this address. [this machine only, port {DEFAULT_PORT}]",
            Words("address:port"),
        ),
    ] = None
    web: Annotated[
        str | None,
        Option(
            ("--web",),
            "Also show the monitor in browsers, on this address, to holders of a read token. Needs the extra web.",
            Words("address:port"),
        ),
    ] = None
    join: Annotated[str | None, Option(("--join",), "Push the samples to the hub at this URL.", Words("url"))] = None
    code: Annotated[
        str | None,
        Option(("--code",), "With --join: the join code from that hub (nodetop-server invite there).", Words("code")),
    ] = None
    node_name: Annotated[
        str | None, Option(("--node-name",), "The name of this host. [its host name]", Words("name"))
    ] = None
    own_host: Annotated[
        bool,
        Option(
            ("--own-host/--no-own-host",), "Also sample the host of this hub; not where a node does so. [--own-host]"
        ),
    ] = True
    tag: Annotated[
        tuple[str, ...],
        Option(("--tag",), "A word about this host, such as role=web; may be repeated.", Tag(), multiple=True),
    ] = ()
    ignore_units: Annotated[
        tuple[str, ...],
        Option(
            ("--ignore-units",),
            "Units that do not count as failed, a pattern such as run-*; may be repeated.",
            Words("pattern"),
            multiple=True,
        ),
    ] = ()
    cluster_id: Annotated[
        str | None, Option(("--cluster-id",), f"The name of this hub's cluster. [{DEFAULT_CLUSTER}]", Words("name"))
    ] = None
    interval: Annotated[
        float, Option(("--interval",), "Seconds between samples of this host. [5]", Seconds(min=0.25, max=3600))
    ] = 5.0
    sample_interval: Annotated[
        float, Option(("--sample-interval",), "Seconds per point of history. [300]", Seconds(min=1, max=3600))
    ] = 300.0
    retention_days: Annotated[
        int, Option(("--retention-days",), "Days of history kept. [30]", Count(1, RETENTION_DAYS))
    ] = 30
    top_processes: Annotated[
        int, Option(("--top-processes",), "Processes in each sample, and workloads: the top ones. [20]", Count(0, 512))
    ] = 20
    args: Annotated[
        str,
        Option(
            ("--args",),
            "Command lines: secrets replaced, none at all, or in full. [redacted]",
            click.Choice(["redacted", "none", "full"]),
        ),
    ] = "redacted"
    raw_counters: Annotated[
        bool,
        Option(
            ("--raw-counters/--no-raw-counters",), "Also send the kernel's counters, for a hub that Prometheus scrapes."
        ),
    ] = False
    data_dir: Annotated[
        Path,
        Option(
            ("--data-dir",), "The folder for tokens, history and unsent samples.", Folder(exists=False, path_type=Path)
        ),
    ] = field(default_factory=data_folder)
    token_file: Annotated[
        Path | None, Option(("--token-file",), "With --join: a file with that hub's push token.", HomeFile())
    ] = None
    push_token_file: Annotated[
        Path | None,
        Option(
            ("--push-token-file",), "File of tokens that may push to this hub. [made in the data directory]", HomeFile()
        ),
    ] = None
    read_token_file: Annotated[
        Path | None,
        Option(
            ("--read-token-file",),
            "File of tokens that may read from this hub. [made in the data directory]",
            HomeFile(),
        ),
    ] = None
    act_token_file: Annotated[
        Path | None,
        Option(
            ("--act-token-file",),
            "File of tokens that may acknowledge and mute alerts. [made in the data directory]",
            HomeFile(),
        ),
    ] = None
    # Without flags: tables of the settings file, and its path.
    alerts: Mapping[str, Any] = {}
    receivers: tuple[Receiver, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    heartbeat: Receiver | None = None
    settings_file: Path | None = None
    tls_cert: Annotated[
        Path | None,
        Option(("--tls-cert",), "The hub's certificate (PEM, with its chain). [made by the hub]", HomeFile()),
    ] = None
    tls_key: Annotated[Path | None, Option(("--tls-key",), "The certificate's private key (PEM).", HomeFile())] = None
    ca_file: Annotated[
        Path | None,
        Option(("--ca-file",), "With --join: CA certificates to verify that hub's certificate.", HomeFile()),
    ] = None
    pin: Annotated[
        str | None,
        Option(
            ("--pin",),
            "With --join: the fingerprint of that hub's certificate or key; several with commas.",
            Words("sha256:hex"),
        ),
    ] = None
    insecure_http: Annotated[
        bool,
        Option(
            ("--insecure-http/--no-insecure-http",),
            "Use plain http:// between machines: anyone on the network can read it.",
        ),
    ] = False
    public_name: Annotated[
        str | None,
        Option(
            ("--public-name",),
            "With --insecure-http: more host names of this hub, separated by commas.",
            Words("names"),
        ),
    ] = None
    remote_write: Annotated[
        str | None,
        Option(("--remote-write",), "Also send all values to this URL by Prometheus' remote write.", Words("url")),
    ] = None
    remote_write_interval: Annotated[
        float,
        Option(
            ("--remote-write-interval",),
            "Seconds between the values of a node that are sent so. [15]",
            Seconds(min=1, max=3600),
        ),
    ] = 15.0
    remote_write_token_file: Annotated[
        Path | None, Option(("--remote-write-token-file",), "A bearer token for it.", HomeFile())
    ] = None
    remote_write_user: Annotated[
        str | None, Option(("--remote-write-user",), "A user for it, with basic authentication.", Words("name"))
    ] = None
    remote_write_password_file: Annotated[
        Path | None, Option(("--remote-write-password-file",), "That user's password.", HomeFile())
    ] = None
    remote_write_headers: Annotated[
        str | None, Option(("--remote-write-headers",), 'More headers, e.g. "X-Scope-OrgID: team-a".', Words("headers"))
    ] = None
    remote_write_ca_file: Annotated[
        Path | None,
        Option(("--remote-write-ca-file",), "CA certificates to verify the receiver's certificate.", HomeFile()),
    ] = None
    remote_write_cert: Annotated[
        Path | None, Option(("--remote-write-cert",), "A client certificate for the receiver (PEM).", HomeFile())
    ] = None
    remote_write_key: Annotated[
        Path | None, Option(("--remote-write-key",), "The client certificate's private key (PEM).", HomeFile())
    ] = None
    max_nodes: Annotated[int, Option(("--max-nodes",), "The most nodes this hub accepts. [256]", Count(1, 10_000))] = (
        256
    )
    log_level: Annotated[
        str, Option(("--log-level",), "Log events of this level and above. [info]", click.Choice(LEVELS))
    ] = "info"
    proc_root: Annotated[str, Option(("--proc-root",), "Read this instead of /proc.", Folder(exists=True))] = "/proc"
    sys_root: Annotated[str, Option(("--sys-root",), "Read this instead of /sys.", Folder(exists=True))] = "/sys"
    host_root: Annotated[str, Option(("--host-root",), "Read this instead of /.", Folder(exists=True))] = "/"

    @property
    def notify(self) -> NotifyConfig:
        return NotifyConfig(self.receivers, self.maintenance, self.heartbeat)

    @property
    def is_hub(self) -> bool:
        return self.listen is not None or self.join is None

    @property
    def cluster(self) -> str:
        return self.cluster_id or DEFAULT_CLUSTER


def from_options(values: Mapping[str, Any], tables: Mapping[str, Any] | None = None) -> ServerSettings:
    """Settings from click's values and from tables of the file. A value of None keeps the default."""
    values = {**values, **(tables or {})}
    names = ServerSettings.__struct_fields__
    return ServerSettings(**{name: value for name, value in values.items() if name in names and value is not None})


def reread(settings: ServerSettings) -> ServerSettings:
    """The same settings, with the tables of the settings file as they are now. Blocks. Raises StartError."""
    path = settings.settings_file
    if path is None:
        return settings
    from nodetop.settings import file as settings_file  # the TOML reader, not for --version

    try:
        tables = settings_file.read_tables(path, SERVER_TABLES)
    except FileNotFoundError:
        tables = {}
    except OSError as error:
        raise StartError(f"{path}: cannot read the settings: {error.strerror or error}") from None
    except click.UsageError as error:
        raise StartError(error.format_message()) from None
    without: dict[str, Any] = {"alerts": {}, "receivers": (), "maintenance": (), "heartbeat": None}
    return replace(settings, **(without | tables))
