"""The filter language: what is typed, what it lets through, and what it says when it cannot be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.terms import TermError
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.base.filter import EVERYTHING
from nodetop.widgets.processes.filter import FIELDS, parse_filter

JAVA = ProcessMetrics(
    pid=4242, ppid=1, name="java", command="/usr/lib/jvm/bin/java -Xmx2g -Dport=80 org.example.Main", user="tomcat",
    state="S", cpu_percent=12.5, memory_percent=6.0, resident_bytes=600 * 1024**2, virtual_bytes=4 * 1024**3,
    threads=80, nice=-5, cpu_seconds=7_200.0, read_bytes_per_second=2048.0, write_bytes_per_second=0.0,
    container="web-1",
)  # fmt: skip
KERNEL = ProcessMetrics(pid=2, name="kthreadd", command="", user="root", state="S")


def shows(text: str, row: ProcessMetrics = JAVA) -> bool:
    return parse_filter(text).matches(row)


@pytest.mark.filterwarnings("error")
def test_an_expression_of_which_python_warns_is_taken_without_a_word() -> None:
    assert not shows("~[[z]") and shows("~[[j]") and shows("![[j]")


@pytest.mark.parametrize(
    "text",
    [
        "", "java", "JAVA", "tomcat", "4242", "xmx2g", "java tomcat", "-Dport=80", "cpu>5", "cpu>=12.5", "cpu<13",
        "cpu=12.5", "cpu!=1", "cpu>5%", "mem>5", "rss>100M", "rss>0.5g", "rss<1gib", "virt>=4G", "threads>10", "nice<0",
        "nice=-5", "pid=4242", "ppid=1", "time>1h", "time>=120m", "read>1k", "write=0", "io>=2K", "=80",
        "user=tomcat", "user=TOMCAT", "user!=root", "name=java", "state=s", "command=example", "container=web",
        "container!=db", "~jav.", "~^java$", "~main$", "!python", "!cpu>50", "!~^python", '"java -Xmx2g"', '!"jav."',
        'name="java"', "read>=2K/s", "!^java$", "!xmx[0-9]g", r"!-Xmx\d+g", "!ja(va|ck) cpu>5",
        "cpu>5 user=tomcat main",
    ],
)  # fmt: skip
def test_lets_the_process_through(text: str) -> None:
    assert shows(text)


@pytest.mark.parametrize(
    "text",
    [
        "python", "cpu>50", "cpu<5 java", "user=tom", "user!=tomcat", "state=r", "name=jav", "!^python", "rss>1G",
        "container=db", "!java", "!cpu>5", "!~jav.", "!jav", "!user=tomcat", "read>1M", "time>3h", "java python",
        "command!=java",
    ],
)  # fmt: skip
def test_keeps_the_process_out(text: str) -> None:
    assert not shows(text)


def test_what_is_not_known_is_never_more_or_less_than_anything() -> None:
    for term in ("cpu>0", "cpu<1", "cpu=0", "cpu!=1", "io>=0", "rss<1"):
        assert not shows(term, KERNEL)
    assert shows("container!=web", KERNEL)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cpuu>5", "did you mean cpu?"),
        ("cpu>", "needs a value"),
        ("cpu>much", "'much' is not a number; units are %"),
        ("rss>5X", "units are B K M G T"),
        ("time>5w", "s m h d"),
        ("user>root", "is text"),
        ("!", "the text to exclude is missing"),
        ("~", "the regular expression is missing"),
        ("~(", "not a regular expression"),
        ("!(", "not a regular expression"),
        ("!*a", "not a regular expression"),
        ("~(?x)a", "is not supported"),
        ('"two words', "the quote is not closed"),
    ],
)
def test_says_what_is_wrong_in_one_line(text: str, says: str) -> None:
    with pytest.raises(TermError) as refusal:
        parse_filter(text)
    assert says in str(refusal.value) and "\n" not in str(refusal.value)


def test_the_empty_filter_and_blanks_let_everything_through() -> None:
    assert EVERYTHING.matches(KERNEL) and shows("   ", KERNEL)


def test_knows_which_words_to_mark() -> None:
    assert parse_filter("Java cpu>5 !x user=root ~z --port=80").words == ("java", "--port=80")


TERMS = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.builds(
            lambda field, sign, value: f"{field}{sign}{value}",
            st.sampled_from(FIELDS),
            st.sampled_from([">", ">=", "<", "<=", "=", "!="]),
            st.one_of(st.integers(-99, 10**6).map(str), st.text(max_size=5)),
        ),
        st.text('!~"a(b|)*+[]{1,}\\^$.', max_size=9),
    ),
    max_size=4,
).map(" ".join)


@given(TERMS)
def test_any_text_is_a_filter_or_a_plain_refusal(text: str) -> None:
    try:
        parsed = parse_filter(text)
    except TermError as refusal:
        assert str(refusal)
        return
    assert parsed.matches(JAVA) in (True, False) and parsed.matches(KERNEL) in (True, False)


@given(TERMS, TERMS)
def test_terms_must_all_hold(first: str, second: str) -> None:
    try:
        both, *alone = (parse_filter(text) for text in (f"{first} {second}", first, second))
    except TermError:  # two halves of a quoted text are refused alone
        return
    assert both.matches(JAVA) == all(each.matches(JAVA) for each in alone)


@given(st.floats(0, 1000, allow_nan=False), st.integers(0, 1000))
def test_numbers_compare_as_numbers(cpu: float, limit: int) -> None:
    row = ProcessMetrics(pid=1, cpu_percent=cpu)
    assert shows(f"cpu>{limit}", row) == (cpu > limit)
    assert shows(f"cpu>{limit}", row) != shows(f"cpu<={limit}", row)
