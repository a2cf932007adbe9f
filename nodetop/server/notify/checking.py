"""Whether the receivers of the settings can be used."""

from nodetop.server.notify.apprise_services import check_apprise
from nodetop.server.notify.config import NotifyConfig
from nodetop.server.notify.secrets import check_secrets


def checked(config: NotifyConfig) -> NotifyConfig:
    """The same, if all receivers can be used. Raises StartError."""
    for receiver in (*config.receivers, *((config.heartbeat,) if config.heartbeat else ())):
        if receiver.kind == "apprise":
            check_apprise()
        check_secrets(receiver)
    return config
