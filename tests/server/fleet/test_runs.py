"""Machines that were cloned, with what identifies them, and push to a real hub under one name."""

import subprocess
import time

import httpx

from tests.server.servers import COMMAND, Server, code, push, rows, sample

ID = "a" * 32


def pushed(client: httpx.Client, run: str, seq: int, age: float, node: str = "vm") -> httpx.Response:
    """The reply to a sample that is `age` seconds old."""
    return push(client, sample(node, seq, boot_id=run, taken_at=time.time() - age), instance=ID)


def test_a_clone_with_the_same_identity_is_refused_and_both_are_told_what_to_do(
    hub: Server, pusher: httpx.Client, reader: httpx.Client
) -> None:
    for run, seq, age in (("old", 1, 14), ("clone", 1, 13), ("old", 2, 2), ("clone", 2, 2), ("old", 3, 1)):
        assert pushed(pusher, run, seq, age).status_code == 200
    refused = pushed(pusher, "clone", 3, 0)
    assert (refused.status_code, code(refused)) == (409, "node_conflict")
    assert "--node-name" in refused.text and "clone" in refused.text
    assert "cloning a disk" in rows(reader)["default/vm"]["problem"]
    assert pushed(pusher, "old", 4, 0).status_code == 200
    assert pushed(pusher, "another clone", 1, 0).status_code == 409
    ran = subprocess.run([*COMMAND, "--data-dir", str(hub.hub.parent), "forget", "vm"], capture_output=True, timeout=50)
    assert ran.returncode == 0
    assert pushed(pusher, "clone", 3, 0).status_code == 200


def test_a_node_that_was_restarted_is_no_clone_of_itself(pusher: httpx.Client, reader: httpx.Client) -> None:
    for run, seq, age in (
        *(("a", 1, 12), ("a", 2, 11), ("b", 1, 8), ("a", 3, 10), ("b", 2, 7), ("a", 4, 9.5)),
        *(("b", 3, 1), ("a", 5, 9), ("b", 4, 0.5), ("c", 1, 0), ("b", 5, 0.3), ("c", 2, 0)),
    ):
        assert pushed(pusher, run, seq, age, "restarted").status_code == 200
    assert rows(reader)["default/restarted"]["problem"] is None


def test_a_machine_that_was_cloned_while_it_ran_is_reported(pusher: httpx.Client, reader: httpx.Client) -> None:
    at = time.time()
    original, clone = (sample("live", 7, taken_at=at + later) for later in (0, 0.3))
    assert push(pusher, original, instance=ID).json()["accepted"] == 1
    assert push(pusher, original, instance=ID).json()["duplicates"] == 1
    assert rows(reader)["default/live"]["problem"] is None, "a node that lost the reply"
    assert push(pusher, clone, instance=ID).json()["duplicates"] == 1
    assert "cloning" in rows(reader)["default/live"]["problem"]


def test_a_node_of_a_long_interval_keeps_its_name_between_two_samples(pusher: httpx.Client) -> None:
    now = time.time()
    assert push(pusher, sample("slow", 1, interval=3600.0, taken_at=now - 1800), instance=ID).status_code == 200
    other = push(pusher, sample("slow", 1, boot_id="b-2"), instance="b" * 32)
    assert (other.status_code, code(other)) == (409, "node_conflict")
