"""A hub that answers the first questions as it should, and then does what harms."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from random import Random

from msgspec.structs import replace

from nodetop.model import wire
from nodetop.model.cluster_totals import summarise
from nodetop.model.hub_api import (
    ClusterInfo,
    ClusterList,
    ClusterReply,
    HistoryReply,
    NodeProcess,
    ProcessesReply,
    RecentReply,
    StreamEvent,
)
from nodetop.model.snapshot import NodeSnapshot, NodeStatus
from tests.fuzz.hostile_nodes import points, snapshots
from tests.fuzz.made_up import Maker

STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
Send = Callable[[bytes], None]


class HostileHub:
    """`how` is a method that begins with `do_`: what a stream gets, without end."""

    def __init__(self, how: str, seed: int) -> None:
        self.random = Random(seed)
        self.maker = Maker(self.random)
        self.how: Callable[[Send], None] = getattr(self, f"do_{how}")
        names = ["web-01", *(f"n{number}" for number in range(30))]
        rows = (self.maker.make(NodeStatus, node=name, cluster="default", state="up") for name in names)
        self.rows = tuple(replace(row, age_seconds=1.0) for row in rows)
        self.stopped = threading.Event()

    # What streams get

    def do_hang(self, send: Send) -> None:
        """Nothing more than a head."""
        self.stopped.wait()

    def do_half(self, send: Send) -> None:
        """Half an event, and then a byte now and then."""
        send(b"event: nodes\ndata: {")
        while not self.stopped.wait(0.05):
            send(b" ")

    def do_rows(self, send: Send) -> None:
        """Rows whose texts were made to harm."""
        while not self.stopped.wait(0.2):
            send(self.event(self.rows))

    def do_flood(self, send: Send) -> None:
        """Events as fast as they are taken: rows, samples, broken ones."""
        samples = [b"event: snapshot\ndata: " + wire.encode(each) + b"\n\n" for each in snapshots(self.maker, 30)]
        while not self.stopped.is_set():
            self.rows = tuple(replace(row, load_1m=self.random.random()) for row in self.rows)
            send(self.event(self.rows) + b"".join(samples))

    def do_many(self, send: Send) -> None:
        """More rows than any cluster has, again and again."""
        rows = tuple(NodeStatus(node=f"n{number}", cluster="default", load_1m=1.0) for number in range(9000))
        event = self.event(rows)
        while not self.stopped.is_set():
            send(event)

    def do_endless(self, send: Send) -> None:
        """An event that has no end."""
        send(b"event: nodes\ndata: ")
        while not self.stopped.is_set():
            send(b"x" * 65_536)

    def do_garbage(self, send: Send) -> None:
        """Bytes."""
        while not self.stopped.is_set():
            send(self.random.randbytes(20_000) + b"\n\n")

    def event(self, rows: tuple[NodeStatus, ...]) -> bytes:
        event = StreamEvent(cluster="default", whole=True, summary=summarise(rows), nodes=rows)
        return b"event: nodes\ndata: " + wire.encode(event) + b"\n\n"

    # What questions get

    def answer(self, path: str) -> bytes:
        maker = self.maker
        if path.endswith("/clusters"):
            return wire.encode(ClusterList(clusters=(ClusterInfo(cluster="default", own=True),)))
        if path.endswith("/node-metrics"):
            return wire.encode(ClusterReply(cluster="default", summary=summarise(self.rows), nodes=self.rows))
        if path.endswith("/recent"):
            return wire.encode(RecentReply(node="web-01", cluster="default", samples=tuple(snapshots(maker, 20))))
        if path.endswith("/history"):
            history = tuple(points(maker, 90))
            return wire.encode(
                HistoryReply(node="web-01", cluster="default", since=0, until=1, step=300.0, points=history)
            )
        if path.endswith("/processes"):
            rows = tuple(maker.make(NodeProcess, node="web-01", cluster="default") for _ in range(20))
            return wire.encode(ProcessesReply(cluster="default", matched=20, rows=rows))
        return wire.encode(next(snapshots(maker, 1)) if self.random.random() < 0.5 else maker.make(NodeSnapshot))

    def serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.settimeout(20)
            data = b""
            while True:
                while b"\r\n\r\n" not in data:
                    more = connection.recv(65_536)
                    if not more:
                        return
                    data += more
                head, _, data = data.partition(b"\r\n\r\n")
                path = head.split(b" ")[1].partition(b"?")[0].decode()
                if path.endswith("/stream"):
                    connection.sendall(STREAM_HEAD)
                    connection.settimeout(60)
                    self.how(connection.sendall)
                    return
                body = self.answer(path)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                )
                connection.sendall(body)


@contextmanager
def hostile_hub(how: str, seed: int = 0) -> Iterator[str]:
    """Its URL."""
    hub = HostileHub(how, seed)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=hub.serve, args=listening.accept()[:1], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            hub.stopped.set()
            listening.shutdown(socket.SHUT_RDWR)
