"""Headers given as one text."""

import pytest

from nodetop.base.trust.client_identity import BadHeaders, parse_headers


def test_headers_of_a_tenant() -> None:
    found = parse_headers("X-Scope-OrgID: team-a; X-Other:b:c ;", "--headers")
    assert found == {"X-Scope-OrgID": "team-a", "X-Other": "b:c"}


@pytest.mark.parametrize("wrong", ["x", "a b: c", ": x", "X: é", "X: a\nY: b"])
def test_what_is_no_header_is_refused(wrong: str) -> None:
    with pytest.raises(BadHeaders, match="--headers must be like"):
        parse_headers(wrong, "--headers")
