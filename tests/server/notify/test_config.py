"""What is wrong in the tables for messages is refused with its file and line, and what is allowed."""

from datetime import datetime
from pathlib import Path

import pytest

from nodetop.server.notify.config import NotifyConfig
from nodetop.server.settings import SERVER_TABLES, ServerSettings
from nodetop.settings import file as settings_file

GOOD = """
[server]
max_nodes = 10

[notify.phone]
type = "ntfy"
url = "https://ntfy.example.org/alerts"
severity = "critical"
repeat = "30m"
quiet = "22:00-07:00"
zone = "Europe/Berlin"

[notify.mail]
type = "email"
server = "[::1]:2525"
security = "none"
from = "nodetop@example.org"
to = ["ops@example.org"]
node = ["web-*", "db-*"]
except = "web-test"
most_per_hour = 5
ended = false

[maintenance.move]
node = "db-1"
from = "2026-12-01 02:00"
until = "2026-12-01 04:00"
zone = "UTC"

[maintenance.backup]
weekly = "sat,sun 01:00-03:00"

[heartbeat]
url = "https://beat.example.org/me"
"""


def read(path: Path, text: str) -> NotifyConfig:
    path.write_text(text)
    return ServerSettings(**settings_file.read_tables(path, SERVER_TABLES)).notify


def test_all_of_it_is_read(tmp_path: Path) -> None:
    config = read(tmp_path / "nodetop.toml", GOOD)
    phone, mail = config.receivers
    assert (phone.policy.least, phone.policy.repeat_seconds, phone.policy.group_seconds) == (2, 1800, 30)
    assert phone.policy.quiet is not None and str(phone.policy.zone) == "Europe/Berlin"
    assert (mail.host, mail.port, mail.to) == ("::1", 2525, ("ops@example.org",))
    assert (mail.policy.where.nodes, mail.policy.where.excepted) == (("web-*", "db-*"), ("web-test",))
    assert (mail.policy.most_per_hour, mail.policy.tells_end) == (5, False)
    move, backup = config.maintenance
    assert move.end is not None and move.begin == move.end - 7200 == 1_796_090_400
    assert backup.weekly is not None and backup.weekly.days == {5, 6}
    assert config.heartbeat is not None and config.heartbeat.url.endswith("/me")


HOOK = '[notify.a]\ntype = "webhook"\nurl = "https://x.example/"\n'


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[notify.a]\n", 1, "notify.a needs type, one of: webhook, ntfy, email, program, apprise"),
        ('[notify.a]\ntype = "sms"\n', 2, "notify.a.type must be one of: webhook, ntfy, email, program, apprise"),
        ('[notify.a]\ntype = "webhook"\n', 1, "notify.a needs either url or url_file"),
        (
            '[notify.a]\ntype = "webhook"\nurl = "http://x.example/"\n',
            3,
            "notify.a.url must be https:// except on",
        ),
        ('[notify.a]\ntype = "ntfy"\nurl = "https://me:pw@x.example/"\n', 3, "notify.a.url must have no user or"),
        (f'{HOOK}quite = "22:00-07:00"\n', 4, "notify.a.quite is not known; known: ca_file, cluster, ended, except"),
        (f'{HOOK}\nquiet = "22-7"\n', 5, "notify.a.quiet is not valid: '22-7' must be like \"22:00-07:00\""),
        (f'{HOOK}zone = "Mars/Base"\n', 4, "notify.a.zone is not valid: 'Mars/Base' is not a time zone"),
        (f'{HOOK}template = "{{"\n', 4, "notify.a.template is not JSON"),
        (f'{HOOK}headers = {{ "a b" = "x" }}\n', 4, "notify.a.headers has a header that is not valid: 'a b'"),
        (f'{HOOK}severity = "fatal"\n', 4, "notify.a.severity must be one of: warning, critical"),
        (f"{HOOK}most_per_hour = 0\n", 4, "notify.a.most_per_hour must be a whole number from 1 to 1000"),
        (f'{HOOK}repeat = "5"\n', 4, 'notify.a.repeat must be a time like "30m"'),
        ('[notify.a]\ntype = "program"\ncommand = "siren"\n', 3, "notify.a.command must be a list that begins with an"),
        (
            '[notify.a]\ntype = "email"\nserver = "m.example"\nsecurity = "none"\n',
            4,
            'notify.a.security may be "none" only for a server on this machine',
        ),
        ('[notify.a]\ntype = "apprise"\n', 1, "notify.a needs url_file"),
        ("[maintenance.m]\n", 1, "maintenance.m needs from and until, or weekly"),
        (
            '[maintenance.m]\nfrom = "soon"\n',
            2,
            "maintenance.m.from must be a day and a time like 2026-12-01 02:00, not",
        ),
        ('[maintenance.m]\nfrom = "02:00"\nuntil = "04:00"\n', 2, "maintenance.m.from must be a day and a time like"),
        ('[notify.a]\ntype = "ntfy"\nurl = "https://x.example:99999/a"\n', 3, "notify.a.url Port out of range"),
        ('[maintenance.m]\nfrom = "2026-12-02"\nuntil = "2026-12-01"\n', 3, "maintenance.m.until must be after from"),
        ("[heartbeat]\n", 1, "heartbeat needs either url or url_file"),
        ("notify = 5\n", 1, "notify must be a table: [notify]"),
        ('[notify]\nphone = "ntfy"\n', 2, "notify.phone must be a table: [notify.phone]"),
    ],
)
def test_what_is_wrong_has_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = tmp_path / "nodetop.toml"
    with pytest.raises(settings_file.SettingsFileError) as wrong:
        read(path, text)
    assert wrong.value.format_message().startswith(f"{path}:{line}: {reason}"), wrong.value.format_message()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("begin", "zone", "expected"),
    [
        ("2026-03-29 02:30", "UTC", "2026-03-29T02:30:00+00:00"),  # the hub's own clock does not show this time
        ("2026-10-25 04:00", "America/New_York", "2026-10-25T08:00:00+00:00"),
        ("2026-12-01T02:00-05:00", "Europe/Berlin", "2026-12-01T07:00:00+00:00"),
        ("2026-12-01T02:00Z", "Europe/Berlin", "2026-12-01T02:00:00+00:00"),
    ],
)
def test_the_times_of_maintenance_are_those_of_its_zone(tmp_path: Path, begin: str, zone: str, expected: str) -> None:
    text = f'[maintenance.m]\nfrom = "{begin}"\nuntil = "2027-01-01"\nzone = "{zone}"\n'
    (window,) = read(tmp_path / "nodetop.toml", text).maintenance
    assert window.begin == datetime.fromisoformat(expected).timestamp()
