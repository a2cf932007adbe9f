"""Whole machines whose files of /proc and /sys are damaged: a sample is taken all the same, and a hub takes it."""

import re
from pathlib import Path
from random import Random

from msgspec.structs import replace

from nodetop.model import wire
from nodetop.probes.registry import probes
from nodetop.probes.sampler import Sampler
from nodetop.server.api.push_body import read_push
from nodetop.server.base import limits
from tests.fuzz.conftest import Seeds
from tests.fuzz.mutation import BITS
from tests.probes.processes.process_tree import stat_line
from tests.recorded_hosts import HOSTS

_NUMBER = re.compile(rb"\d+")
NUMBERS = (
    b"0",
    b"1",
    b"-1",
    b"9223372036854775807",
    b"18446744073709551615",
    b"9" * 60,
    b"4294967295",
    b"nan",
    b"1e308",
)


def damaged(random: Random, data: bytes) -> bytes:
    match random.randrange(4):
        case 0:
            found = list(_NUMBER.finditer(data))
            if found:
                each = random.choice(found)
                return data[: each.start()] + random.choice(NUMBERS) + data[each.end() :]
        case 1:
            return data[: random.randrange(len(data) + 1)]
        case 2:
            at = random.randrange(len(data) + 1)
            return data[:at] + random.choice(BITS) + data[at:]
    return random.randbytes(random.randrange(200)) if random.random() < 0.1 else data * 2


def test_a_damaged_machine_is_sampled_and_its_sample_is_taken(seeds: Seeds, tmp_path: Path) -> None:
    for seed in seeds():
        random = Random(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        host = random.choice(HOSTS)(folder)
        for pid in (7, 8):
            host.write(f"/proc/{pid}/stat", stat_line(pid))
            host.write(f"/proc/{pid}/cmdline", b"sleep\x00--password\x00x\x00")
        sampler = Sampler(host.files, probes(host.files), node="a")
        try:
            for _ in range(3):
                files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
                for path in random.sample(files, min(3, len(files))):
                    path.write_bytes(damaged(random, path.read_bytes()))
                sample = sampler.sample()
                again = wire.decode_snapshot(wire.encode(sample))
                assert len(again.probes) == len(sample.probes)
                if sample.processes is not None:  # a node sends the top ones
                    few = replace(sample.processes, rows=sample.processes.rows[: limits.LISTS["processes.rows"]])
                    sample = replace(sample, processes=few)
                assert read_push(wire.encode(sample)).samples
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        finally:
            sampler.close()
