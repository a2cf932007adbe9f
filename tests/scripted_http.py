"""A web server that answers as a test says, and remembers what it was sent."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

EMPTY = b'{"status":"success","data":{"resultType":"vector","result":[]}}'


class Reply(NamedTuple):
    status: int = 200
    body: bytes = EMPTY
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None
    """What Content-Length says, if it is not true."""


class ScriptedServer:
    def __init__(self) -> None:
        self.reply: Callable[[str], Reply] = lambda path: Reply()
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        """Path, headers and body of each request."""
        self.url = ""


@contextmanager
def scripted_server(tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    """With `tls`, on https://localhost."""
    store = ScriptedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            store.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            reply = store.reply(self.path.partition("?")[0])
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = True

        do_GET = do_POST

        def log_message(self, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    port = server.server_address[1]
    store.url = f"http://127.0.0.1:{port}" if tls is None else f"https://localhost:{port}"
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
