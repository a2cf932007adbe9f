"""A regular expression for a bounded time: the answers are those of `re`, and what would take for ever is given up."""

import re
import warnings
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodetop.base import pattern as module
from nodetop.base.pattern import LONGEST_PATTERN, LONGEST_TEXT, SEARCH_SECONDS, TOTAL_SECONDS, Pattern, PatternError

EXPRESSIONS = st.text("ab_ .A(?:|)*+?{1,2}[^-]$\\bwdB=!<", max_size=12)
ANY_EXPRESSION = st.text('ab(){}[]<>?*+.,|^$&#=!:-0189eipxLNPR\\\0\n"é', max_size=20) | st.text(max_size=20)
TEXTS = st.lists(st.text("abAB_ .1-", min_size=1, max_size=8), max_size=8)


@settings(max_examples=500, deadline=None)
@given(EXPRESSIONS, TEXTS)
def test_it_finds_what_re_finds(expression: str, texts: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            search = re.compile(expression, re.IGNORECASE).search
            pattern = Pattern(expression)
        except (re.error, PatternError):
            return
    for text in texts:
        assert pattern.search(text) == bool(search(text)), text


@settings(max_examples=500, deadline=None)
@given(ANY_EXPRESSION)
def test_any_text_is_an_expression_or_refused_in_one_line(expression: str) -> None:
    try:
        Pattern(expression).search("ab e1" * 20)
    except PatternError as error:
        assert str(error) and "\n" not in str(error)


@pytest.mark.parametrize(
    ("expression", "found", "not_found"),
    [
        ("^py.*3$", "Python3", "python3.11"),
        (r"\bjava\b", "/usr/bin/java -jar", "javac"),
        ("(?P<name>ab){2,3}c", "xababc", "abc"),
        (r"\x41\u00e9[^\W\d]", "aéx", "aé1"),
        ("straße|日本", "STRASSE 日本語", "strasse"),
        ("a??b*?c+?", "bbc", "ab"),
        ("a{,2}b{x}{}", "b{x}{}", "ab"),
        (r"^(?!python|java).*\.sh$", "run.sh", "python run.sh"),
        (r"(?<=--port=)80\d\d", "--port=8082", "port=8082"),
        (r"(\w+)/\1", "nginx/nginx", "nginx/bash"),
        ("a*+b", "aab", "aa"),
        ("(?-i:A)b", "AB", "ab"),
    ],
)
def test_accepted_expressions(expression: str, found: str, not_found: str) -> None:
    pattern = Pattern(expression)
    assert pattern.search(found) and not pattern.search(not_found)


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("", "missing"),
        ("(", "not a regular expression"),
        ("a{8i<", "not a regular expression"),
        ("(?x)a{9 9}", "flag x"),
        ("(?i-x:a)", "flag x"),
        ("(?:a{1000}){1000}", "too many repeats"),
        ("(((((a{99}){99}){99}){99}){99})", "too many repeats"),
        ("((((a{,99}){0,99}){1,99}){99,}){2}", "too many repeats"),
        ("a" * (LONGEST_PATTERN + 1), "at most"),
    ],
)
def test_refused_expressions_say_why(expression: str, says: str) -> None:
    with pytest.raises(PatternError, match=says) as error:
        Pattern(expression)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "expression",
    [
        "(a|a)*b",
        ".*.*.*x",
        "(.*a){20}b",
        "(a+)+b",
        "(a|aa)+$b",
        "(a?){30}a{30}b",
        "(a|b)*a(a|b){8}c",
        "(?e)(b.*z){e<=4}",
    ],
)
def test_no_expression_finds_what_is_not_there_or_hangs(expression: str) -> None:
    pattern = Pattern(expression)
    for text in ("a" * LONGEST_TEXT, "ad" * LONGEST_TEXT):
        assert not pattern.search(text)


def test_what_takes_too_long_is_given_up() -> None:
    pattern = Pattern("(a+)+b")
    assert pattern.search("xaab") and not pattern.trouble
    assert not pattern.search("a" * LONGEST_TEXT)
    assert pattern.trouble == "takes too long"
    assert not pattern.search("xaab")


def test_no_more_of_a_text_is_looked_at() -> None:
    assert Pattern("b").search("a" * (LONGEST_TEXT - 1) + "b")
    assert not Pattern("b").search("a" * LONGEST_TEXT + "b")


def searches_until_too_slow(monkeypatch: pytest.MonkeyPatch, seconds: float, each: float) -> int:
    """How many texts are searched, of at most 1,000, if one takes `seconds` and they come `each` so many seconds."""
    cpu, now = count(step=seconds), count(step=each)
    monkeypatch.setattr(module, "thread_time", lambda: next(cpu))
    monkeypatch.setattr(module, "monotonic", lambda: next(now))
    pattern = Pattern("a")
    for number in range(1000):
        assert pattern.search(f"a{number}")
        if pattern.trouble:
            return number + 1
    return 1000


def test_all_texts_of_a_second_share_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = SEARCH_SECONDS / 2
    at_once = searches_until_too_slow(monkeypatch, seconds, 0.0)
    assert at_once == pytest.approx(TOTAL_SECONDS / seconds, abs=1)
    assert searches_until_too_slow(monkeypatch, seconds, 0.1) == 1000


def test_what_the_engine_cannot_run_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def search(self, text: str, **limits: object) -> None:
            raise RuntimeError("invalid RE code")

    monkeypatch.setattr(module, "_compiled", lambda text: Broken())
    pattern = Pattern("a")
    assert not pattern.search("a") and pattern.trouble == "does not work"
