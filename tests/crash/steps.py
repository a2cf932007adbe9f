"""The calls of nodetop.base.files that change the disk, as the steps at which a process can be killed."""

import os
import random
import signal
from collections.abc import Sequence
from typing import Any

from nodetop.base import files

STEPS = (
    "create",
    "write",
    "truncate",
    "sync",
    "sync_data",
    "close",
    "replace",
    "remove",
    "make_directory",
    "sync_directory",
)
WHEN = ("before", "half", "after")
"""`half` is after half of the bytes of a write; for other calls it is the same as `after`."""
LATEST_CALL = 30


def some_step(dice: random.Random, steps: Sequence[str] = STEPS) -> str:
    """A step, the number of its call, and when: the arguments of die_at()."""
    return f"{dice.choice(steps)}:{dice.randint(1, LATEST_CALL)}:{dice.choice(WHEN)}"


def die_at(step: str) -> None:
    """Makes this process kill itself (SIGKILL) at that call."""
    name, count, when = step.split(":")
    real = getattr(files, name)
    left = int(count)

    def call(*arguments: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left:
            return real(*arguments, **named)
        if when == "half" and name == "write":
            descriptor, data = arguments
            os.write(descriptor, bytes(data)[: len(data) // 2])
        elif when != "before":
            real(*arguments, **named)
        return os.kill(os.getpid(), signal.SIGKILL)

    setattr(files, name, call)
