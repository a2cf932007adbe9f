"""The process on top when an alert was worst, as one text: `java (4711) in shop: java -jar shop.jar`. Pure."""

import re

from nodetop.base.text import clean

_MOST_NAME, _MOST_COMMAND = 64, 80
_WITHOUT_PID = re.compile(r"(?P<name>.*?) \(\d+\)(?P<workload> in [^:]*)?")


def culprit(name: str, pid: int, command: str, workload: str | None) -> str:
    """Its name, its container, pod or unit, and its command line if that says more than the name."""
    text = f"{clean(name, _MOST_NAME)} ({pid})"
    if workload:
        text += f" in {clean(workload, _MOST_NAME)}"
    says_more = " " in command.strip()
    return f"{text}: {clean(str(command), _MOST_COMMAND)}" if says_more else text


def program(text: str) -> str:
    """The program of such a text, with its workload: the same for every run of it."""
    found = _WITHOUT_PID.match(text)
    return text if found is None else found["name"] + (found["workload"] or "")
