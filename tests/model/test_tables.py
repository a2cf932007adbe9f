"""Panels and quantities are in all the places that must have them."""

from pathlib import Path

import pytest

from nodetop.model.quantities import QUANTITIES
from nodetop.model.quantity import Quantity, named
from tests.forgotten import forgotten

ROOT = Path(__file__).parents[2]


def test_nothing_is_forgotten() -> None:
    missing = forgotten(ROOT)
    assert not missing, "\n".join(missing)


def test_a_word_stands_for_one_quantity() -> None:
    double = Quantity(name="load", title="again", unit="load")
    with pytest.raises(ValueError, match="the word 'load' stands for load_1m and for load"):
        named((*QUANTITIES, double))
