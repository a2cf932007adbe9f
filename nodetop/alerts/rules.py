"""All rules together: the default ones with the user's changes, and the user's own. Pure."""

from collections.abc import Mapping

from nodetop.alerts.own_rule import parse_own
from nodetop.alerts.rule import RuleError, Rules
from nodetop.alerts.rule import rules as changed_rules

MOST_OWN = 200


def rules(table: Mapping[str, object] | None = None) -> Rules:
    """The rules of an [alerts] table. Raises RuleError."""
    entries = table or {}
    own = {name: said for name, said in entries.items() if isinstance(said, dict)}
    if len(own) > MOST_OWN:
        raise RuleError(list(own)[MOST_OWN], f"there can be at most {MOST_OWN} rules of your own; this is one more")
    found = dict(changed_rules({name: said for name, said in entries.items() if name not in own}))
    return found | {name: parse_own(name, said) for name, said in own.items()}
