"""A regular expression in linear time: the answers are those of `re`, the work has a bound."""

import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodetop.base.pattern import LONGEST_PATTERN, LONGEST_TEXT, Pattern, PatternError

EXPRESSIONS = st.text("ab_ .A(?:|)*+?{1,2}[^-]$\\bwdB", max_size=12)
TEXTS = st.lists(st.text("abAB_ .1-", min_size=1, max_size=8), max_size=8)


@settings(max_examples=500, deadline=None)
@given(EXPRESSIONS, TEXTS)
def test_it_finds_what_re_finds(expression: str, texts: list[str]) -> None:
    try:
        pattern = Pattern(expression)
    except PatternError as error:
        assert str(error) and "\n" not in str(error)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        search = re.compile(expression, re.IGNORECASE).search
    for text in texts:
        assert pattern.search(text) == bool(search(text)), text


@pytest.mark.parametrize(
    ("expression", "found", "not_found"),
    [
        ("^py.*3$", "Python3", "python3.11"),
        (r"\bjava\b", "/usr/bin/java -jar", "javac"),
        ("(?P<name>ab){2,3}c", "xababc", "abc"),
        (r"\x41\u00e9\101?[^\W\d]", "aéx", "é1"),
        ("straße|日本", "STRASSE 日本語", "strasse"),
        ("a??b*?c+?", "bbc", "ab"),
        ("a{,2}b{x}{}", "b{x}{}", "ab"),
    ],
)
def test_what_it_takes(expression: str, found: str, not_found: str) -> None:
    if r"\101" in expression:
        with pytest.raises(PatternError, match="references"):
            Pattern(expression)
        expression = expression.replace(r"\101?", "")
    pattern = Pattern(expression)
    assert pattern.search(found) and not pattern.search(not_found)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "missing"),
        ("(", "not a regular expression"),
        ("(?=a)", "no look-around"),
        ("(?<!a)b", "no look-around"),
        ("(?i)a", "flags"),
        (r"(a)\1", "references"),
        ("a*+", "possessive"),
        ("a{1000}", "too large"),
        ("(((a{9}){9}){9}){9}", "too large"),
        ("(((((){99}){99}){99}){99}){99}", "too large"),
        ("(" * 50 + ")" * 50, "groups in groups"),
        ("a" * (LONGEST_PATTERN + 1), "at most"),
    ],
)
def test_what_it_refuses(expression: str, says: str) -> None:
    with pytest.raises(PatternError, match=says) as error:
        Pattern(expression)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "expression", [".*.*.*.*x", "(a|a)*b", "(a+)+b", "(a?){30}a{30}b", "((a+)b)*c", "(a|b)*a(a|b){8}c"]
)
def test_each_character_costs_one_step_at_most(expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = Pattern(expression)
    steps = 0
    step = pattern.step

    def counted(*arguments: object) -> object:
        nonlocal steps
        steps += 1
        return step(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pattern, "step", counted)
    for text in ("a" * LONGEST_TEXT, "ad" * LONGEST_TEXT):
        before = steps
        assert not pattern.search(text)
        assert steps - before <= LONGEST_TEXT + 1


def test_hostile_texts_do_not_fill_the_memory() -> None:
    pattern = Pattern("(.|b)*a.{8}c")
    for start in range(0x4E00, 0x9000, 500):
        assert not pattern.search("".join(map(chr, range(start, start + 500))))
    assert pattern.search("xa12345678c") and not pattern.search("xa1234567c")
