"""The manifests of deploy/kubernetes: what they allow, Kubernetes' schemas, the chart, and hub and agent together."""

import base64
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
import yaml

from nodetop.base.join_code import parse_code
from nodetop.base.version import __version__
from nodetop.server.base.stop_signal import StopSignal
from nodetop.server.cli import _command as server
from nodetop.server.joining import publish
from nodetop.server.joining.invites import Invites
from nodetop.server.settings import ServerSettings
from tests.server.servers import rows, until
from tests.server.servers import server as started
from tests.test_deploy import DEPLOY, flags_of, replaced

KUBERNETES = DEPLOY / "kubernetes"
FOLDERS = ("base", "overlays/relay", "overlays/cert-manager")
VERSIONS = ("1.29", "1.32", "1.35", "1.37")


def documents(folder: str = "base") -> list[dict[str, Any]]:
    """All documents of a folder, as they are in its files."""
    found = []
    for path in sorted((KUBERNETES / folder).glob("*.yaml")):
        if path.name != "kustomization.yaml":
            found += list(yaml.safe_load_all(path.read_text()))
    return found


def one(kind: str, name: str) -> dict[str, Any]:
    (found,) = [each for each in documents() if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


HUB = one("Deployment", "nodetop-hub")["spec"]["template"]["spec"]
AGENT = one("DaemonSet", "nodetop-agent")["spec"]["template"]["spec"]


def test_pods_may_do_nothing_that_they_need_not() -> None:
    for spec in (HUB, AGENT):
        assert spec["securityContext"]["runAsNonRoot"] and spec["securityContext"]["runAsUser"] == 65532
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert spec["automountServiceAccountToken"] is spec["enableServiceLinks"] is False
        assert spec["nodeSelector"] == {"kubernetes.io/os": "linux"}
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "memory" in container["resources"]["limits"]
            for mount in container["volumeMounts"]:
                assert mount["name"] == "data" or mount["readOnly"], mount
    assert not {"hostPID", "hostNetwork", "hostIPC"} & set(HUB)
    assert AGENT["hostPID"] and not {"hostNetwork", "hostIPC"} & set(AGENT)
    assert AGENT["tolerations"] == [{"operator": "Exists"}]
    (agent,) = AGENT["containers"]
    assert agent["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"cpu": "200m", "memory": "128Mi"},
    }


def test_the_hub_may_change_one_secret_of_the_cluster() -> None:
    (rule,) = one("Role", "nodetop-join")["rules"]
    assert rule == {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["nodetop-join"], "verbs": ["patch"]}
    assert not [each for each in documents() if each["kind"] in ("ClusterRole", "ClusterRoleBinding")]
    with_account = [
        each["name"] for each in HUB["containers"] if any(m["name"] == "account" for m in each["volumeMounts"])
    ]
    assert with_account == ["publish"]


def test_there_is_one_hub_at_a_time_and_it_lives_without_its_disk() -> None:
    deployment = one("Deployment", "nodetop-hub")["spec"]
    assert (deployment["replicas"], deployment["strategy"]) == (1, {"type": "Recreate"})
    assert one("PersistentVolumeClaim", "nodetop-hub")["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert one("Namespace", "nodetop")["metadata"]["labels"] == {"pod-security.kubernetes.io/enforce": "restricted"}
    probe = HUB["containers"][0]["livenessProbe"]["httpGet"]
    assert (probe["path"], probe["scheme"]) == ("/healthz", "HTTPS")


def test_their_flags_exist() -> None:
    known = flags_of(server) | {flag for each in server.commands.values() for flag in flags_of(each)}
    for container in (*HUB["containers"], *AGENT["containers"]):
        assert {each.partition("=")[0] for each in container["args"] if each.startswith("-")} <= known


def test_the_image_is_that_of_this_version() -> None:
    (image,) = yaml.safe_load((KUBERNETES / "base" / "kustomization.yaml").read_text())["images"]
    assert image == {"name": "nodetop", "newTag": __version__}


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
@pytest.mark.parametrize("folder", FOLDERS)
def test_kustomize_builds_it(folder: str) -> None:
    done = subprocess.run(["kubectl", "kustomize", KUBERNETES / folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = [each for each in yaml.safe_load_all(done.stdout) if each]
    kinds = {each["kind"] for each in made}
    assert {each["kind"] for each in documents()} <= kinds
    hub = next(each for each in made if each["kind"] == "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert hub["image"] == f"nodetop:{__version__}"
    arguments = {each.partition("=")[0] for each in hub["args"]}
    assert arguments <= flags_of(server)
    assert ("--join" in arguments, "--tls-cert" in arguments) == ("relay" in folder, "cert-manager" in folder)


@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_accepts_them(version: str) -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="needs the extra deploy")
    for each in documents():
        validate.validate(each, version, strict=True)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class ApiServer(ThreadingHTTPServer):
    """Takes patches of Secrets, as Kubernetes' API server does."""

    def __init__(self, certificate: trustme.LeafCert) -> None:
        self.patches: list[tuple[str, dict[str, str], Any]] = []
        self.status = 200
        super().__init__(("127.0.0.1", 0), Patched)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Patched(BaseHTTPRequestHandler):
    server: ApiServer

    def do_PATCH(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.patches.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def publishing(tmp_path: Path, secret: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    """The container "publish", beside the hub in the folder "hub", and its API server."""
    authority = trustme.CA()
    (tmp_path / "token").write_text("of-the-account\n")
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    api, stopped = ApiServer(authority.issue_cert("127.0.0.1")), StopSignal()
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(api.server_address[1]))
    settings = ServerSettings(data_dir=tmp_path / "hub" / "data")
    publisher = threading.Thread(target=publish.publish, args=(settings, secret, stopped, tmp_path))
    publisher.start()
    try:
        yield api
    finally:
        stopped.set()
        publisher.join(10)
        api.shutdown()
        api.server_close()


def test_an_agent_joins_with_the_code_that_the_hub_publishes(
    tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: dict[str, object] = {"/var/lib/nodetop": tmp_path / "hub" / "data", "0.0.0.0:8082": "0.0.0.0:0"}
    hub = stack.enter_context(started(tmp_path / "hub", *replaced(HUB["containers"][0]["args"], places)))
    (secret,) = [each.partition("=")[2] for each in HUB["containers"][1]["args"] if each.startswith("--secret=")]
    until(lambda: (hub.hub / "hub.pin").exists())
    with publishing(tmp_path, secret, monkeypatch) as api:
        until(lambda: api.patches)
    path, headers, body = api.patches[0]
    assert path == "/api/v1/namespaces/nodetop-agents/secrets/nodetop-join"
    assert headers["Authorization"] == "Bearer of-the-account"
    code = base64.b64decode(body["data"]["code"]).decode()
    assert parse_code(code).pin

    places = {"/var/lib/nodetop": tmp_path / "agent" / "data", "/host/root": "/", "/host": ""}
    environment = {each["name"]: each.get("value", "") for each in AGENT["containers"][0]["env"]}
    assert environment["NODETOP_JOIN"] == "https://nodetop-hub.nodetop.svc:8082"
    environment |= {
        "NODETOP_JOIN": f"https://127.0.0.1:{hub.url.rpartition(':')[2]}",
        "NODETOP_CODE": code,
        "NODETOP_NODE_NAME": "worker-7",
    }
    arguments = replaced(AGENT["containers"][0]["args"], places)
    agent = stack.enter_context(started(tmp_path / "agent", *arguments, **environment))
    with hub.client(verify=False) as reader:
        until(lambda: "default/worker-7" in rows(reader), lambda: agent.log + hub.log)


def test_a_code_is_written_again_and_replaced_only_when_it_is_cancelled(
    tmp_path: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Secret may have been deleted, and made again without its content."""
    monkeypatch.setattr(publish, "WRITTEN_SECONDS", 0.05)
    hub = stack.enter_context(started(tmp_path / "hub", "--listen", "0.0.0.0:0"))
    until(lambda: (hub.hub / "hub.pin").exists())
    with publishing(tmp_path, "agents/join", monkeypatch) as api:

        def codes() -> list[str]:
            return [base64.b64decode(body["data"]["code"]).decode() for _, _, body in api.patches]

        until(lambda: len(codes()) > 2)
        api.status = 404
        before = len(codes())
        until(lambda: len(codes()) > before + 2)
        api.status = 200
        assert len(set(codes())) == 1
        Invites(hub.hub).cancel(parse_code(codes()[0]).id)
        until(lambda: len(set(codes())) == 2)


def test_few_published_codes_are_open_at_a_time(tmp_path: Path, stack: ExitStack) -> None:
    hub = stack.enter_context(started(tmp_path / "hub", "--listen", "0.0.0.0:0"))
    until(lambda: (hub.hub / "hub.pin").exists())
    before = len(Invites(hub.hub).open(0.0))
    codes = [publish._next_code(hub.hub) for _ in range(8)]
    left = {each.id for each in Invites(hub.hub).open(0.0)}
    assert len(left) == before + publish._KEPT
    assert codes[-1].id in left and codes[0].id not in left
