import subprocess

from hypothesis import given
from hypothesis import strategies as st

from nodetop.probes.host_files import read_record
from nodetop.probes.processes.stat import PAGE_BYTES, parse_io, parse_stat
from tests.probes.processes.process_tree import stat_line


def test_the_fields_of_a_line() -> None:
    stat = parse_stat(stat_line(7, b"nginx", "R", ticks=(10, 5), start=123, threads=3, pages=250))
    assert stat is not None
    assert (stat.comm, stat.state, stat.ppid, stat.cpu_ticks, stat.priority, stat.nice) == (b"nginx", "R", 1, 15, 20, 0)
    assert (stat.threads, stat.start_ticks) == (3, 123)
    assert (stat.virtual_bytes, stat.resident_bytes) == (8192000, 250 * PAGE_BYTES)
    assert not stat.kernel_thread


def test_a_kernel_thread_is_known_by_its_flags() -> None:
    stat = parse_stat(stat_line(9, b"kworker/0:1", "I", flags=69238880))
    assert stat is not None
    assert stat.kernel_thread


def test_our_own_line_agrees_with_the_kernels_other_file() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:  # which starts no threads between two looks
        stat = parse_stat(read_record(f"/proc/{child.pid}/stat"))
        lines = read_record(f"/proc/{child.pid}/status").splitlines()
        child.kill()
    status = dict(line.split(b":\t", 1) for line in lines if b":\t" in line)
    assert stat is not None
    assert stat.comm == status[b"Name"]
    assert stat.ppid == int(status[b"PPid"])
    assert stat.threads == int(status[b"Threads"])


@given(st.binary(max_size=15).filter(lambda comm: b"\0" not in comm), st.sampled_from("RSDZTtXI"))
def test_any_name_is_told_from_what_follows_it(comm: bytes, state: str) -> None:
    stat = parse_stat(stat_line(7, comm, state, ticks=(3, 4), start=99))
    assert stat is not None
    assert (stat.comm, stat.state, stat.cpu_ticks, stat.start_ticks) == (comm, state, 7, 99)


@given(st.binary(max_size=400))
def test_what_is_no_line_is_none(raw: bytes) -> None:
    stat = parse_stat(raw)
    assert stat is None or (len(raw.split()) >= 22 and stat.comm in raw)


def test_a_line_without_a_name_is_none() -> None:
    assert parse_stat(b"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26") is None


@given(st.integers(0, 300))
def test_a_line_cut_short_never_raises(length: int) -> None:
    parse_stat(stat_line()[:length])


def test_a_state_that_is_no_letter_is_unknown() -> None:
    stat = parse_stat(stat_line(state="\x1b[2J"))
    assert stat is not None
    assert stat.state == "?"


def test_negative_sizes_of_a_dying_process_are_zero() -> None:
    stat = parse_stat(stat_line(pages=-3))
    assert stat is not None
    assert stat.resident_bytes == 0


def test_input_and_output_are_those_of_storage() -> None:
    assert parse_io(read_record("/proc/self/io")) is not None
    raw = b"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 50\nwrite_bytes: 60\ncancelled_write_bytes: 7\n"
    assert parse_io(raw) == (50, 60)


@given(st.binary(max_size=100))
def test_other_input_and_output_is_unknown(raw: bytes) -> None:
    assert parse_io(raw) is None or len(raw.split()) >= 12
