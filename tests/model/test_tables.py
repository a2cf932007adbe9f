"""Panels and quantities are in all the places that must have them."""

from pathlib import Path

import pytest

from nodetop.alerts.rule import rules
from nodetop.model.condition import parse
from nodetop.model.node_status import status
from nodetop.model.quantities import ALERTED, BY_WORD, QUANTITIES
from nodetop.model.quantity import Quantity, named
from nodetop.widgets.cluster.filter import parse_filter as parse_nodes
from nodetop.widgets.processes.filter import parse_filter as parse_processes
from tests.forgotten import forgotten
from tests.widgets.scenes import server

ROOT = Path(__file__).parents[2]


def test_each_quantity_and_panel_is_in_every_table() -> None:
    missing = forgotten(ROOT)
    assert not missing, "\n".join(missing)


def test_a_word_stands_for_one_quantity() -> None:
    double = Quantity(name="load", title="again", unit="load")
    with pytest.raises(ValueError, match="the word 'load' stands for load_1m and for load"):
        named((*QUANTITIES, double))


@pytest.mark.parametrize("word", [word for word, each in BY_WORD.items() if each.row and each.is_single])
def test_a_word_means_the_same_in_the_filter_of_nodes_and_in_check(word: str) -> None:
    snapshot = server(40)
    row = status(snapshot, snapshot.taken_at)
    found = parse(f"{word}<1").of_snapshot(snapshot).value
    for value in (0, 50):
        assert parse_nodes(f"{word}>{value}").matches(row) is (found is not None and found > value)


@pytest.mark.parametrize(
    "each", [each for each in ALERTED if each.alert and not each.alert.is_switch], ids=lambda each: each.name
)
def test_an_alert_is_known_by_all_its_words(each: Quantity) -> None:
    for word in each.words:
        assert rules({word: "2/2" if each.alert and each.alert.below else "2/1"})[each.name].warning.at == 2


@pytest.mark.parametrize("words", [("mem", "memory"), ("cpu", "cpu")])
def test_processes_are_filtered_by_words_of_the_same_kind(words: tuple[str, str]) -> None:
    rows = server(40).processes
    assert rows is not None
    first, second = ([row.pid for row in rows.rows if parse_processes(f"{word}>3").matches(row)] for word in words)
    assert first == second and 0 < len(first) < len(rows.rows)
