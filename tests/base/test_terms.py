"""The language of filters and conditions: any text is terms or one clear error, and quotes keep a text as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.pattern import Pattern
from nodetop.base.terms import LONGEST, OPERATORS, Comparison, Name, TermError, Vocabulary, condition, parse, quoted

NAMES = Vocabulary((
    Name("cpu", "percent", aliases=("busy",)),
    Name("rss", "bytes"),
    Name("io", "bytes/s"),
    Name("time", "seconds"),
    Name("temp", "celsius", item="may"),
    Name("load"),
    Name("user", "text", whole=True),
    Name("disk", "percent", item="must", fields={"used": "percent", "read": "bytes/s"}, example="disk:sda.used<90"),
    Name("process", item="must", is_count=True, example="process:nginx"),
))  # fmt: skip
COMMANDS = Vocabulary(NAMES.names, of_commands=True)
WORDS_ALONE = Vocabulary()
VOCABULARIES = st.sampled_from((NAMES, COMMANDS, WORDS_ALONE))
ANY_TEXT = st.text(max_size=40) | st.text('!~"\\ a<>=:.5%Mcpu(|)*', max_size=25) | st.lists(
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(("", "!", "!!", "~")), st.sampled_from(("cpu", "disk", "xyz", '"')),
        st.sampled_from(("", ":", ":sda.read", ':"a b"')), st.sampled_from(("", *OPERATORS)),
        st.sampled_from(("", "5", "5M", '"', '"a b"', "9/s")),
    )
).map(" ".join)  # fmt: skip


def only(text: str, vocabulary: Vocabulary = NAMES) -> str | Pattern | Comparison:
    (term,) = parse(text, vocabulary)
    return term.what


def compared(text: str) -> Comparison:
    what = only(text)
    assert isinstance(what, Comparison)
    return what


@given(ANY_TEXT, VOCABULARIES)
def test_any_text_is_terms_or_one_line(text: str, vocabulary: Vocabulary) -> None:
    try:
        terms = parse(text, vocabulary)
    except TermError as error:
        assert str(error).isprintable()
        return
    assert len(terms) <= len(text)
    assert "".join("".join(term.text for term in terms).split()) == "".join(text.split())  # nothing is lost


@given(ANY_TEXT, VOCABULARIES)
def test_any_text_is_a_condition_or_one_line(text: str, vocabulary: Vocabulary) -> None:
    try:
        assert condition(text, vocabulary).name in vocabulary.names
    except TermError as error:
        assert str(error).isprintable()


@given(st.text(max_size=300), st.sampled_from(("", "!")), VOCABULARIES)
def test_a_quoted_text_is_that_text(text: str, sign: str, vocabulary: Vocabulary) -> None:
    (term,) = parse(f"  {sign}{quoted(text)} ", vocabulary)
    assert (term.what, term.is_negated) == (text.lower(), sign == "!")
    assert compared(f"user={quoted(text)}").value == text.lower()
    if text.strip():
        assert compared(f"temp:{quoted(text)}<5").item == text
        assert condition(f"temp : {quoted(text)} < 5", NAMES).item == text


@given(st.lists(ANY_TEXT, max_size=3), VOCABULARIES)
def test_terms_between_blanks_are_those_of_the_parts(parts: list[str], vocabulary: Vocabulary) -> None:
    try:
        each = [term for part in parts for term in parse(part, vocabulary)]
    except TermError:
        return
    joined = parse(" ".join(parts), vocabulary)
    assert [(term.text, term.is_negated) for term in joined] == [(term.text, term.is_negated) for term in each]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("cpu>5", 5), ("CPU>5%", 5), ("busy>.5", 0.5), ("rss>1k", 1024), ("rss>1.5GiB", 1.5 * 2**30), ("rss>7b", 7),
        ("io>10M", 10 * 2**20), ("io>10MB/s", 10 * 2**20), ("time>2h", 7200), ("time>1d", 86_400), ("temp>60°C", 60),
        ("temp:nvme>-5", -5), ("load>8", 8), ("disk:sda.read>1K", 1024), ('disk:"a b.used">1%', 1),
    ],
)  # fmt: skip
def test_numbers_and_their_units(text: str, value: float) -> None:
    assert compared(text).value == value


@pytest.mark.parametrize(
    ("sign", "holds"), [(">", "b"), (">=", "ab"), ("<", "c"), ("<=", "ac"), ("=", "a"), ("!=", "bc")]
)
def test_the_table_of_operators(sign: str, holds: str) -> None:
    made = compared(f"load{sign}5")
    assert "".join(name for name, value in (("a", 5), ("b", 6), ("c", 4)) if made.holds(value)) == holds
    assert not made.holds(None)
    opposite = condition(f"!load{sign}5", NAMES)
    assert all(opposite.holds(value) is not made.holds(value) for value in (4, 5, 6))


def test_what_an_exclamation_mark_means() -> None:
    """The opposite of any term; before what can only be an expression, of a command line, that expression."""
    for vocabulary in (NAMES, COMMANDS, WORDS_ALONE):
        for text in ("!java", '!"^py"', "!~^py", "!!!java", "!"):
            if text == "!":
                with pytest.raises(TermError, match="missing"):
                    parse(text, vocabulary)
            else:
                assert [term.is_negated for term in parse(text, vocabulary)] == [True]
        assert [term.is_negated for term in parse("!!java", vocabulary)] == [False]
    (old,) = parse("!^py.*3$", COMMANDS)
    assert isinstance(old.what, Pattern) and not old.is_negated
    (plain,) = parse("!^py.*3$", NAMES)
    assert plain.what == "^py.*3$" and plain.is_negated
    assert parse("!cpu>5", COMMANDS)[0].is_negated


def test_command_lines_have_signs_in_them() -> None:
    for text in ("port=80", "--port=80", "=80", "a->b", "user:x=y", "http://x?a=b", "-Dx=1"):
        assert only(text, COMMANDS) == text.lower()
    assert only("a>b", WORDS_ALONE) == "a>b"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("java cpuu>5", "'cpuu>5': unknown name 'cpuu'; did you mean cpu?"),
        (
            "xyzzy=5",
            "'xyzzy=5': unknown name 'xyzzy'; known names: cpu, rss, io, time, temp, load, user, disk, process",
        ),
        ("cpu>", "'cpu>': needs a value after >"),
        ("a rss>5X b", "'rss>5X': '5X' is not a number; units are B K M G T"),
        ("io>5%", "'io>5%': '5%' is not a number; units are B K M G T (per second)"),
        ("time>5w", "'time>5w': '5w' is not a number; units are s m h d"),
        ("load>5%", "'load>5%': '5%' is not a number; it takes no unit"),
        ("user>root", "'user>root': user is text: use user= or user!="),
        ("cpu:0>5", "'cpu:0>5': cpu takes nothing after a colon: write cpu<90"),
        ("disk>5", "'disk>5': disk of what? Write disk:sda.used<90"),
        ("disk:sda>5", "'disk:sda>5': write disk:DEVICE.FIELD, with one of used, read"),
        ('"two words', "'\"two': the quote is not closed: a \" is missing"),
        ("~", "'~': the regular expression is missing"),
        ("x !", "'!': the text to exclude is missing"),
        ("a" * (LONGEST + 1), f"'{'a' * 39}…': is too long: at most {LONGEST} characters"),
        ("cpu>\x1b[31m", "'cpu>\u00b7[31m': '\u00b7[31m' is not a number; units are %"),
    ],
)
def test_an_error_names_the_term_and_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(TermError) as error:
        parse(text, NAMES)
    assert str(error.value) == says


def test_a_count_may_stand_alone_in_a_condition() -> None:
    alone, never = condition("process:nginx", NAMES), condition("!process:nginx", NAMES)
    assert (alone.item, alone.sign, alone.value) == ("nginx", ">=", 1)
    assert (never.sign, never.value) == ("<", 1)
    with pytest.raises(TermError, match="needs a comparison: write cpu<90"):
        condition("cpu", NAMES)


def test_who_types_a_wrong_expression_is_told_how_to_write_the_text() -> None:
    with pytest.raises(TermError, match=r"not a regular expression: .*; to search for this text, write") as error:
        parse("~f(x", NAMES)
    assert only(str(error.value).rpartition(" ")[2]) == "f(x"
