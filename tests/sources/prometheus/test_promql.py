"""Queries and values without a store."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.sources.prometheus.http import Series
from nodetop.sources.prometheus.labels import Labels, Names, Target
from nodetop.sources.prometheus.promql import Part, batch, number, quoted, typical_gap, values_by_time, values_of


def test_many_expressions_are_one_query() -> None:
    query = batch([Part("a", "sum(x)"), Part("b", "y")])
    assert query == (
        '(label_replace(sum(x), "nodetop_part", "a", "", "") or label_replace(y, "nodetop_part", "b", "", ""))'
    )


def test_the_tree_of_expressions_is_as_flat_as_can_be() -> None:
    query = batch([Part(str(number), f"x{number}") for number in range(64)])
    depths = list(accumulate((char == "(") - (char == ")") for char in query))
    assert max(depths) == 6 + 1
    assert [query.count(f'"{number}"') for number in range(64)] == [1] * 64


def test_a_label_cannot_leave_its_quotes() -> None:
    assert quoted('a"} or up{x="\\\n') == '"a\\"} or up{x=\\"\\\\\\n"'
    selector = Labels(selector='{env="prod"}').of(Target("c", 'n"', "j"))
    assert selector == 'env="prod",cluster="c",instance="n\\"",job="j"'


@pytest.mark.parametrize("text", ["NaN", "+Inf", "-Inf", "1e300", "", "x", "0x10"])
def test_what_is_no_finite_number_is_no_value(text: str) -> None:
    assert number(text) is None


def test_there_is_no_zero_below_zero() -> None:
    assert str(number("-0")) == "0.0"


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    value = number(text)
    assert value is None or abs(value) <= 1e18


def test_values_by_part_and_by_time() -> None:
    series = [
        Series({"nodetop_part": "a", "x": "1"}, (5.0, "2.5")),
        Series({"nodetop_part": "a"}, (5.0, "NaN")),
    ]
    assert [(each.labels["x"], each.value) for each in values_of(series)["a"]] == [("1", 2.5)]
    ranged = [Series({"nodetop_part": "a"}, values=((20.0, "2"), (10.0, "1"))), Series({}, values=((10.0, "9"),))]
    found = values_by_time(ranged)
    assert list(found) == [10.0, 20.0]
    assert found[10.0]["a"][0].value == 1


def test_the_interval_is_the_usual_distance_of_samples() -> None:
    assert typical_gap([0, 15, 30, 45, 105, 120]) == 15
    assert typical_gap([0, 15]) is None


def test_names_of_nodes_in_several_clusters_and_jobs() -> None:
    names = Names()
    first = [Target("eu", "a", "node"), Target("eu", "b", "node"), Target("us", "a", "node"), Target("", "c", "node")]
    names.add([*first, Target("eu", "a", "zz-other")], lambda target: True)
    assert [names.name(target) for target in first] == ["a", "b", "us/a", "c"]
    assert names.is_known(first[0]) and not names.is_known(Target("eu", "a", "zz-other"))
    assert names.target("us/a") == first[2]
    names.add([Target("us", str(number), "node") for number in range(9)], lambda target: True)
    assert names.name(first[0]) == "a"
