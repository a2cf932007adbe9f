"""What the server can be told, as flags, NODETOP_* variables or keys of the [server] table of the settings file."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import click

from nodetop.base.hub_address import DEFAULT_PORT
from nodetop.server.base.log import LEVELS
from nodetop.settings.options import Folder, HomeFile, Seconds, data_folder, setting

DEFAULT_CLUSTER = "default"


@dataclass(frozen=True)
class ServerSettings:
    """All of them, put together."""

    listen: str | None = setting(
        None,
        ("--listen",),
        f"Be a hub for others on this ADDRESS:PORT. [this machine only, port {DEFAULT_PORT}]",
        click.STRING,
    )
    join: str | None = setting(None, ("--join",), "Push what is collected to the hub at this URL.", click.STRING)
    node_name: str | None = setting(None, ("--node-name",), "What this host is called. [its host name]", click.STRING)
    cluster_id: str | None = setting(
        None, ("--cluster-id",), f"What this hub's cluster is called. [{DEFAULT_CLUSTER}]", click.STRING
    )
    interval: float = setting(
        5.0, ("--interval",), "Seconds between samples of this host. [5]", Seconds(min=0.25, max=3600)
    )
    sample_interval: float = setting(
        300.0, ("--sample-interval",), "Seconds of one point of history. [300]", Seconds(min=1, max=3600)
    )
    retention_days: int = setting(
        30, ("--retention-days",), "Days of history kept. [30]", click.IntRange(min=1, max=3650)
    )
    top_processes: int = setting(
        20, ("--top-processes",), "Processes in each sample: those on top. [20]", click.IntRange(min=0, max=512)
    )
    args: str = setting(
        "redacted",
        ("--args",),
        "Command lines: secrets replaced, none at all, or in full. [redacted]",
        click.Choice(["redacted", "none", "full"]),
    )
    data_dir: Path = setting(data_folder, ("--data-dir",), "Where all is kept.", Folder(exists=False, path_type=Path))
    token_file: Path | None = setting(None, ("--token-file",), "With --join: the push token of that hub.", HomeFile())
    push_token_file: Path | None = setting(
        None, ("--push-token-file",), "Tokens that may push here. [made in the data directory]", HomeFile()
    )
    read_token_file: Path | None = setting(
        None, ("--read-token-file",), "Tokens that may read here. [made in the data directory]", HomeFile()
    )
    tls_cert: Path | None = setting(None, ("--tls-cert",), "The hub's certificate (PEM, with its chain).", HomeFile())
    tls_key: Path | None = setting(None, ("--tls-key",), "The key of that certificate (PEM).", HomeFile())
    ca_file: Path | None = setting(
        None, ("--ca-file",), "With --join: trust these authorities for that hub's certificate.", HomeFile()
    )
    pin: str | None = setting(
        None, ("--pin",), "With --join: trust that hub's certificate by its sha256:HEX.", click.STRING
    )
    insecure_http: bool = setting(
        False, ("--insecure-http/--no-insecure-http",), "Speak plain http:// with other machines: anyone may read it."
    )
    public_name: str | None = setting(
        None, ("--public-name",), "With --insecure-http: further names of this hub, with commas between.", click.STRING
    )
    max_nodes: int = setting(
        256, ("--max-nodes",), "Nodes this hub takes at most. [256]", click.IntRange(min=1, max=10_000)
    )
    log_level: str = setting("info", ("--log-level",), "What is logged: debug, info, ... [info]", click.Choice(LEVELS))
    proc_root: str = setting("/proc", ("--proc-root",), "Read this instead of /proc.", Folder(exists=True))
    sys_root: str = setting("/sys", ("--sys-root",), "Read this instead of /sys.", Folder(exists=True))
    host_root: str = setting("/", ("--host-root",), "Read this instead of /.", Folder(exists=True))

    @property
    def is_hub(self) -> bool:
        return self.listen is not None or self.join is None

    @property
    def cluster(self) -> str:
        return self.cluster_id or DEFAULT_CLUSTER


def from_options(values: Mapping[str, Any]) -> ServerSettings:
    """Settings from what click made of the options; what is None keeps its default."""
    names = {each.name for each in fields(ServerSettings)}
    return ServerSettings(**{name: value for name, value in values.items() if name in names and value is not None})
