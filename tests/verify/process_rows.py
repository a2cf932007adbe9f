"""Processes as nodetop reports them."""

from typing import Any

from tests.verify.watching import Snapshot


def rows(snapshot_: Snapshot) -> dict[int, dict[str, Any]]:
    return {row["pid"]: row for row in snapshot_["processes"]["rows"]}
