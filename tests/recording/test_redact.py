"""Command lines before they leave a node: no secret goes with them, and what is none stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.snapshot import ProcessMetrics, ProcessSummary
from nodetop.recording.redact import MASK, redact, redact_snapshot
from tests.command_lines import PLAIN, SECRET
from tests.history.samples import sample

_MARKED = re.compile("«(.*?)»")


def plain(line: str) -> str:
    return line.replace("«", "").replace("»", "")


@pytest.mark.parametrize("line", SECRET)
def test_a_secret_does_not_leave(line: str) -> None:
    shown = redact(plain(line))
    assert MASK in shown
    for secret in _MARKED.findall(line):
        assert secret not in shown
        # Nor a part of it that is long enough to help.
        assert not any(secret[start : start + 8] in shown for start in range(max(len(secret) - 7, 1)))


@pytest.mark.parametrize("line", SECRET)
def test_the_program_is_still_told(line: str) -> None:
    assert redact(plain(line)).split()[0] == plain(line).split()[0]


@pytest.mark.parametrize("line", PLAIN)
def test_what_is_no_secret_stays(line: str) -> None:
    assert redact(line) == line


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(SECRET) >= 80
    assert len(PLAIN) >= 40


def test_a_private_key_in_an_argument_ends_the_line() -> None:
    assert redact("app --key -----BEGIN PRIVATE KEY----- MIIEvQ -----END PRIVATE KEY----- --x") == f"app --key {MASK}"


def test_long_lines_are_cut() -> None:
    assert len(redact("x " * 1000).split()) == 32
    assert len(redact("long" * 1000)) <= 256


@given(st.text(max_size=300))
def test_any_line_is_taken(line: str) -> None:
    assert len(redact(line)) <= 256


@given(
    st.sampled_from(
        ["--password={}", "--db-password {}", "TOKEN={}", "https://me:{}@host/", "--api-key={}", "mysql -p{}"]
    ),
    st.text(alphabet="abcdefghijkmnpqrstuvwxyz23456789", min_size=8, max_size=30),
    st.lists(st.sampled_from(["--verbose", "-x", "run", "/etc/app.conf", "--port=80"]), max_size=4),
)
def test_a_secret_is_found_among_other_words(form: str, secret: str, others: list[str]) -> None:
    line = f"{form.split()[0] if form.startswith('mysql') else 'app'} {' '.join(others)} {form.removeprefix('mysql ')}"
    assert secret not in redact(line.format(secret))


def test_modes() -> None:
    row = ProcessMetrics(pid=1, name="mysql", command="mysql -phunter2")
    taken = sample(processes=ProcessSummary(total=1, rows=(row,)))

    def command(mode: str) -> str:
        processes = redact_snapshot(taken, mode).processes
        assert processes is not None
        assert processes.rows[0].name == "mysql"
        return processes.rows[0].command

    assert (command("redacted"), command("none"), command("full")) == (f"mysql -p{MASK}", "", "mysql -phunter2")
