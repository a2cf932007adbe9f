"""Why a message was not delivered."""


class DeliveryError(Exception):
    """One plain line, without secrets. The message stays in the queue and is sent again."""
