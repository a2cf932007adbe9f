"""Samples that are late, repeated, out of order, or from after a clock was set back."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.history.ring import Ring, follows
from nodetop.model.snapshot import NodeSnapshot


def sample(seq: int, taken_at: float | None = None, boot: str = "b") -> NodeSnapshot:
    return NodeSnapshot(node="n", taken_at=1000.0 + 5 * seq if taken_at is None else taken_at, boot_id=boot, seq=seq)


@given(st.lists(st.lists(st.integers(0, 100), max_size=10), max_size=10))
def test_whatever_the_order_all_are_there_once(batches: list[list[int]]) -> None:
    ring = Ring()
    for batch in batches:
        if len(batch) == 1 and ring.latest and batch[0] > ring.latest.seq:
            batch = [*batch, *batch]
        ring.merge([sample(seq) for seq in batch])
    assert [each.seq for each in ring] == sorted({seq for batch in batches for seq in batch})


def test_tells_whether_anything_was_new() -> None:
    ring = Ring()
    assert ring.merge([sample(1), sample(1)])
    assert not ring.merge([sample(1)])
    assert not ring.merge([])
    assert ring.merge([sample(0)])
    assert [each.seq for each in ring] == [0, 1]


def test_a_clock_that_went_back_starts_anew() -> None:
    ring = Ring()
    ring.merge([sample(seq) for seq in range(5)])
    assert ring.merge([sample(5, taken_at=500.0)])
    assert [each.seq for each in ring] == [5]


def test_which_sample_follows_which() -> None:
    assert follows(sample(1), sample(2))
    assert not follows(sample(1), sample(3))
    assert follows(sample(7), sample(0, boot="other"))
