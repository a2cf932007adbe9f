"""The text of a process's command in the lists that show it. Pure."""

from functools import lru_cache

from nodetop.base.text import clean, cut, fit_middle, width
from nodetop.base.units import UNKNOWN
from nodetop.drawing.runs import Run
from nodetop.model.snapshot import ProcessMetrics
from nodetop.widgets.processes.key import is_kernel_thread

_LEAST_PROGRAM = 9
"""If less than this would be left for the program, the path to it is not shown."""


def command(
    row: ProcessMetrics, cells: int, ellipsis: str, *, folders: bool = False, named: bool = False
) -> tuple[Run, ...]:
    """The command line of a process in exactly so many cells: the program is highlighted, its folder (if wanted, and
    there is room) and the arguments are not. With `named`, a process whose name says more than its program has it in
    front. One without a command line shows its name, a kernel thread in brackets: others have none while they end."""
    name = clean(row.name)
    if row.command:
        return command_line(clean(row.command, 1024), name, cells, ellipsis, folders, named)
    if is_kernel_thread(row):
        return (("dim", fit_middle(f"[{name}]", cells, ellipsis)),)
    return (("label", fit_middle(name or UNKNOWN, cells, ellipsis)),)


@lru_cache(maxsize=4096)
def command_line(text: str, name: str, cells: int, ellipsis: str, folders: bool, named: bool) -> tuple[Run, ...]:
    """See `command`. Both texts must be clean."""
    path, slash, program = text.partition(" ")[0].rpartition("/")
    folder = path + slash
    arguments = text[len(folder) + len(program) :]
    if not folders or width(folder) + _LEAST_PROGRAM > cells:
        folder = ""
    parts: list[Run] = [("dim", folder), ("value", program), ("label", arguments)]
    if named and not _is_named_after(name, program):
        parts = [("value", name + " "), ("dim", folder), ("label", program + arguments)]
    runs: list[Run] = []
    room = cells
    for style, part in parts:
        if part and room > 0:
            part = cut(part, room, ellipsis)
            runs.append((style, part))
            room -= width(part)
    return (*runs, ("text", " " * room)) if room > 0 else tuple(runs)


def _is_named_after(name: str, program: str) -> bool:
    """Whether a process has the name of its program, which the kernel cuts to 15 characters; a version at the end of
    the name (python3.11) says no more."""
    program = program.removeprefix("-").rstrip(":")
    if not name or program.startswith(name[:15]):
        return True
    return name.startswith(program) and not name[len(program) :].strip("-.0123456789")
