"""Real receivers on loopback: HTTP that does as it is told, SMTP with and without TLS."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class HttpReceiver:
    """Answers each request with the next of `answers`, and then always with the last one: a status, "hang", "half" or a
    URL to redirect to."""

    url: str = ""
    answers: list[int | str] = field(default_factory=lambda: [200])
    asked: list[Asked] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def next(self) -> int | str:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    receiver: HttpReceiver

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            return  # the sender was killed: this is no request
        self.receiver.asked.append(Asked(self.command, self.path, dict(self.headers.items()), body))
        answer = self.receiver.next()
        if answer == "hang":
            self.receiver.ended.wait(30)
            return
        if answer == "half":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly half")
            self.close_connection = True
            return
        if isinstance(answer, str):
            self.send_response(302)
            self.send_header("Location", answer)
        else:
            self.send_response(answer)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def http_receiver(*answers: int | str, port: int = 0) -> Iterator[HttpReceiver]:
    """A server with these answers."""
    receiver = HttpReceiver(answers=list(answers) or [200])
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.ended.set()
            server.shutdown()
            thread.join()


@dataclass
class Mailbox:
    """What a mail server received."""

    port: int = 0
    ca: Path = Path()
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    refuses: int = 0
    """So many mails are answered with 451."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuses:
            self.refuses -= 1
            return "451 try again later"
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        self.to.append(list(envelope.rcpt_tos))
        return "250 taken"


@contextmanager
def mail_server(folder: Path, security: str, user: str = "", password: str = "") -> Iterator[Mailbox]:
    """A mail server with a certificate of its own."""
    authority, mailbox = trustme.CA(), Mailbox(ca=folder / "ca.pem")
    authority.cert_pem.write_to_path(mailbox.ca)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def authenticate(*arguments: Any) -> AuthResult:
        given = arguments[-1]
        return AuthResult(success=(given.login, given.password) == (user.encode(), password.encode()), handled=False)

    options: dict[str, Any] = {"authenticator": authenticate, "auth_require_tls": False} if user else {}
    if security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    elif security == "tls":
        options |= {"ssl_context": context}
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    mailbox.port = controller.port
    try:
        yield mailbox
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def private(path: Path, text: str) -> Path:
    """A file that only its owner can read."""
    path.write_text(text)
    path.chmod(0o600)
    return path
