"""Kills the programs of programs.py repeatedly, and checks after each kill that what they reported as safe is there."""

import random
import subprocess
import sys
import time
from pathlib import Path

from tests.crash.programs import PROGRAMS
from tests.crash.report import Row
from tests.crash.steps import some_step

ROOT = Path(__file__).parents[2]
LONGEST_SECONDS = 0.6
STEP_SECONDS = 2.0


def kill_program(name: str, folder: Path, kills: int, dice: random.Random) -> Row:
    """Every second kill is at a step, the others at a random time after the first line."""
    program, row, told = PROGRAMS[name], Row(f"{name}, killed"), []
    for number in range(kills):
        step = some_step(dice, program.steps) if number % 2 else "never"
        seconds = STEP_SECONDS if number % 2 else dice.uniform(0, LONGEST_SECONDS)
        lines, is_at_step = _run_until_killed(name, folder, step, seconds)
        row.kills += 1
        row.at_steps += is_at_step
        told += lines
    row.faults += program.faults(folder, told)
    row.acknowledged = len(told)
    return row


def _run_until_killed(name: str, folder: Path, step: str, seconds: float) -> tuple[list[str], bool]:
    command = [sys.executable, "-m", "tests.crash.dying", step, name, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        first = process.stdout.readline()
        deadline = time.monotonic() + seconds
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        is_at_step = process.poll() is not None
        process.kill()
        rest = process.stdout.read()
        error = process.stderr.read()
    assert "Traceback" not in error, error
    lines = (first + rest).split("\n")
    return [line for line in lines[:-1] if line], is_at_step
