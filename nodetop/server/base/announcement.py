"""What a server prints when it has started."""

import logging

logger = logging.getLogger(__name__)


def announce(text: str) -> None:
    """Prints the text. A server goes on where that is not possible, such as on a full disk."""
    try:
        print(text, flush=True)
    except OSError as error:
        logger.warning("not_printed", {"reason": error.strerror or str(error)})
