"""Join codes: text, secret and pin."""

import re

import pytest

from nodetop.base.join_code import BadCode, JoinCode, parse_code

CODE = JoinCode(b"thirteenbytes", b"sixteen bytes..!")


def test_a_code_is_twelve_groups_that_can_be_typed() -> None:
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){11}", CODE.text)
    for typed in (
        CODE.text,
        CODE.text.lower(),
        CODE.text.replace("-", " "),
        f"\n{CODE.text} ",
        CODE.text.replace("-", ""),
        CODE.text.replace("-", "\N{EN DASH}"),
        CODE.text.translate(str.maketrans("OIB", "018")),
    ):
        assert parse_code(typed) == CODE


def test_a_new_code_has_a_secret_of_its_own_and_the_beginning_of_the_pin() -> None:
    pin = bytes(range(1, 33))
    one, other = JoinCode.new(pin), JoinCode.new(pin)
    assert one.secret != other.secret and one.pin == other.pin == pin[:16]
    assert one.text.startswith(one.id + "-")
    assert parse_code(JoinCode.new(b"").text).pin == b""


@pytest.mark.parametrize(
    "text", ["", "ABCD", CODE.text[:-1], CODE.text + "-ABCD", CODE.text.replace("-", "1"), "é" * 48]
)
def test_what_is_no_code(text: str) -> None:
    with pytest.raises(BadCode, match="12 groups"):
        parse_code(text)


def test_a_mistyped_letter_is_noticed() -> None:
    noticed = 0
    for place, letter in enumerate(CODE.text):
        if letter != "-":
            try:
                parse_code(CODE.text[:place] + ("A" if letter != "A" else "B") + CODE.text[place + 1 :])
            except BadCode:
                noticed += 1
    assert noticed >= 46  # of 48: the check has 8 bits
