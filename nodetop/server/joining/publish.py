"""`nodetop-server publish --secret NAMESPACE/NAME`: makes a join code each week and writes it into a Secret of
Kubernetes, from which the agents take it. It needs one right: to patch that Secret."""

import base64
import http.client
import json
import logging
import os
import ssl
import time
from pathlib import Path

from nodetop.base import files
from nodetop.base.backoff import delay
from nodetop.base.join_code import JoinCode
from nodetop.history.disk_errors import plain
from nodetop.model.hub_api import PIN_FILE, valid_name
from nodetop.server.base.folder import HUB_FOLDER, is_in_use
from nodetop.server.base.startup import StartError
from nodetop.server.base.stop_signal import StopSignal
from nodetop.server.joining.codes import new_code
from nodetop.server.joining.invites import MOST_USES, Invites
from nodetop.server.settings import ServerSettings

logger = logging.getLogger(__name__)

VALID_SECONDS, RENEWED_SECONDS = 30 * 86_400.0, 7 * 86_400.0
WRITTEN_SECONDS = 60.0
"""The code is written this often, because the Secret may have been deleted and made again."""
ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where Kubernetes puts the token of the service account and the CA of the API server."""
_KEPT = 5
"""Codes that are valid beside each other, because agents may have been given an earlier one."""
_PUBLISHED_FILE = "published.codes"
_SECONDS = 10.0


def publish(settings: ServerSettings, secret: str, stopped: StopSignal, account: Path = ACCOUNT) -> None:
    """Publishes codes until stopped. Raises StartError for a wrong name."""
    namespace, slash, name = secret.partition("/")
    if not (slash and valid_name(namespace) and valid_name(name)):
        raise StartError(f"--secret {secret!r} is not a Secret; write it like NAMESPACE/NAME")
    folder = settings.data_dir / HUB_FOLDER
    path = f"/api/v1/namespaces/{namespace}/secrets/{name}"
    failures, code, published, renew_at = 0, None, None, 0.0
    while True:
        try:
            if not (folder / PIN_FILE).exists() or not is_in_use(folder):
                raise StartError("the hub does not run yet")
            if code is None or time.monotonic() >= renew_at or not _is_open(folder, code):
                code, renew_at = _next_code(folder), time.monotonic() + RENEWED_SECONDS
            _patch(path, code.text, account)
            if published != code:
                logger.info("code_published", {"name": secret})
            published = code
        except (StartError, OSError, http.client.HTTPException, ValueError) as error:
            logger.warning("code_not_published", {"reason": str(error)})
            failures, published = failures + 1, None
            rest = delay(failures, first=1.0, longest=WRITTEN_SECONDS)
        else:
            failures, rest = 0, WRITTEN_SECONDS
        if stopped.wait(rest):
            return


def _is_open(folder: Path, code: JoinCode) -> bool:
    """Whether nobody has cancelled it."""
    return any(each.id == code.id for each in Invites(folder).open(time.time()))


def _next_code(folder: Path) -> JoinCode:
    """A new code. The oldest that was published is cancelled when there are enough."""
    path = folder / _PUBLISHED_FILE
    ids = files.read(path).decode("ascii", "replace").split() if path.exists() else []
    for old in ids[: -_KEPT + 1]:
        Invites(folder).cancel(old)
    code = new_code(folder, "push", uses=MOST_USES, expires_at=time.time() + VALID_SECONDS)
    try:
        files.write_atomically(path, [" ".join([*ids[-_KEPT + 1 :], code.id]).encode()], links="replace")
    except OSError as error:
        raise StartError(f"Cannot write {plain(error, path)}") from None
    return code


def _patch(path: str, code: str, account: Path) -> None:
    """Sets the key "code" of the Secret. Raises OSError, HTTPException."""
    host, port = os.environ.get("KUBERNETES_SERVICE_HOST"), os.environ.get("KUBERNETES_SERVICE_PORT", "443")
    if not host:
        raise StartError("this is not in a pod: KUBERNETES_SERVICE_HOST is not set")
    context = ssl.create_default_context(cafile=str(account / "ca.crt"))
    connection = http.client.HTTPSConnection(host, int(port), timeout=_SECONDS, context=context)
    headers = {
        "Authorization": f"Bearer {(account / 'token').read_text().strip()}",
        "Content-Type": "application/merge-patch+json",
    }
    body = json.dumps({"data": {"code": base64.b64encode(code.encode()).decode()}})
    try:
        connection.request("PATCH", path, body, headers)
        response = connection.getresponse()
        response.read(65_536)
    finally:
        connection.close()
    if response.status == 404:
        raise OSError("the Secret does not exist; apply the manifests again, they make it")
    if response.status != 200:
        raise OSError(f"the API server answers {response.status}; see the Role nodetop-join")
