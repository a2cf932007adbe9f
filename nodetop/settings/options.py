"""All settings, each defined once: default, flag, environment variable, key in the file and help.

A flag overrides the environment (NODETOP_INTERVAL for `interval`), that the file, and that the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from nodetop.model.panels import Panels
from nodetop.settings.home import data_folder

ENVIRONMENT_PREFIX = "NODETOP"
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.25, 86_400.0


def setting(default: Any, flags: tuple[str, ...], text: str, kind: Any = None, *, multiple: bool = False) -> Any:
    """A field of Settings and the option that sets it; without `kind` it is a switch. `kind` is one of
    click_types.KINDS, a type of click's, or for a text what the help calls it. The default may be a function."""
    factory = default if callable(default) else lambda: default
    return field(default_factory=factory, metadata={"flags": flags, "kind": kind, "help": text, "multiple": multiple})


@dataclass(frozen=True)
class Settings:
    """All settings, combined from flags, environment, file and defaults."""

    interval: float = setting(2.0, ("--interval",), "Seconds between samples. [2]", "interval")
    theme: str = setting(
        "dark", ("--theme",), "Colour theme: dark, light, contrast, aurora, ember, or your own. [dark]", "theme"
    )
    ascii: bool | None = setting(
        None, ("--ascii/--no-ascii",), "Draw with plain ASCII characters. [if the locale is not UTF-8]"
    )
    network_bits: bool = setting(False, ("--bits/--no-bits",), "Network rates in bits per second.")
    fahrenheit: bool = setting(False, ("--fahrenheit/--no-fahrenheit",), "Temperatures in °F.")
    cpu_of_machine: bool = setting(
        False, ("--cpu-of-machine/--no-cpu-of-machine",), "Show process CPU as a share of the machine, not of one core."
    )
    command_folders: bool = setting(
        False, ("--command-folders/--no-command-folders",), "Show commands with the folder of their program."
    )
    columns: tuple[str, ...] | None = setting(
        None, ("--columns",), "Columns of the process list, e.g. pid,user,cpu. [by width]", "columns"
    )
    workload_columns: tuple[str, ...] | None = setting(
        None,
        ("--workload-columns",),
        "Columns of the list of workloads, e.g. cpu,mem,tasks. [by width]",
        "workload columns",
    )
    all_filesystems: bool = setting(
        False, ("--all-filesystems/--no-all-filesystems",), "Also show file systems without storage, such as tmpfs."
    )
    ignore_units: tuple[str, ...] = setting(
        (),
        ("--ignore-units",),
        "Units that do not count as failed, a pattern such as run-*; may be repeated.",
        "pattern",
        multiple=True,
    )
    keys: str = setting("htop", ("--keys",), "Key preset: htop, btop or vim. [htop]", "key preset")
    readonly: bool = setting(
        False, ("--readonly/--no-readonly",), "Do not allow sending signals or changing process priorities."
    )
    alert_bell: str = setting(
        "off",
        ("--alert-bell",),
        "When a critical alert opens: off, bell, or notify (of the desktop, where the terminal can). [off]",
        "bell",
    )
    # Without flags: tables of the settings file, and its path.
    key_changes: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, Any] = field(default_factory=dict)
    layout: Panels = field(default_factory=Panels)
    clusters: Mapping[str, Any] = field(default_factory=dict)
    settings_file: Path | None = None
    history: bool = setting(True, ("--history/--no-history",), "Keep 30 days of history on disk. [yes]")
    data_dir: Path = setting(data_folder, ("--data-dir",), "Where the history is kept.", "new folder")
    node_name: str | None = setting(None, ("--node-name",), "Name of this host. [its host name]", "name")
    cluster: str | None = setting(
        None,
        ("--cluster",),
        "Show many nodes instead of this host: a hub's URL, prometheus+URL, or the name of a remembered cluster.",
        "url|name",
    )
    token_file: Path | None = setting(
        None, ("--token-file",), "The hub's read token. [that of a hub run by this user, if any]", "file"
    )
    act_token_file: Path | None = setting(
        None, ("--act-token-file",), "The hub's token to acknowledge and mute alerts. [likewise]", "file"
    )
    ca_file: Path | None = setting(None, ("--ca-file",), "CA certificates to trust for the hub.", "file")
    pin: str | None = setting(
        None, ("--pin",), "Trust the hub's certificate or key with this; several with commas.", "sha256:hex"
    )
    insecure_http: bool = setting(
        False, ("--insecure-http/--no-insecure-http",), "Allow sending the token over plain http:// to another machine."
    )
    node_label: str = setting(
        "instance", ("--node-label",), "Prometheus: the label with a node's name. [instance]", "label"
    )
    cluster_label: str = setting(
        "cluster", ("--cluster-label",), "Prometheus: the label with a node's cluster. [cluster]", "label"
    )
    job_label: str = setting("job", ("--job-label",), "Prometheus: the label with a target's job. [job]", "label")
    selector: str | None = setting(
        None, ("--selector",), 'Prometheus: only series with these labels, e.g. job="node".', "labels"
    )
    headers: str | None = setting(
        None, ("--headers",), 'Prometheus: more headers, e.g. "X-Scope-OrgID: team-a".', "headers"
    )
    user: str | None = setting(None, ("--user",), "Prometheus: the user for basic authentication.", "name")
    password_file: Path | None = setting(None, ("--password-file",), "Prometheus: that user's password.", "file")
    tls_cert: Path | None = setting(None, ("--tls-cert",), "Prometheus: a client certificate (PEM).", "file")
    tls_key: Path | None = setting(None, ("--tls-key",), "Prometheus: the client certificate's private key.", "file")
    proc_root: str = setting("/proc", ("--proc-root",), "Read this instead of /proc.", "folder")
    sys_root: str = setting("/sys", ("--sys-root",), "Read this instead of /sys.", "folder")
    host_root: str = setting("/", ("--host-root",), "Read this instead of /.", "folder")


def from_options(values: Mapping[str, Any], tables: Mapping[str, Any] | None = None) -> Settings:
    """Settings from click's option values and from tables of the file; None keeps the default. Other keys are
    ignored."""
    names = {each.name for each in fields(Settings)}
    values = {**values, **(tables or {})}
    return Settings(**{name: value for name, value in values.items() if name in names and value is not None})
