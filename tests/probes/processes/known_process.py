"""A process with known open files and sockets: python known_process.py FOLDER ARGUMENT... It says what it opened."""

import json
import os
import socket
import sys
import time


def main(folder: str) -> None:
    path = os.path.join(os.fsencode(folder), b"evil\x1b[31m [bold]x[b] \xff")
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    listening = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listening.getsockname())
    peer, _ = listening.accept()
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    named = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    named.bind(os.path.join(folder, "socket"))
    named.listen()
    opened = {
        "file": file,
        "listening": [listening.fileno(), listening.getsockname()[1]],
        "client": [client.fileno(), client.getsockname()[1]],
        "peer": [peer.fileno()],
        "datagrams": [datagrams.fileno(), datagrams.getsockname()[1]],
        "named": [named.fileno()],
    }
    print(json.dumps(opened), flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1])
