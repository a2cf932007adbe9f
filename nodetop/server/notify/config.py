"""The tables [notify.NAME], [maintenance.NAME] and [heartbeat] of the settings file: who is told what, how and when."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from nodetop.base.when import parse_when
from nodetop.server.notify.hours import ANY, Hours, Maintenance, Where, parse_hours, parse_zone
from nodetop.server.notify.table import Table
from nodetop.settings.tables import Checked, TableError

KINDS = ("webhook", "ntfy", "email", "program", "apprise")
SECURITY = ("starttls", "tls", "none")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SEVERITIES = ("warning", "critical")
_DAY = 86_400.0


@dataclass(frozen=True)
class Policy:
    """Which alerts a receiver is told of, and when."""

    where: Where = ANY
    least: int = 1
    """The least severity: 1 warning, 2 critical."""
    tells_end: bool = True
    repeat_seconds: float = 0.0
    """How often a critical alert is told again while nobody has acknowledged it; 0: never."""
    group_seconds: float = 30.0
    most_per_hour: int = 20
    quiet: Hours | None = None
    quiet_least: int = 2
    """The least severity that is told in quiet hours; 3: none."""
    zone: ZoneInfo | None = None
    """For the times in messages; None: the hub's own."""


@dataclass(frozen=True)
class Receiver:
    """One table [notify.NAME]. Files with secrets are read when a message is sent; see check_secrets()."""

    name: str
    kind: str
    policy: Policy = Policy()
    timeout: float = 10.0
    url: str = field(default="", repr=False)
    url_file: Path | None = None
    token_file: Path | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    header_files: Mapping[str, Path] = field(default_factory=dict)
    template: Any = None
    """A JSON value, in whose texts $title, $text ... are replaced."""
    ca_file: Path | None = None
    command: tuple[str, ...] = ()
    host: str = ""
    port: int = 0
    security: str = "starttls"
    user: str = ""
    password_file: Path | None = None
    sender: str = ""
    to: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotifyConfig:
    """All of it."""

    receivers: tuple[Receiver, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    heartbeat: Receiver | None = None


def checked_notify(values: Mapping[str, Any]) -> Checked:
    """The [notify] table. Raises TableError."""
    return {}, {"receivers": tuple(_receiver(Table(table, "notify", name)) for name, table in values.items())}


def checked_maintenance(values: Mapping[str, Any]) -> Checked:
    """The [maintenance] table. Raises TableError."""
    return {}, {"maintenance": tuple(_maintenance(Table(table, "maintenance", name)) for name, table in values.items())}


def checked_heartbeat(values: Mapping[str, Any]) -> Checked:
    """The [heartbeat] table. Raises TableError."""
    table = Table(values, "heartbeat")
    receiver = Receiver("heartbeat", "heartbeat", **_web(table))
    table.done()
    return {}, {"heartbeat": receiver}


def _receiver(table: Table) -> Receiver:
    kind = table.needed("type", KINDS)
    own = {"webhook": _webhook, "ntfy": _web, "email": _email, "program": _program, "apprise": _apprise}[kind](table)
    receiver = Receiver(table.path[-1], kind, _policy(table), table.seconds("timeout", 10.0, 1.0, 120.0), **own)
    table.done()
    return receiver


def _policy(table: Table) -> Policy:
    zone = _zone(table)
    quiet = table.text("quiet")
    try:
        hours = parse_hours(quiet, zone) if quiet else None
    except ValueError as error:
        raise table.wrong("quiet", f"is not valid: {error}") from None
    return Policy(
        where=_where(table),
        least=1 + _SEVERITIES.index(table.text("severity", "warning", _SEVERITIES)),
        tells_end=table.flag("ended", True),
        repeat_seconds=table.seconds("repeat", 0.0, 60.0, 7 * _DAY),
        group_seconds=table.seconds("group", 30.0, 0.0, 3600.0),
        most_per_hour=table.count("most_per_hour", 20, 1, 1000),
        quiet=hours,
        quiet_least={"critical": 2, "none": 3}[table.text("quiet_lets_through", "critical", ("critical", "none"))],
        zone=zone,
    )


def _where(table: Table) -> Where:
    return Where(
        clusters=table.texts("cluster"),
        nodes=table.texts("node"),
        rules=table.texts("rule"),
        tags=table.texts("tag"),
        excepted=table.texts("except"),
    )


def _zone(table: Table) -> ZoneInfo | None:
    name = table.text("zone")
    try:
        return parse_zone(name) if name else None
    except ValueError as error:
        raise table.wrong("zone", f"is not valid: {error}") from None


def _web(table: Table) -> dict[str, Any]:
    """url or url_file, token_file, ca_file."""
    url, url_file = table.text("url"), table.file("url_file")
    if (not url) == (url_file is None):
        raise TableError(table.path[-1], f"{table.name} needs either url or url_file", table.path[1:])
    if url:
        try:
            check_url(url)
        except ValueError as error:
            raise table.wrong("url", str(error)) from None
    return {"url": url, "url_file": url_file, "token_file": table.file("token_file"), "ca_file": table.file("ca_file")}


def _webhook(table: Table) -> dict[str, Any]:
    template = table.text("template")
    try:
        parsed = json.loads(template) if template else None
    except ValueError as error:
        raise table.wrong("template", f"is not JSON: {error}") from None
    headers = table.pairs("headers")
    files = {name: Path(path) for name, path in table.pairs("header_files").items()}
    for name, value in (*headers.items(), *((name, "") for name in files)):
        if not (name.replace("-", "").isalnum() and name.isascii() and value.isprintable() and value.isascii()):
            raise table.wrong("headers", f"has a header that is not valid: {name!r}")
    return _web(table) | {"template": parsed, "headers": headers, "header_files": files}


def _email(table: Table) -> dict[str, Any]:
    security = table.text("security", "starttls", SECURITY)
    host, colon, port = table.needed("server").rpartition(":")
    if not colon:
        host, port = port, str(_PORTS[security])
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65_536 and host):
        raise table.wrong("server", "must be HOST or HOST:PORT")
    if security == "none" and not is_loopback(host):
        raise table.wrong("security", 'may be "none" only for a server on this machine; use starttls or tls')
    sender, to = table.needed("from"), table.texts("to")
    if not to or not all("@" in each and each.isprintable() and " " not in each for each in (sender, *to)):
        raise table.wrong("to", "and from must be addresses like ops@example.org")
    user, password = table.text("user"), table.file("password_file")
    if bool(user) != (password is not None):
        raise table.wrong("user", "needs password_file, and that needs user")
    return {
        "host": host.strip("[]"), "port": int(port), "security": security, "sender": sender, "to": to,
        "user": user, "password_file": password, "ca_file": table.file("ca_file"),
    }  # fmt: skip


def _program(table: Table) -> dict[str, Any]:
    command = table.texts("command")
    if not command or not Path(command[0]).is_absolute() or any("\0" in each for each in command):
        raise table.wrong("command", 'must be a list that begins with an absolute path: ["/usr/bin/siren"]')
    return {"command": command}


def _apprise(table: Table) -> dict[str, Any]:
    url_file = table.file("url_file")
    if url_file is None:
        raise TableError(table.path[-1], f"{table.name} needs url_file, a file with apprise URLs", table.path[1:])
    return {"url_file": url_file}


def _maintenance(table: Table) -> Maintenance:
    zone, where, weekly = _zone(table), _where(table), table.text("weekly")
    begin, end = (_time(table, key, zone) for key in ("from", "until"))
    try:
        hours = parse_hours(weekly, zone) if weekly else None
    except ValueError as error:
        raise table.wrong("weekly", f"is not valid: {error}") from None
    if (begin is None) != (end is None) or (begin is None and hours is None):
        raise TableError(table.path[-1], f"{table.name} needs from and until, or weekly", table.path[1:])
    if begin is not None and end is not None and begin >= end:
        raise table.wrong("until", "must be after from")
    table.done()
    return Maintenance(table.path[-1], where, begin, end, hours)


def _time(table: Table, key: str, zone: ZoneInfo | None) -> float | None:
    text = table.text(key)
    if not text:
        return None
    on_the_wall = parse_when(f"{text}Z", 0.0)  # None if it has a zone of its own
    at = parse_when(text, 0.0)
    if at is None or not text[:4].isdigit():
        raise table.wrong(key, f"must be a day and a time like 2026-12-01 02:00, not {text!r}")
    if zone is None or on_the_wall is None:
        return at
    return datetime.fromtimestamp(on_the_wall, UTC).replace(tzinfo=zone).timestamp()


def check_url(url: str) -> None:
    """Raises ValueError for a URL that no message may be sent to."""
    parts = urlsplit(url)
    _ = parts.port  # raises if it is no port
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        raise ValueError("must be an https:// URL")
    if parts.username or parts.password:
        raise ValueError("must have no user or password; use token_file or header_files")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("must be https:// except on this machine: anyone on the network can read http://")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
