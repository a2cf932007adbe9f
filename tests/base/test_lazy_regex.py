import re

import pytest

from nodetop.base.lazy_regex import lazy_regex


def test_it_does_what_a_compiled_one_does() -> None:
    pattern = lazy_regex(r"(A+)(\d+)", re.IGNORECASE)
    found = pattern.fullmatch("aa12")
    assert found is not None and found.groups() == ("aa", "12")
    assert pattern.sub("x", "1 a1 aa2") == "1 x x"
    assert [each.span() for each in pattern.finditer("a1a2")] == [(0, 2), (2, 4)]
    assert pattern.pattern == r"(A+)(\d+)"
    assert lazy_regex(rb"[0-9]+").split(b"a1b22c") == [b"a", b"b", b"c"]


def test_it_is_compiled_when_it_is_first_used() -> None:
    wrong = lazy_regex("(")
    with pytest.raises(re.error):
        wrong.search("")
