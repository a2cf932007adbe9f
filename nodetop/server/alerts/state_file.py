"""Everything that a hub knows about alerts, in one file, which is replaced as a whole: after a kill the board, the
watches and the messages that wait to be sent agree with each other."""

import logging
from pathlib import Path

from msgspec import Struct

from nodetop.alerts.alert import Alert
from nodetop.alerts.handling import Handling
from nodetop.base import files
from nodetop.model import wire
from nodetop.server.alerts.node_judge import StoredJudge
from nodetop.server.base.startup import StartError
from nodetop.server.notify.outbox import StoredOutbox

logger = logging.getLogger(__name__)

SCHEMA = 1
FILE = "alerts.json"


class AlertState(Struct, frozen=True, kw_only=True):
    """`judges` include all samples that were accepted before it was written."""

    schema: int = SCHEMA
    alerts: tuple[Alert, ...] = ()
    handling: Handling = Handling()
    judges: tuple[StoredJudge, ...] = ()
    outboxes: tuple[StoredOutbox, ...] = ()


def read(folder: Path, now: float) -> AlertState:
    """The state of the last run; an empty one if there is none. A damaged file is set aside. Raises StartError if it is
    of a newer version, and OSError."""
    path = folder / FILE
    try:
        state = wire.decode(files.read(path), AlertState)
    except FileNotFoundError:
        return AlertState()
    except wire.BadMessage as error:
        aside = path.with_name(f"{FILE}.corrupt-{int(now)}")
        files.replace(path, aside)
        logger.error("alerts_damaged", {"reason": f"{path} was renamed to {aside.name}: {error}"})
        return AlertState()
    if state.schema > SCHEMA:
        raise StartError(f"{path} was written by a newer nodetop-server; use that version, or move the file away")
    return state


def write(folder: Path, state: bytes) -> None:
    """Replaces the file. On return it is on the disk. Raises OSError."""
    files.write_atomically(folder / FILE, [state])
