"""Command lines before they leave a node: secrets are removed, everything else stays."""

import shlex
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.base.command_line import CommandLine
from nodetop.model.snapshot import ProcessMetrics, ProcessSummary
from nodetop.recording.redact import MASK, MODES, redact, redact_snapshot
from nodetop.recording.redaction.names import Kind
from nodetop.recording.redaction.values import is_no_secret
from tests.command_lines import DOMAINS, command_line, harmless, secrets_of, unmarked, with_secret
from tests.history.samples import sample

MOST_CALLS = 25_000
"""Function calls and returns, those of Python itself included: one or two milliseconds at most."""
LONGEST_TELLING_PART = 7
"""Characters of a secret that do not help an attacker."""


def parts(secret: str) -> Iterator[str]:
    """The parts of a secret that must not be shown: all that are long enough to help an attacker."""
    secret = secret.strip("\"'\\")
    length = min(LONGEST_TELLING_PART + 1, len(secret))
    return (secret[start : start + length] for start in range(len(secret) - length + 1))


def leaks(line: str, shown: str) -> bool:
    return MASK not in shown or any(part in shown for secret in secrets_of(line) for part in parts(secret))


def as_arguments(line: str) -> CommandLine | None:
    """The arguments as the kernel reports them, if a shell runs this line. None if the line is not a shell command,
    or has an unquoted secret of several words."""
    try:
        arguments = shlex.split(unmarked(line))
    except ValueError:
        return None
    whole = [" ".join(secret.split()).strip("\"'\\") for secret in secrets_of(line)]
    if not all(any(secret in argument for argument in arguments) for secret in whole):
        return None
    return command_line(*arguments)


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_secret_does_not_leave(domain: str) -> None:
    assert [(line, redact(unmarked(line))) for line in with_secret(domain) if leaks(line, redact(unmarked(line)))] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_nor_where_the_arguments_are_known(domain: str) -> None:
    known = [(line, redact(arguments)) for line in with_secret(domain) if (arguments := as_arguments(line))]
    assert len(known) > len(with_secret(domain)) / 2
    assert [(line, shown) for line, shown in known if leaks(line, shown)] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_program_is_still_told(domain: str) -> None:
    for line in with_secret(domain):
        first = line.split()[0]
        assert "«" in first or redact(unmarked(line)).split()[0] == first


@pytest.mark.parametrize("domain", DOMAINS)
def test_what_is_no_secret_stays(domain: str) -> None:
    assert [(line, redact(line)) for line in harmless(domain) if redact(line) != line[:256]] == []
    known = [arguments for line in harmless(domain) if (arguments := as_arguments(line))]
    assert [(line, redact(line)) for line in known if redact(line) != line[:256]] == []


def test_the_corpus_is_as_large_as_promised() -> None:
    assert sum(len(with_secret(domain)) for domain in DOMAINS) >= 300
    assert sum(len(harmless(domain)) for domain in DOMAINS) >= 200


def test_a_pass_phrase_is_hidden_to_its_end_and_no_further_where_the_arguments_are_known() -> None:
    phrase = command_line("borg", "init", "--passphrase", "my -x pass/phrase a=b", "repo")
    assert redact(phrase) == f"borg init --passphrase {MASK} repo"
    assert redact(command_line("mysql", "-pmy pass", "shop")) == f"mysql -p{MASK} shop"
    script = command_line("sh", "-c", "mysql -psecret shop && echo --password x done", "arg")
    assert redact(script) == f"sh -c mysql -p{MASK} shop && echo --password {MASK} done arg"
    assert redact(command_line("app", "--password", "", "start")) == "app --password  start"


def test_where_they_are_not_known_rather_too_much_is_hidden() -> None:
    assert redact("borg init --passphrase my long pass repo --lock") == f"borg init --passphrase {MASK} --lock"


def test_a_script_of_several_lines_is_read_line_by_line() -> None:
    script = "set -e\ufffdmysql -u root -psecret\ufffdzip -P secret x.zip a\ufffd"
    for line in (command_line("sh", "-c", script), f"sh -c {script}"):
        assert "secret" not in redact(line)


def test_a_private_key_in_an_argument_ends_the_line() -> None:
    assert redact("app --key -----BEGIN PRIVATE KEY----- MIIEvQ -----END PRIVATE KEY----- --x") == f"app --key {MASK}"


def test_long_lines_are_cut() -> None:
    assert len(redact("x " * 1000).split()) == 32
    assert len(redact("long" * 1000)) <= 256


HARD_WORK = [
    *(
        "token_",
        "a",
        "A1b2",
        "a=",
        "p=x&",
        "://",
        "a://b:c@",
        "@:",
        "a:b@c ",
        "password ",
        "-p ",
        "echo a | ",
        "'",
        "$(a ",
    ),
    *("deadbeef" * 4 + " ", '{"password":"', "--a='x ", "env A=b ", "mysql -px ", "/a1B2", "eyJ", "Authorization: "),
    *("login('a','b')", "mysqli", "<a>b</a>", "name=db_token,value=", "ProxyCommand=", "a.value=b --name "),
    *("qpdf --encrypt ", ":pserver:a:b@", "poetry config http-basic.a ", "rtmp://a/b1c2d3 ", "/t/b1c2d3", "peer a1B2="),
    *("login a ", "YW5uOnBl", "a/b@c:1 ", "connect h a ", "u:pw@h ", "s/password=", "send x\\r ", "set TOKEN x "),
    *("PRAGMA key=", "<<<", "x%y@", "--//a/:_t ", ":key:"),
    *("x -u a -p b1c2d3e4 ", "{token-a:b?password=/key", ",x;pw=a&,tokena:b@c &a=pw=a&a:ba-bA1b2", "0a1b2c3d-1111-"),
]


@pytest.mark.parametrize("piece", HARD_WORK)
def test_the_work_on_a_line_has_a_limit(piece: str) -> None:
    line = piece * (4096 // len(piece))
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        redact(line)
    finally:
        sys.setprofile(None)
    assert calls < MOST_CALLS


def test_blanks_stay_where_nothing_is_hidden() -> None:
    assert redact("postgres: app shop  idle ") == "postgres: app shop  idle "


TELLING = [
    *("mysql", "-p", "--password", "-u", "sudo", "env", "sh", "-c", "docker", "exec", "--", "echo", "htpasswd", "-b"),
    *(
        "|",
        ";",
        "&&",
        "'",
        '"',
        "=",
        ":",
        "@",
        "://",
        "$(",
        "`",
        "<<<",
        ">",
        "+",
        "/p:",
        "\ufffd",
        "\0",
        "token",
        "for",
    ),
    *(
        "Authorization:",
        '{"password":',
        "BY",
        "IDENTIFIED",
        "-----BEGIN",
        "a=b",
        "x:y@z",
        "https://a:b@c/d",
        "password",
    ),
]
words = st.one_of(st.text(max_size=20), st.sampled_from(TELLING))


@given(st.lists(words, max_size=12), st.sampled_from([" ", "\0", ""]))
def test_any_line_is_taken(some: list[str], between: str) -> None:
    assert len(redact(between.join(some))) <= 256


@given(
    st.sampled_from(
        ["--password={}", "--db-password {}", "TOKEN={}", "https://me:{}@host/", "--api-key={}", "mysql -p{}"]
    ),
    st.text(alphabet="abcdefghijkmnpqrstuvwxyz23456789", min_size=8, max_size=30).filter(
        lambda text: not (is_no_secret(text, Kind.PASSWORD) or is_no_secret(text, Kind.TOKEN))
    ),
    st.lists(st.sampled_from(["--verbose", "-x", "run", "/etc/app.conf", "--port=80"]), max_size=4),
)
def test_a_secret_is_found_among_other_words(form: str, secret: str, others: list[str]) -> None:
    line = f"{form.split()[0] if form.startswith('mysql') else 'app'} {' '.join(others)} {form.removeprefix('mysql ')}"
    assert secret not in redact(line.format(secret))


def test_modes() -> None:
    line = command_line("mysql", "-phunter2")
    rows = (ProcessMetrics(pid=1, name="mysql", command=line), ProcessMetrics(pid=2, name="kthreadd"))
    taken = sample(processes=ProcessSummary(total=1, rows=rows, thread_rows=rows[:1]))

    def commands(mode: str) -> list[str]:
        processes = redact_snapshot(taken, mode).processes
        assert processes is not None
        assert [row.name for row in processes.rows] == ["mysql", "kthreadd"]
        found = [row.command for row in (*processes.rows, *processes.thread_rows)]
        assert {type(command) for command in found} == {str}, "the wire's other forms know no CommandLine"
        return found

    assert {mode: commands(mode) for mode in MODES} == {
        "redacted": [f"mysql -p{MASK}", "", f"mysql -p{MASK}"],
        "none": ["", "", ""],
        "full": ["mysql -phunter2", "", "mysql -phunter2"],
    }


def test_a_row_with_nothing_to_hide_is_the_same_object() -> None:
    row = ProcessMetrics(pid=1, name="sleep", command="sleep 10")
    processes = redact_snapshot(sample(processes=ProcessSummary(rows=(row,))), "redacted").processes
    assert processes is not None and processes.rows[0] is row
