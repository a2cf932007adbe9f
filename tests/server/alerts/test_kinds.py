"""Each kind of rule, by a real hub: what a node's samples show, and what its certificate does."""

import datetime
import ssl
import time
from pathlib import Path
from typing import Any

import trustme

from nodetop.base.trust.der import ends_at
from tests.server.servers import full, push, sample, server, until

MOUNT = {"device": "d", "fs_type": "ext4", "total_bytes": 10**12}
RULES = """[alerts.no_nginx]
process = "nginx"
limit = "1"
below = true

[alerts.stuck]
value = "processes"
unchanged = "1h"

[alerts.rack]
value = "load_1m"
limit = "3/2"
tag = "rack=b2"
except = "other"
"""


def history(node: str, count: int = 40) -> list[dict[str, Any]]:
    """A sample every five minutes. The fullest file system does not grow, another one does; a probe fails."""
    begin = time.time() - 300 * count
    return [
        sample(
            node, seq=n, taken_at=begin + 300 * n, interval=300.0, boot_id="a" if n < count else "b",
            host={"tags": ["rack=b2"]},
            cpu={"busy_percent": 1.0, "load_1m": 5.0}, memory={"oom_kills": int(n == count)},
            filesystems=[{**MOUNT, "mount_point": "/", "used_percent": 80.0},
                         {**MOUNT, "mount_point": "/srv", "used_percent": 20 + n * 1.2}],
            units={"failed": 1},
            processes={"total": 1, "rows": [{"pid": 7, "ppid": 1, "name": "nginx", "command": "nginx"}]},
            probes=[{"name": "disks", "status": "failed", "reason": "no such file"}, {"name": "cpu", "status": "ok"}],
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


def test_a_hub_judges_every_kind(tmp_path: Path) -> None:
    (tmp_path / "nodetop.toml").write_text(RULES)
    options = ("--listen", "127.0.0.1:0", "--node-name", "self", "--config", tmp_path / "nodetop.toml")
    with server(tmp_path, *options) as hub, hub.client("push") as pusher, hub.client() as reader:
        assert push(pusher, *history("web"), sent_at=time.time()).json()["accepted"] == 40
        push(pusher, full("wrong", taken_at=time.time() - 500), sent_at=time.time() - 500)

        def found() -> dict[tuple[str, str, str], dict[str, Any]]:
            alerts = reader.get("/api/v2/clusters/*/alerts?state=open").json()["alerts"]
            return {(each["node"], each["rule"], each["item"]): each for each in alerts if each["node"] != "self"}

        wanted = {
            ("web", rule, item)
            for rule, item in (
                ("full_in_hours", "/srv"), ("probes", "disks"), ("oom_kills", ""), ("reboots", ""),
                ("failed_units", ""), ("no_nginx", "nginx"), ("stuck", ""), ("rack", ""),
            )
        } | {("wrong", "clock_skew", ""), ("wrong", "filesystem", "/srv")}  # fmt: skip
        until(lambda: found().keys() == wanted, lambda: f"{found().keys() ^ wanted}")
        alerts = found()
    assert alerts["web", "probes", "disks"]["subject"] == "disks: no such file"
    assert alerts["wrong", "filesystem", "/srv"]["started_at"] > time.time() - 60, "by the clock of the hub"
    growing = alerts["web", "full_in_hours", "/srv"]
    assert growing["subject"] == "/srv" and 2 < growing["value"] < 3 and growing["severity"] == 1


def test_an_expiring_certificate_of_the_hub_or_of_the_one_above_is_an_alert(tmp_path: Path) -> None:
    ca = trustme.CA()
    made = {}
    for name, days in (("upper", 2), ("lower", 10)):
        end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        certificate = ca.issue_cert("127.0.0.1", "localhost", not_after=end)
        made[name] = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        made[name][0].write_bytes(b"".join(each.bytes() for each in certificate.cert_chain_pems))
        made[name][1].write_bytes(certificate.private_key_pem.bytes())
        made[name][1].chmod(0o600)
        der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
        assert ends_at(der) == int(end.timestamp())
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def options(name: str) -> tuple[object, ...]:
        own = ("--listen", "127.0.0.1:0", "--node-name", name, "--interval", 1, "--cluster-id", name)
        return (*own, "--tls-cert", made[name][0], "--tls-key", made[name][1])

    with server(tmp_path / "upper", *options("upper")) as upper:
        token = upper.hub / "push.token"
        join = ("--join", upper.url, "--ca-file", tmp_path / "ca.pem", "--token-file", token)
        with (
            server(tmp_path / "lower", *options("lower"), *join) as lower,
            lower.client(verify=ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))) as reader,
        ):

            def found() -> dict[str, dict[str, Any]]:
                alerts = reader.get("/api/v2/clusters/lower/alerts?state=open").json()["alerts"]
                return {each["item"]: each for each in alerts if each["rule"] == "certificate"}

            until(lambda: len(found()) == 2, lambda: f"{found()}", 30)
            alerts = found()
    above = alerts.pop(upper.url.removeprefix("https://"))
    assert (above["severity"], above["what"]) == (2, "expiring certificate of")
    assert alerts["this hub"]["severity"] == 1
