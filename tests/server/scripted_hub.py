"""A hub with scripted replies over a real socket, for replies that a real hub cannot be made to give."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, str], bytes]
Script = Callable[[dict[str, Any]], Answer]


@dataclass
class Heard:
    """The pushes that reached the hub, in order."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, condition: Callable[["Heard"], bool], timeout: float = 20) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: condition(self), timeout), [seqs(b) for b in self.bodies]


def seqs(body: dict[str, Any]) -> list[int]:
    return [sample["seq"] for sample in body["samples"]]


def taken(body: dict[str, Any]) -> Answer:
    """The reply of a healthy hub."""
    return 200, {}, json.dumps({"accepted": len(body["samples"])}).encode()


def refusal(status: int, message: str = "not now", code: str = "test", **headers: str) -> Answer:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    return status, {key.replace("_", "-"): value for key, value in headers.items()}, body


@contextmanager
def scripted_hub(script: Script, port: int = 0) -> Iterator[tuple[str, Heard]]:
    """Yields the hub's URL and the pushes it received. `script` replies to each push."""
    heard = Heard()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with heard.changed:
                heard.bodies.append(body)
                heard.headers.append(dict(self.headers.items()))
                heard.changed.notify_all()
            status, headers, content = script(body)
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def handle(self) -> None:
            with suppress(OSError):  # the client left
                super().handle()

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", heard
        finally:
            server.shutdown()
            thread.join()
