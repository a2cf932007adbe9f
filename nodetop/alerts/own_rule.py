"""A user's own rule: on any quantity, of some nodes or items. Written as a table below [alerts]:

[alerts.web_busy]
value = "cpu"
limit = "70/60 for 5m, critical 90/80"
node = "web-*"
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import inf
from typing import Any

from nodetop.alerts.rule import Kind, Level, Rule, RuleError, parse_rule, sign_of
from nodetop.base.units import number
from nodetop.model.condition import find
from nodetop.model.derived import highest
from nodetop.model.item_kinds import DISK, INTERFACE, MOUNT, PROCESS, SENSOR, WORKLOAD
from nodetop.model.quantities import BY_WORD
from nodetop.model.quantity import Quantity
from nodetop.model.snapshot import NodeSnapshot

ITEM_KEYS = {"mount": MOUNT, "disk": DISK, "interface": INTERFACE, "sensor": SENSOR, "process": PROCESS,
             "workload": WORKLOAD}  # fmt: skip
_KEYS = ("value", "limit", "unchanged", "below", "severity", "title", "node", "tag", "cluster", "except", *ITEM_KEYS)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_EXAMPLE = "90/80 for 5m, critical 98/90"
_LONGEST_UNCHANGED = 7 * 86_400.0


@dataclass(frozen=True)
class OwnRule(Rule):
    """`items` are patterns for the names of items. With none, the node's single value counts, if it has one that is not
    just the highest of all items. With `is_unchanged` the seconds since the value last changed are judged."""

    quantity: Quantity | None = None
    nodes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    is_unchanged: bool = False

    def holds(self, cluster: str, node: str, tags: Sequence[str] = ()) -> bool:
        """Whether it is about a node. A host that is no hub has no cluster."""
        return (
            _matches(node, self.nodes)
            and (not cluster or _matches(cluster, self.clusters))
            and (not self.tags or any(_matches(tag, self.tags) for tag in tags))
            and not (self.excepted and _matches(node, self.excepted))
        )


Value = tuple[str, float | None]
"""An item's name (empty: the node's own value), and its value."""


def values_of(rule: OwnRule) -> Callable[[NodeSnapshot], Sequence[Value] | None]:
    """A function that returns what the rule judges in a snapshot; None if the items are not known. Make it once."""
    quantity = rule.quantity
    assert quantity is not None
    kind = quantity.each
    if kind is PROCESS:
        return lambda snapshot: [(name, _count(quantity, snapshot, name)) for name in rule.items]
    if kind is None or (not rule.items and quantity.is_single and quantity.whole is not highest):
        take = quantity.taker()
        return lambda snapshot: [("", take(snapshot))]
    of_item = quantity.of_item

    def of_items(snapshot: NodeSnapshot) -> Sequence[Value] | None:
        items = kind.items(snapshot)
        if items is None:
            return None
        named = ((kind.called(item), item) for item in items if rule.items or kind.counts(item))
        return [(name, of_item(item)) for name, item in named if _matches(name, rule.items)]

    return of_items


def _count(quantity: Quantity, snapshot: NodeSnapshot, name: str) -> float | None:
    found = find(quantity, snapshot, name)
    return None if found.at_least else found.value


def _matches(name: str, patterns: Iterable[str]) -> bool:
    patterns = tuple(patterns)
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def own_rules(rules: Mapping[str, Rule]) -> Iterator[OwnRule]:
    """The user's own ones among rules."""
    return (rule for rule in rules.values() if isinstance(rule, OwnRule))


def parse_own(name: str, table: Mapping[str, Any]) -> OwnRule:
    """Parses a table. Raises RuleError."""
    if name in BY_WORD or not _NAME.fullmatch(name):
        reason = f"{name!r} is the name of a value" if name in BY_WORD else "a name has a-z, 0-9, dashes, underscores"
        raise RuleError(name, f"[alerts.{name}] needs another name for the rule: {reason}")
    for key in table:
        if key not in _KEYS:
            raise _wrong(name, key, f"is not known; known: {', '.join(_KEYS)}")
    quantity = _quantity(name, table)
    items = _items(name, table, quantity)
    kind = Kind(
        name, _text(name, table, "title") or f"{quantity.title}", sign_of(quantity), _EXAMPLE,
        below=_flag(name, table, "below"), most=inf, blames=quantity.blames,
    )  # fmt: skip
    rule = _unchanged(name, table, kind) or _limit(name, table, kind)
    return OwnRule(
        rule.kind,
        rule.warning,
        rule.critical,
        rule.seconds,
        quantity=quantity,
        nodes=_texts(name, table, "node"),
        tags=_texts(name, table, "tag"),
        clusters=_texts(name, table, "cluster"),
        excepted=_texts(name, table, "except"),
        items=items,
        is_unchanged="unchanged" in table,
    )


def _quantity(name: str, table: Mapping[str, Any]) -> Quantity:
    word = table.get("value", "process" if "process" in table else None)
    quantity = BY_WORD.get(word) if isinstance(word, str) else None
    if quantity is None or not quantity.is_of_snapshot:
        known = ", ".join(each.name for each in dict.fromkeys(BY_WORD.values()) if each.is_of_snapshot)
        raise _wrong(name, "value", f"must be one of: {known}")
    return quantity


def _items(name: str, table: Mapping[str, Any], quantity: Quantity) -> tuple[str, ...]:
    for key, kind in ITEM_KEYS.items():
        if key in table and kind is not quantity.each:
            raise _wrong(name, key, f"does not go with the value {quantity.name}")
    items = next((_texts(name, table, key) for key, kind in ITEM_KEYS.items() if kind is quantity.each), ())
    if quantity.each is PROCESS and not items:
        raise _wrong(name, "process", 'must be the name of the program: "nginx"')
    return items


def _limit(name: str, table: Mapping[str, Any], kind: Kind) -> Rule:
    if "limit" not in table:
        raise _wrong(name, "limit", f'must be a text like "{_EXAMPLE}"')
    try:
        rule = parse_rule(kind, table["limit"] if isinstance(table["limit"], str) else 0)
    except RuleError as error:
        raise RuleError(name, str(error), (name, "limit")) from None
    severity = table.get("severity", "warning")
    if severity not in ("warning", "critical"):
        raise _wrong(name, "severity", "must be warning or critical")
    if severity == "critical" and rule.critical is None:
        return Rule(kind, rule.warning, rule.warning, rule.seconds)
    return rule


def _unchanged(name: str, table: Mapping[str, Any], kind: Kind) -> Rule | None:
    if "unchanged" not in table:
        return None
    said = table["unchanged"]
    seconds = number(said, "seconds") if isinstance(said, str) else None
    if seconds is None or not 0 < seconds <= _LONGEST_UNCHANGED:
        raise _wrong(name, "unchanged", 'must be a time like "30m", at most 7d')
    if "limit" in table or kind.below:
        raise _wrong(name, "unchanged", "does not go with limit and below")
    level = Level(seconds, seconds)
    title = kind.what if table.get("title") else f"{kind.what} unchanged"
    is_critical = table.get("severity") == "critical"
    return Rule(Kind(name, title, "s", _EXAMPLE, most=inf), level, level if is_critical else None)


def _text(name: str, table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _wrong(name, key, "must be a text in quotes")
    return value


def _flag(name: str, table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise _wrong(name, key, "must be true or false")
    return value


def _texts(name: str, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) and each for each in listed):
        raise _wrong(name, key, 'must be a text or a list of texts: ["web-*", "db-1"]')
    return tuple(listed)


def _wrong(name: str, key: str, reason: str) -> RuleError:
    return RuleError(name, f"alerts.{name}.{key} {reason}", (name, key))
