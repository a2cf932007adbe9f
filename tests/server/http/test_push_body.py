"""What comes in by a push: cleaned, checked, or refused with a reason and without being repeated."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model import wire
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from nodetop.server.http.push_body import checked_name, read_push
from nodetop.server.http.query_params import Query
from tests.server.servers import sample


def refused(body: bytes) -> tuple[int, str]:
    with pytest.raises(Refusal) as error:
        read_push(body)
    return error.value.status, error.value.code


def pushed(**more: Any) -> bytes:
    return json.dumps({"sent_at": 1.0, "samples": [sample(**more)]}).encode()


def test_texts_come_out_clean_and_names_in_small_letters() -> None:
    rows = [{"pid": 1, "name": "\x1b]52;c;x\x07[red]", "command": "a\nb\x9b2J"}]
    (taken,) = read_push(pushed(node="Web-01", processes={"rows": rows})).samples
    assert taken.node == "web-01"
    assert taken.processes is not None
    assert not any(character < " " for row in taken.processes.rows for character in row.name + row.command)


def test_half_a_surrogate_pair_is_replaced() -> None:
    body = pushed(processes={"rows": [{"pid": 1, "name": "x"}]}).replace(b'"x"', b'"\\ud800"')
    (taken,) = read_push(body).samples
    assert wire.encode(taken)


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a": 1} x', b"\xff\xfe{\x00}\x00", b'{"a": NaN}', b'{"a": "\xff"}', b"[" * 100_000]
)
def test_what_is_no_json(body: bytes) -> None:
    assert refused(body) == (400, "malformed_json")


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"1"])
def test_what_is_no_object(body: bytes) -> None:
    assert refused(body) == (400, "not_an_object")


@pytest.mark.parametrize(
    ("field", "limit", "item"),
    [
        ("disks", limits.DISKS, {"device": "a"}),
        ("networks", limits.NETWORKS, {"interface": "a"}),
        ("probes", limits.PROBES, {"name": "a"}),
    ],
)
def test_lists_have_limits(field: str, limit: int, item: dict[str, Any]) -> None:
    assert read_push(pushed(**{field: [item] * limit})).samples
    assert refused(pushed(**{field: [item] * (limit + 1)})) == (422, "too_many")


def test_depth_and_texts_have_limits() -> None:
    def nested(depth: int) -> bytes:
        return pushed(more=json.loads("[" * depth + "]" * depth))

    assert read_push(nested(limits.JSON_DEPTH - 3)).samples
    assert refused(nested(limits.JSON_DEPTH)) == (400, "too_deep")
    assert refused(pushed(host={"os": "x" * (limits.STRING_LENGTH + 1)})) == (400, "string_too_long")


@pytest.mark.parametrize(
    "more",
    [{"cpu": {"busy_percent": -1}}, {"cpu": {"busy_percent": True}}, {"cpu": {"busy_percent": "1"}}, {"seq": 2**63},
     {"taken_at": -1}, {"schema": 0}],
)  # fmt: skip
def test_values_that_cannot_be(more: dict[str, Any]) -> None:
    assert refused(pushed(**more)) == (422, "invalid_sample")


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../../etc/passwd", "a/b", "a\\b", "-rf", "--", "node\n", "x" * 64, "é", "\u212a", "a b", "%00"],
)
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(Refusal) as error:
        checked_name(name, "node")
    assert error.value.status == 422
    assert len(name) < 3 or name not in error.value.message


@given(st.binary(max_size=200))
def test_noise_is_refused_and_never_an_error(noise: bytes) -> None:
    with pytest.raises(Refusal):
        read_push(noise)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.sampled_from(["node", "cpu", "processes", "disks", "taken_at", "boot_id", "host"]), JSON)
def test_any_value_in_any_field_is_taken_or_refused(field: str, value: Any) -> None:
    try:
        batch = read_push(json.dumps(sample() | {field: value}).encode())
    except Refusal as error:
        assert error.status in (400, 422)
    else:
        assert wire.encode(batch)


def test_parameters_of_a_url() -> None:
    query = Query({"hours": "2.5", "limit": "7", "sort": "memory", "match": "x"}, "hours", "limit", "sort", "match")
    assert query.number("hours", 24, 0.01, 100) == 2.5
    assert query.number("since", 5, 0, 9) == 5
    assert query.whole("limit", 1, 1, 10) == 7
    assert query.choice("sort", ("cpu", "memory")) == "memory"
    assert query.text("match") == "x"


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "-1", "1e9", "2.5"])
def test_parameters_that_cannot_be(value: str) -> None:
    with pytest.raises(Refusal) as error:
        Query({"limit": value}, "limit").whole("limit", 1, 1, 10)
    assert error.value.status == 422


def test_unknown_parameters_are_refused() -> None:
    with pytest.raises(Refusal, match="takes only: hours"):
        Query({"huors": "1"}, "hours")
