"""Work that a screen awaits beside its keys."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from textual.dom import DOMNode


def start(
    node: DOMNode,
    work: Callable[..., Coroutine[Any, Any, None]],
    *arguments: object,
    group: str,
    exclusive: bool = False,
    exit_on_error: bool = True,
) -> None:
    """Calls `work` with these arguments in a worker of a screen or of the app, which ends with it. `exclusive`: earlier
    work of its group is cancelled.

    The worker makes the call. A coroutine that is made before would never be awaited if the screen closes first."""
    made: Any = partial(work, *arguments)
    node.run_worker(made, group=group, exclusive=exclusive, exit_on_error=exit_on_error)
