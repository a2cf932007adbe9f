"""Why a message was not delivered."""


class DeliveryError(Exception):
    """One plain line, without secrets. The message stays in the queue and is sent again."""


class RefusedError(DeliveryError):
    """The receiver does not take this message as it is: it is too long, for example. It may take others."""
