"""Whatever statvfs tells, the numbers are within bounds and the share is df's."""

import os
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.model.snapshot import FilesystemMetrics
from nodetop.probes.base.space import space_fields, space_of


def told(
    blocks: int, free: int, available: int, files: int = 0, files_free: int = 0, unit: int = 4096
) -> dict[str, Any]:
    fields = (unit, unit, blocks, free, available, files, files_free, files_free, 0, 255)
    return space_fields(space_of(os.statvfs_result(fields)))


def test_where_roots_reserve_is_in_use_nothing_is_available_and_more_than_all_is_used() -> None:
    found = told(1_000_000, 20_000, -1000)
    assert found["available_bytes"] == 0
    assert found["used_percent"] == pytest.approx(100 * 980 / 979)


def test_a_store_larger_than_64_bits_is_as_large_as_can_be_said() -> None:
    found = told(2**48 - 1, 2**47, 2**47, unit=2**20)
    assert found["total_bytes"] == 2**63 - 1
    assert found["used_percent"] == pytest.approx(50)


def test_a_size_of_all_bits_set_is_not_told() -> None:
    assert told(-1, -1, -1) == {}


def test_inodes_that_are_not_counted_are_unknown() -> None:
    assert (told(10, 5, 5, -1, -1)["inodes_total"], told(10, 5, 5, -1, -1)["inodes_used_percent"]) == (None, None)
    assert told(10, 5, 5, 100, 200)["inodes_used_percent"] is None
    assert told(10, 5, 5, 100, 25)["inodes_used_percent"] == 75


def test_without_a_fragment_size_the_block_size_counts() -> None:
    assert space_of(os.statvfs_result((512, 0, 10, 5, 5, 0, 0, 0, 0, 255))).total == 5120  # type: ignore[union-attr]


@given(st.lists(st.integers(-(2**63), 2**64), min_size=6, max_size=6))
def test_any_answer_is_within_the_model(numbers: list[int]) -> None:
    found = FilesystemMetrics(device="d", mount_point="/", fs_type="x", **told(*numbers))
    assert wire.decode(wire.encode(found), FilesystemMetrics)
