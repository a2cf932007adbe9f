"""The body of a push: cleaned, checked, or refused with a reason that does not repeat it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect
from starlette.datastructures import QueryParams

from nodetop.model import wire
from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.api import strict_json
from nodetop.server.api.push_body import checked_name, read_push
from nodetop.server.api.query_params import Query
from nodetop.server.base import limits
from nodetop.server.base.errors import Refusal
from tests.server.api.long_lists import with_list
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


@pytest.mark.parametrize("half", [b"\\ud800", b"\\uDFFF", b"\\ud83dx", b"\\ude00\\ud83d"])
def test_half_a_surrogate_pair_in_a_value_or_a_key(half: bytes) -> None:
    body = pushed(processes={"rows": [{"pid": 1, "name": "x"}]})
    for part in (b'"x"', b'"rows"', b'"schema"'):
        assert refused(body.replace(part, b'"' + half + b'"')) == (400, "malformed_json")
    assert read_push(body.replace(b'"x"', b'"\\ud83d\\ude00"')).samples


@pytest.mark.parametrize(
    ("part", "twice"),
    [
        (b'"seq"', b'"seq": 9, "seq"'),
        (b'"sent_at"', b'"sent_at": 2.0, "sent_at"'),
        (b'"busy_percent"', b'"busy_percent": {"a:": ":"}, "busy_percent"'),
        (b'"seq"', b'"s\\u0065q": 9, "seq"'),
        (b'"schema"', b'"more": "\\u003a", "schema": 1, "schema"'),
        (b'"schema"', b'"schema": ' + b"[" * 500 + b"]" * 500 + b', "schema"'),
    ],
)
def test_a_key_that_an_object_has_twice(part: bytes, twice: bytes) -> None:
    assert refused(pushed().replace(part, twice, 1)) == (400, "duplicate_key")


@pytest.mark.parametrize("text", ["a:b", ":", '":', "\\u003a", "\\", '{"a": 1, "a": 2}', "\u00e9:"])
@pytest.mark.parametrize("as_ascii", [True, False])
def test_colons_and_escapes_in_texts_are_no_keys(text: str, as_ascii: bool) -> None:
    tree = {"sent_at": 1.0, "samples": [sample(**{text: text, "host": {"os": text}})]}
    (taken,) = read_push(json.dumps(tree, ensure_ascii=as_ascii).encode()).samples
    assert taken.host is not None and taken.host.os == text


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=5), st.booleans(), st.booleans())
def test_a_key_is_found_twice_only_where_it_is(tree: dict[str, str], as_ascii: bool, twice: bool) -> None:
    text = json.dumps({"k": 1, "inner": tree}, ensure_ascii=as_ascii)
    if twice:
        with pytest.raises(Refusal, match="duplicate key"):
            strict_json.parse(f'{{"k": {{":": 2}}, {text[1:]}'.encode())
    else:
        assert strict_json.parse(text.encode()).keys() == {"k", "inner"}


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"1.7e308", b"1e19", b"1" * 30, b"-" + b"1" * 30])
def test_numbers_that_nothing_can_have(number: bytes) -> None:
    body = pushed(disks=[{"device": "a", "read_bytes_per_second": 7.5}])
    assert refused(body.replace(b"7.5", number))[0] == 400
    assert refused(body.replace(b'"schema"', b'"more": "\\ud800", "schema"').replace(b"7.5", number))[0] == 400


@pytest.mark.parametrize(
    "more",
    [
        {"processes": {"rows": [{"pid": 1}, {"pid": 2}, {"pid": 1}]}},
        {"cpu": {"cores": [{"index": 0}, {"index": 0}]}},
        {"disks": [{"device": "a"}, {"device": "a"}]},
        {"networks": [{"interface": "a"}, {"interface": "a"}]},
    ],
)
def test_one_thing_that_a_sample_has_twice(more: dict[str, Any]) -> None:
    assert refused(pushed(**more)) == (400, "duplicate_item")


def test_an_interval_has_a_limit() -> None:
    week = 7 * 86_400.0
    assert read_push(pushed(interval=week)).samples
    assert refused(pushed(interval=week + 1)) == (422, "invalid_sample")


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a": 1} x', b"\xff\xfe{\x00}\x00", b'{"a": NaN}', b'{"a": "\xff"}', b"[" * 100_000]
)
def test_what_is_no_json(body: bytes) -> None:
    assert refused(body) == (400, "malformed_json")


@pytest.mark.parametrize("item", ["{}", "[]", '{"a": 1}'])
def test_a_body_of_very_many_objects_is_refused_before_they_are_all_looked_at(item: str) -> None:
    """340,000 of them fit into a body, and took the hub a third of a second."""
    body = pushed(more=[])
    fits = [item] * (limits.JSON_CONTAINERS - body.count(b"{") - body.count(b"["))
    assert read_push(body.replace(b'"more": []', f'"more": [{", ".join(fits)}]'.encode())).samples
    over = ", ".join([*fits, item])
    assert refused(body.replace(b'"more": []', f'"more": [{over}]'.encode())) == (400, "too_many_values")


def test_a_node_cannot_have_lost_more_samples_than_there_can_be() -> None:
    body = json.dumps({"sent_at": 1.0, "dropped_samples": 10**12 + 1, "samples": [sample()]}).encode()
    assert refused(body) == (422, "invalid_sample")


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"1"])
def test_what_is_no_object(body: bytes) -> None:
    assert refused(body) == (400, "not_an_object")


def lists_of(of: inspect.Type, path: str = "") -> Iterator[str]:
    """The names of the fields of all lists in a type that have no limit of their own."""
    match of:
        case inspect.StructType(fields=fields):
            for field in fields:
                yield from lists_of(field.type, f"{path}.{field.encode_name}".lstrip("."))
        case inspect.VarTupleType(item_type=item, max_length=None):
            yield path
            yield from lists_of(item, path)
        case inspect.UnionType(types=types):
            for each in types:
                yield from lists_of(each, path)


def test_each_list_of_the_model_has_a_limit() -> None:
    assert set(lists_of(inspect.type_info(NodeSnapshot))) == limits.LISTS.keys()


@pytest.mark.parametrize("path", limits.LISTS)
def test_lists_have_limits(path: str) -> None:
    limit = limits.LISTS[path]
    assert read_push(pushed(**with_list(path, limit))).samples
    assert refused(pushed(**with_list(path, limit + 1))) == (422, "too_many")


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
    query = Query(
        QueryParams({"hours": "2.5", "limit": "7", "sort": "memory", "match": "x"}), "hours", "limit", "sort", "match"
    )
    assert query.number("hours", 24, 0.01, 100) == 2.5
    assert query.number("since", 5, 0, 9) == 5
    assert query.whole("limit", 1, 1, 10) == 7
    assert query.choice("sort", ("cpu", "memory")) == "memory"
    assert query.text("match") == "x"


@pytest.mark.parametrize("value", ["", "x", "nan", "inf", "-1", "1e9", "2.5"])
def test_parameters_that_cannot_be(value: str) -> None:
    with pytest.raises(Refusal) as error:
        Query(QueryParams({"limit": value}), "limit").whole("limit", 1, 1, 10)
    assert error.value.status == 422


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(Refusal, match="twice"):
        Query(QueryParams("limit=1&limit=2"), "limit")


def test_unknown_parameters_are_refused() -> None:
    with pytest.raises(Refusal, match="allowed: hours"):
        Query(QueryParams({"huors": "1"}), "hours")
