"""Messages over every way there is, to real receivers: taken, refused, hanging, halved, redirected."""

import json
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from nodetop.alerts.alert import Alert
from nodetop.server.base.startup import StartError
from nodetop.server.notify.checking import checked
from nodetop.server.notify.config import NotifyConfig, Receiver, checked_notify
from nodetop.server.notify.delivery import deliver
from nodetop.server.notify.errors import DeliveryError, RefusedError
from nodetop.server.notify.message import Message, News
from tests.server.notify.receivers import free_port, http_receiver, mail_server, private

pytestmark = pytest.mark.may_block  # receivers run in this process
NOW = 1_795_000_000.0
EVIL = 'x"}], "admin": true, $(reboot) `id` \x1b]52;c;aGk=\x07'


def message(severity: int = 2, title: str = "CRITICAL web-1: file system /srv 99%") -> Message:
    alert = Alert(id="a" * 16, cluster="default", node="web-1", rule="filesystem", item="/srv", severity=2)
    return Message(
        id="0123456789abcdef01234567", receiver="r", created_at=NOW, title=title, text="what, where, since\n",
        severity=severity, news=(News(kind="opened", alert=alert),),
    )  # fmt: skip


def receiver(**table: Any) -> Receiver:
    (found,) = checked_notify({"r": table})[1]["receivers"]
    assert isinstance(found, Receiver)
    checked(NotifyConfig((found,)))
    return found


async def refusal(to: Receiver) -> str:
    with pytest.raises(DeliveryError) as refused:
        await deliver(to, message())
    assert "\n" not in str(refused.value)
    return str(refused.value)


async def test_a_webhook_gets_everything_as_json() -> None:
    with http_receiver() as http:
        await deliver(receiver(type="webhook", url=f"{http.url}/hook", headers={"X-Team": "ops"}), message())
    (asked,) = http.asked
    assert (asked.method, asked.path, asked.headers["X-Team"]) == ("POST", "/hook", "ops")
    assert asked.headers["X-Nodetop-Message"] == asked.json["id"] == "0123456789abcdef01234567"
    assert (asked.json["title"], asked.json["severity"]) == ("CRITICAL web-1: file system /srv 99%", "critical")
    assert asked.json["news"][0]["alert"]["node"] == "web-1"


async def test_a_template_is_data_and_secrets_come_from_private_files(tmp_path: Path) -> None:
    template = json.dumps({"text": "$title: $text", "who": ["$node", "$unknown", 7], "level": "$severity"})
    url, key = private(tmp_path / "url", ""), private(tmp_path / "key", "s3cret\n")
    with http_receiver() as http:
        url.write_text(f"{http.url}/secret-hook\n")
        to = receiver(type="webhook", url_file=str(url), template=template, header_files={"X-Key": str(key)})
        await deliver(to, message(title=EVIL))
    (asked,) = http.asked
    assert (asked.path, asked.headers["X-Key"]) == ("/secret-hook", "s3cret")
    expected = {"text": f"{EVIL}: what, where, since\n", "who": ["web-1", "$unknown", 7], "level": "critical"}
    assert asked.json == expected
    assert "secret" not in repr(to) and "s3cret" not in repr(to)


async def test_a_phone_gets_plain_text_over_ntfy(tmp_path: Path) -> None:
    token = private(tmp_path / "token", "tk_abc\n")
    with http_receiver() as http:
        await deliver(receiver(type="ntfy", url=f"{http.url}/alerts", token_file=str(token)), message())
        await deliver(receiver(type="ntfy", url=f"{http.url}/base/alerts"), message(severity=0))
    first, second = http.asked
    assert (first.path, first.headers["Authorization"]) == ("/", "Bearer tk_abc")
    assert first.json == {
        "topic": "alerts", "title": "CRITICAL web-1: file system /srv 99%", "message": "what, where, since\n",
        "priority": 5, "tags": ["rotating_light"],
    }  # fmt: skip
    assert (second.path, second.json["topic"], second.json["priority"]) == ("/base/", "alerts", 2)


async def test_an_ntfy_server_gets_no_more_than_it_takes_as_a_message() -> None:
    with http_receiver() as http:
        long = msgspec.structs.replace(message(title="ü\r\nX-Evil: 1"), text="€" * 5000)
        await deliver(receiver(type="ntfy", url=f"{http.url}/alerts"), long)
        assert "must end in the topic" in await refusal(receiver(type="ntfy", url=f"{http.url}/alerts?up=1"))
    (asked,) = http.asked
    assert asked.json["message"] == "€" * 1333 and asked.json["title"] == "ü\r\nX-Evil: 1"
    assert "X-Evil" not in asked.headers


async def test_an_answer_about_the_message_is_told_apart_from_one_about_the_receiver() -> None:
    with http_receiver(413, 401) as http:
        to = receiver(type="webhook", url=http.url)
        with pytest.raises(RefusedError, match="it answers 413"):
            await deliver(to, message())
        with pytest.raises(DeliveryError, match="it answers 401") as other:
            await deliver(to, message())
    assert not isinstance(other.value, RefusedError)


def test_a_file_of_certificates_is_read_at_the_start(tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    with pytest.raises(StartError, match="No such file"):
        receiver(type="webhook", url="https://x.example/", ca_file=str(wrong))
    wrong.write_text("no certificate")
    with pytest.raises(StartError, match="has no certificates in PEM format"):
        receiver(type="webhook", url="https://x.example/", ca_file=str(wrong))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (500, "it answers 500: ok"),
        (404, "it answers 404: ok"),
        ("half", "peer closed connection without sending complete message body (received 9 bytes, "),
        ("hang", "no answer within 1 s"),
    ],
)
async def test_an_http_receiver_that_does_not_take_it(answer: int | str, reason: str) -> None:
    with http_receiver(answer) as http:
        assert await refusal(receiver(type="webhook", url=http.url, timeout="1s")) == reason


async def test_a_redirect_is_not_followed() -> None:
    with http_receiver() as other, http_receiver(other.url) as http:
        said = await refusal(receiver(type="webhook", url=http.url))
    assert said == "it redirects (302); give the final URL. Nothing was sent there"
    assert other.asked == []


async def test_a_receiver_that_is_not_there(tmp_path: Path) -> None:
    assert "connect" in (await refusal(receiver(type="webhook", url=f"http://127.0.0.1:{free_port()}"))).lower()
    mail = receiver(type="email", server=f"127.0.0.1:{free_port()}", security="none", to="a@b.c", **{"from": "a@b.c"})
    assert await refusal(mail) == "Connection refused"
    assert await refusal(receiver(type="program", command=["/nonexistent/siren"])) == (
        "cannot run /nonexistent/siren: No such file or directory"
    )


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
async def test_an_email_is_plain_text(tmp_path: Path, security: str) -> None:
    password = private(tmp_path / "password", "pa55\n")
    with mail_server(tmp_path, security, "hub", "pa55") as box:
        to = receiver(
            type="email", server=f"127.0.0.1:{box.port}", security=security, ca_file=str(box.ca),
            user="hub", password_file=str(password), to=["ops@example.org", "boss@example.org"],
            **{"from": "nodetop@example.org"},
        )  # fmt: skip
        await deliver(to, message())
    (mail,) = box.mails
    assert box.to == [["ops@example.org", "boss@example.org"]]
    assert (mail["Subject"], mail["From"]) == ("CRITICAL web-1: file system /srv 99%", "nodetop@example.org")
    assert mail["Message-ID"] == "<0123456789abcdef01234567@nodetop>"
    assert mail.get_content_type() == "text/plain" and mail.get_content().splitlines() == ["what, where, since"]


async def test_a_mail_server_that_refuses_or_is_not_trusted(tmp_path: Path) -> None:
    password = private(tmp_path / "password", "wrong\n")
    with mail_server(tmp_path, "starttls", "hub", "pa55") as box:
        common: dict[str, Any] = {
            "type": "email", "server": f"127.0.0.1:{box.port}", "to": "a@b.c", "from": "a@b.c",
            "user": "hub", "password_file": str(password),
        }  # fmt: skip
        assert "certificate" in (await refusal(receiver(**common))).lower()
        assert await refusal(receiver(**common, ca_file=str(box.ca))) == (
            "the mail server rejects the user or the password (535)"
        )
    with mail_server(tmp_path, "none") as box:
        box.refuses = 1
        plain = receiver(type="email", server=f"127.0.0.1:{box.port}", security="none", to="a@b.c", **{"from": "a@b.c"})
        assert await refusal(plain) == "the mail server answers 451: try again later"
        await deliver(plain, message(title="line\r\nBcc: x@y.z"))
    assert box.mails[0]["Bcc"] is None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the package itself
async def test_apprise_is_one_more_way(tmp_path: Path) -> None:
    pytest.importorskip("apprise", reason="the extra apprise is not installed")
    with http_receiver() as http:
        urls = private(tmp_path / "urls", f"# two services\n{http.url.replace('http', 'json')}/one\n")
        await deliver(receiver(type="apprise", url_file=str(urls)), message())
        assert http.asked[0].json["title"] == "CRITICAL web-1: file system /srv 99%"
        with http_receiver(http.url) as redirects:
            urls.write_text(redirects.url.replace("http", "json"))
            assert await refusal(receiver(type="apprise", url_file=str(urls))) == (
                "apprise could not deliver it to all of the URLs in the file"
            )
        assert len(http.asked) == 1
        urls.write_text("nonsense://\n")
        assert await refusal(receiver(type="apprise", url_file=str(urls))) == (
            "apprise does not know one of the URLs in the file"
        )


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path) -> None:
    token = private(tmp_path / "token", "s3cret")
    token.chmod(0o644)
    with pytest.raises(StartError, match="can be read by others") as refused:
        receiver(type="ntfy", url="https://ntfy.example.org/t", token_file=str(token))
    assert "s3cret" not in str(refused.value)
    token.chmod(stat.S_IRUSR)
    token.chmod(0o600)
    token.write_text("\n")
    with pytest.raises(StartError, match="is empty"):
        receiver(type="ntfy", url="https://ntfy.example.org/t", token_file=str(token))
    token.write_text("Schlüssel")
    with pytest.raises(StartError, match="in ASCII") as refused:
        receiver(type="ntfy", url="https://ntfy.example.org/t", token_file=str(token))
    assert "Schl" not in str(refused.value)
    private(tmp_path / "url", "http://example.org/hook")
    with pytest.raises(StartError, match="https:// except on this machine"):
        receiver(type="webhook", url_file=str(tmp_path / "url"))
