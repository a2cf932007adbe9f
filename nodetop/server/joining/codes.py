"""New join codes for the hub on this machine."""

from pathlib import Path

from nodetop.base.join_code import JoinCode
from nodetop.base.trust.pins import parse_pins
from nodetop.model.hub_api import PIN_FILE
from nodetop.server.base.published_address import published
from nodetop.server.joining.invites import Invites, Role


def new_code(hub_folder: Path, role: Role, *, uses: int, expires_at: float) -> JoinCode:
    """A code for the hub that uses this folder. Raises StartError."""
    pin = published(hub_folder, PIN_FILE)
    code = JoinCode.new(parse_pins(pin)[0] if pin else b"")
    Invites(hub_folder).create(code, role, uses=uses, expires_at=expires_at)
    return code
