"""Runs a nodetop-server, or one of the programs here, as a process that kills itself at a step.

    python -m tests.crash.dying STEP server ARGUMENTS...
    python -m tests.crash.dying STEP spool|history|settings|alerts FOLDER

STEP is as steps.die_at() takes it, or "never".
"""

import sys
from pathlib import Path

from tests.crash import programs
from tests.crash.steps import die_at

if __name__ == "__main__":
    step, what, *arguments = sys.argv[1:]
    if step != "never":
        die_at(step)
    if what == "server":
        from nodetop.server.cli import main

        main(arguments)
    programs.PROGRAMS[what].run(Path(arguments[0]))
