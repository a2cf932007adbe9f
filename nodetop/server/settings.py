"""The server's settings: flags, NODETOP_* variables, or keys in the table [server] of the settings file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import click

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
from nodetop.settings.options import setting
from nodetop.settings.tables import Checked, checked_alerts

SERVER_TABLES: Mapping[str, Callable[[Mapping[str, Any]], Checked]] = {
    "alerts": checked_alerts,
    "notify": checked_notify,
    "maintenance": checked_maintenance,
    "heartbeat": checked_heartbeat,
}
"""The tables of the settings file that nodetop-server reads, beside its own."""
DEFAULT_CLUSTER = "default"


@dataclass(frozen=True)
class ServerSettings:
    """All settings, with their defaults."""

    listen: str | None = setting(
        None,
        ("--listen",),
        f"Be a hub for other hosts on this address. [this machine only, port {DEFAULT_PORT}]",
        Words("address:port"),
    )
    web: str | None = setting(
        None,
        ("--web",),
        "Also show the monitor in browsers, on this address, to holders of a read token. Needs the extra web.",
        Words("address:port"),
    )
    join: str | None = setting(None, ("--join",), "Push the samples to the hub at this URL.", Words("url"))
    code: str | None = setting(
        None, ("--code",), "With --join: the join code from that hub (nodetop-server invite there).", Words("code")
    )
    node_name: str | None = setting(None, ("--node-name",), "The name of this host. [its host name]", Words("name"))
    tag: tuple[str, ...] = setting(
        (), ("--tag",), "A word about this host, such as role=web; may be repeated.", Tag(), multiple=True
    )
    ignore_units: tuple[str, ...] = setting(
        (),
        ("--ignore-units",),
        "Units that do not count as failed, a pattern such as run-*; may be repeated.",
        Words("pattern"),
        multiple=True,
    )
    cluster_id: str | None = setting(
        None, ("--cluster-id",), f"The name of this hub's cluster. [{DEFAULT_CLUSTER}]", Words("name")
    )
    interval: float = setting(
        5.0, ("--interval",), "Seconds between samples of this host. [5]", Seconds(min=0.25, max=3600)
    )
    sample_interval: float = setting(
        300.0,
        ("--sample-interval",),
        "Seconds per point of history. [300]",
        Seconds(min=1, max=3600),
    )
    retention_days: int = setting(30, ("--retention-days",), "Days of history kept. [30]", Count(1, RETENTION_DAYS))
    top_processes: int = setting(
        20, ("--top-processes",), "Processes in each sample, and workloads: the top ones. [20]", Count(0, 512)
    )
    args: str = setting(
        "redacted",
        ("--args",),
        "Command lines: secrets replaced, none at all, or in full. [redacted]",
        click.Choice(["redacted", "none", "full"]),
    )
    raw_counters: bool = setting(
        False,
        ("--raw-counters/--no-raw-counters",),
        "Also send the kernel's counters, for a hub that Prometheus scrapes.",
    )
    data_dir: Path = setting(
        data_folder,
        ("--data-dir",),
        "The folder for tokens, history and unsent samples.",
        Folder(exists=False, path_type=Path),
    )
    token_file: Path | None = setting(
        None, ("--token-file",), "With --join: a file with that hub's push token.", HomeFile()
    )
    push_token_file: Path | None = setting(
        None,
        ("--push-token-file",),
        "File of tokens that may push to this hub. [made in the data directory]",
        HomeFile(),
    )
    read_token_file: Path | None = setting(
        None,
        ("--read-token-file",),
        "File of tokens that may read from this hub. [made in the data directory]",
        HomeFile(),
    )
    act_token_file: Path | None = setting(
        None,
        ("--act-token-file",),
        "File of tokens that may acknowledge and mute alerts. [made in the data directory]",
        HomeFile(),
    )
    # Without flags: tables of the settings file, and its path.
    alerts: Mapping[str, Any] = field(default_factory=dict)
    receivers: tuple[Receiver, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    heartbeat: Receiver | None = None
    settings_file: Path | None = None
    tls_cert: Path | None = setting(
        None, ("--tls-cert",), "The hub's certificate (PEM, with its chain). [made by the hub]", HomeFile()
    )
    tls_key: Path | None = setting(None, ("--tls-key",), "The certificate's private key (PEM).", HomeFile())
    ca_file: Path | None = setting(
        None, ("--ca-file",), "With --join: CA certificates to verify that hub's certificate.", HomeFile()
    )
    pin: str | None = setting(
        None,
        ("--pin",),
        "With --join: the fingerprint of that hub's certificate or key; several with commas.",
        Words("sha256:hex"),
    )
    insecure_http: bool = setting(
        False,
        ("--insecure-http/--no-insecure-http",),
        "Use plain http:// between machines: anyone on the network can read it.",
    )
    public_name: str | None = setting(
        None,
        ("--public-name",),
        "With --insecure-http: more host names of this hub, separated by commas.",
        Words("names"),
    )
    remote_write: str | None = setting(
        None, ("--remote-write",), "Also send all values to this URL by Prometheus' remote write.", Words("url")
    )
    remote_write_interval: float = setting(
        15.0,
        ("--remote-write-interval",),
        "Seconds between the values of a node that are sent so. [15]",
        Seconds(min=1, max=3600),
    )
    remote_write_token_file: Path | None = setting(
        None, ("--remote-write-token-file",), "A bearer token for it.", HomeFile()
    )
    remote_write_user: str | None = setting(
        None, ("--remote-write-user",), "A user for it, with basic authentication.", Words("name")
    )
    remote_write_password_file: Path | None = setting(
        None, ("--remote-write-password-file",), "That user's password.", HomeFile()
    )
    remote_write_headers: str | None = setting(
        None, ("--remote-write-headers",), 'More headers, e.g. "X-Scope-OrgID: team-a".', Words("headers")
    )
    remote_write_ca_file: Path | None = setting(
        None, ("--remote-write-ca-file",), "CA certificates to verify the receiver's certificate.", HomeFile()
    )
    remote_write_cert: Path | None = setting(
        None, ("--remote-write-cert",), "A client certificate for the receiver (PEM).", HomeFile()
    )
    remote_write_key: Path | None = setting(
        None, ("--remote-write-key",), "The client certificate's private key (PEM).", HomeFile()
    )
    max_nodes: int = setting(256, ("--max-nodes",), "The most nodes this hub accepts. [256]", Count(1, 10_000))
    log_level: str = setting(
        "info", ("--log-level",), "Log events of this level and above. [info]", click.Choice(LEVELS)
    )
    proc_root: str = setting("/proc", ("--proc-root",), "Read this instead of /proc.", Folder(exists=True))
    sys_root: str = setting("/sys", ("--sys-root",), "Read this instead of /sys.", Folder(exists=True))
    host_root: str = setting("/", ("--host-root",), "Read this instead of /.", Folder(exists=True))

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
    names = {each.name for each in fields(ServerSettings)}
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
