"""Runs a nodetop-server that kills itself at a step between the opening of an alert and its delivery.

python -m tests.crash.alert_steps STEP NODE ARGUMENTS...

NODE is the one whose alert it is.
"""

import inspect
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from nodetop.server.alerts import state_file
from nodetop.server.alerts.service import AlertService
from nodetop.server.notify import notifier
from nodetop.server.notify.message import Message
from nodetop.server.notify.notifier import Notifier
from nodetop.server.notify.outbox import Outbox


class Step(NamedTuple):
    """A call at which the process dies, before or after it: the first one for which `counts` holds."""

    owner: Any
    name: str
    is_after: bool
    counts: Callable[[tuple[Any, ...], Any], object]
    """Given the arguments, and what the call returned."""


def _is_of_node(arguments: tuple[Any, ...], _: Any) -> bool:
    return bool(arguments[1].sample.node == sys.argv[2])


def _is_changed(arguments: tuple[Any, ...], _: Any) -> bool:
    return any(change.alert.node == sys.argv[2] for change in arguments[1])


def _waits(arguments: tuple[Any, ...], _: Any) -> bool:
    return any(_is_about(message) for outbox in arguments[0].stored() for message in outbox.messages)


def _is_in_message(arguments: tuple[Any, ...], _: Any) -> bool:
    """Of the written state: the names of nodes are in its messages, and in the alerts before them."""
    return f'"node":"{sys.argv[2]}"'.encode() in arguments[1].partition(b'"outboxes":')[2]


def _is_sent(arguments: tuple[Any, ...], _: Any) -> bool:
    return _is_about(arguments[1])


def _is_about(message: Message) -> bool:
    return any(news.alert.node == sys.argv[2] for news in message.news)


STEPS: Mapping[str, Step] = {
    "accepted": Step(AlertService, "take", False, _is_of_node),
    "judged": Step(AlertService, "take", True, _is_of_node),
    "noted": Step(Notifier, "note", True, _is_changed),
    "planned": Step(Notifier, "plan", True, _waits),
    "before the write": Step(state_file, "write", False, _is_in_message),
    "after the write": Step(state_file, "write", True, _is_in_message),
    "released": Step(Notifier, "written", True, _waits),
    "sending": Step(notifier, "deliver", False, _is_sent),
    "sent": Step(notifier, "deliver", True, _is_sent),
    "delivered": Step(Outbox, "delivered", True, _is_sent),
}


def die_at(step: Step) -> None:
    """Makes this process kill itself (SIGKILL) there."""
    real = getattr(step.owner, step.name)

    def dies(arguments: tuple[Any, ...], result: Any = None) -> None:
        if step.counts(arguments, result):
            os.kill(os.getpid(), signal.SIGKILL)

    def call(*arguments: Any) -> Any:
        if not step.is_after:
            dies(arguments)
        result = real(*arguments)
        if step.is_after:
            dies(arguments, result)
        return result

    async def call_async(*arguments: Any) -> Any:
        if not step.is_after:
            dies(arguments)
        await real(*arguments)
        dies(arguments)

    setattr(step.owner, step.name, call_async if inspect.iscoroutinefunction(real) else call)


if __name__ == "__main__":
    _, name, _, *rest = sys.argv
    die_at(STEPS[name])
    from nodetop.server.cli import main

    main(rest)
