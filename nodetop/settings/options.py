"""All settings, each defined once: default, flag, environment variable, key in the file and help.

A flag overrides the environment (NODETOP_INTERVAL for `interval`), that the file, and that the default.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct, field

from nodetop.model.panels import Panels
from nodetop.settings.home import data_folder

ENVIRONMENT_PREFIX = "NODETOP"
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.25, 86_400.0


class Option(Struct, frozen=True):
    """How a setting is given on the command line; without `kind` it is a switch. `kind` is one of click_types.KINDS, a
    type of click's, or for a text what the help calls it."""

    flags: tuple[str, ...]
    help: str
    kind: Any = None
    multiple: bool = False


class Settings(Struct, frozen=True):
    """All settings, combined from flags, environment, file and defaults."""

    interval: Annotated[float, Option(("--interval",), "Seconds between samples. [2]", "interval")] = 2.0
    theme: Annotated[
        str, Option(("--theme",), "Colour theme: dark, light, contrast, aurora, ember, or your own. [dark]", "theme")
    ] = "dark"
    ascii: Annotated[
        bool | None, Option(("--ascii/--no-ascii",), "Draw with plain ASCII characters. [if the locale is not UTF-8]")
    ] = None
    network_bits: Annotated[bool, Option(("--bits/--no-bits",), "Network rates in bits per second.")] = False
    fahrenheit: Annotated[bool, Option(("--fahrenheit/--no-fahrenheit",), "Temperatures in °F.")] = False
    cpu_of_machine: Annotated[
        bool,
        Option(
            ("--cpu-of-machine/--no-cpu-of-machine",), "Show process CPU as a share of the machine, not of one core."
        ),
    ] = False
    command_folders: Annotated[
        bool, Option(("--command-folders/--no-command-folders",), "Show commands with the folder of their program.")
    ] = False
    columns: Annotated[
        tuple[str, ...] | None,
        Option(("--columns",), "Columns of the process list, e.g. pid,user,cpu. [by width]", "columns"),
    ] = None
    workload_columns: Annotated[
        tuple[str, ...] | None,
        Option(
            ("--workload-columns",),
            "Columns of the list of workloads, e.g. cpu,mem,tasks. [by width]",
            "workload columns",
        ),
    ] = None
    all_filesystems: Annotated[
        bool,
        Option(("--all-filesystems/--no-all-filesystems",), "Also show file systems without storage, such as tmpfs."),
    ] = False
    ignore_units: Annotated[
        tuple[str, ...],
        Option(
            ("--ignore-units",),
            "Units that do not count as failed, a pattern such as run-*; may be repeated.",
            "pattern",
            multiple=True,
        ),
    ] = ()
    keys: Annotated[str, Option(("--keys",), "Key preset: htop, btop or vim. [htop]", "key preset")] = "htop"
    readonly: Annotated[
        bool, Option(("--readonly/--no-readonly",), "Do not allow sending signals or changing process priorities.")
    ] = False
    alert_bell: Annotated[
        str,
        Option(
            ("--alert-bell",),
            "When a critical alert opens: off, bell, or notify (of the desktop, where the terminal can). [off]",
            "bell",
        ),
    ] = "off"
    # Without flags: tables of the settings file, and its path.
    key_changes: Mapping[str, str] = {}
    alerts: Mapping[str, Any] = {}
    layout: Panels = field(default_factory=Panels)
    clusters: Mapping[str, Any] = {}
    settings_file: Path | None = None
    history: Annotated[bool, Option(("--history/--no-history",), "Keep 30 days of history on disk. [yes]")] = True
    data_dir: Annotated[Path, Option(("--data-dir",), "Where the history is kept.", "new folder")] = field(
        default_factory=data_folder
    )
    node_name: Annotated[str | None, Option(("--node-name",), "Name of this host. [its host name]", "name")] = None
    cluster: Annotated[
        str | None,
        Option(
            ("--cluster",),
            "Show many nodes instead of this host: a hub's URL, prometheus+URL, or the name of a remembered cluster.",
            "url|name",
        ),
    ] = None
    token_file: Annotated[
        Path | None, Option(("--token-file",), "The hub's read token. [that of a hub run by this user, if any]", "file")
    ] = None
    act_token_file: Annotated[
        Path | None, Option(("--act-token-file",), "The hub's token to acknowledge and mute alerts. [likewise]", "file")
    ] = None
    ca_file: Annotated[Path | None, Option(("--ca-file",), "CA certificates to trust for the hub.", "file")] = None
    pin: Annotated[
        str | None,
        Option(("--pin",), "Trust the hub's certificate or key with this; several with commas.", "sha256:hex"),
    ] = None
    insecure_http: Annotated[
        bool,
        Option(
            ("--insecure-http/--no-insecure-http",), "Allow sending the token over plain http:// to another machine."
        ),
    ] = False
    node_label: Annotated[
        str, Option(("--node-label",), "Prometheus: the label with a node's name. [instance]", "label")
    ] = "instance"
    cluster_label: Annotated[
        str, Option(("--cluster-label",), "Prometheus: the label with a node's cluster. [cluster]", "label")
    ] = "cluster"
    job_label: Annotated[str, Option(("--job-label",), "Prometheus: the label with a target's job. [job]", "label")] = (
        "job"
    )
    selector: Annotated[
        str | None, Option(("--selector",), 'Prometheus: only series with these labels, e.g. job="node".', "labels")
    ] = None
    headers: Annotated[
        str | None, Option(("--headers",), 'Prometheus: more headers, e.g. "X-Scope-OrgID: team-a".', "headers")
    ] = None
    user: Annotated[str | None, Option(("--user",), "Prometheus: the user for basic authentication.", "name")] = None
    password_file: Annotated[Path | None, Option(("--password-file",), "Prometheus: that user's password.", "file")] = (
        None
    )
    tls_cert: Annotated[Path | None, Option(("--tls-cert",), "Prometheus: a client certificate (PEM).", "file")] = None
    tls_key: Annotated[
        Path | None, Option(("--tls-key",), "Prometheus: the client certificate's private key.", "file")
    ] = None
    proc_root: Annotated[str, Option(("--proc-root",), "Read this instead of /proc.", "folder")] = "/proc"
    sys_root: Annotated[str, Option(("--sys-root",), "Read this instead of /sys.", "folder")] = "/sys"
    host_root: Annotated[str, Option(("--host-root",), "Read this instead of /.", "folder")] = "/"


def options(settings: type[Struct]) -> dict[str, Option]:
    """The options of a class of settings, by the name of the setting."""
    hints = settings.__annotations__
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


def from_options(values: Mapping[str, Any], tables: Mapping[str, Any] | None = None) -> Settings:
    """Settings from click's option values and from tables of the file; None keeps the default. Other keys are
    ignored."""
    values = {**values, **(tables or {})}
    return Settings(
        **{name: value for name, value in values.items() if name in Settings.__struct_fields__ and value is not None}
    )
