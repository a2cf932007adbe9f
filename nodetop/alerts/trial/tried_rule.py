"""A rule to be tried, as somebody types it. Pure.

cpu="70/60 for 5m"          a built-in rule with another limit
web_busy="80/70"            a rule of one's own with another limit; the name alone: as it is
filesystem:/srv="90/80"     of one item, or of a value that has no built-in rule: receive="50M/40M for 5m"
process:nginx < 2           what is wrong as a condition; for 5m may follow
"""

import glob
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from math import inf, nextafter
from typing import Any, NamedTuple

from nodetop.alerts.own_rule import ITEM_KEYS, OwnRule, parse_own
from nodetop.alerts.rule import KINDS, SWITCHES, Level, Rule, RuleError, Rules
from nodetop.alerts.rules import rules
from nodetop.alerts.trial.past import NOT_KEPT, TRIABLE
from nodetop.base.terms import TermError
from nodetop.model.condition import Condition
from nodetop.model.condition import parse as parse_condition
from nodetop.model.item_kinds import PROCESS
from nodetop.model.quantities import BY_WORD

EXAMPLES = 'cpu="70/60 for 5m", filesystem:/srv="90/80", process:nginx < 2'
_FORM = re.compile(r"((?:[^<>=\"!]|\"[^\"]*\")*)(<=|>=|<|>|=)(.*)", re.DOTALL)
"""What is judged, which may be in quotes, the sign, and the limit."""
_NAME = "tried"


class TriedRule(NamedTuple):
    """The rule, and the present one that it would replace; None if there is none."""

    rule: Rule
    present: Rule | None


def parse_tried(text: str, table: Mapping[str, Any]) -> TriedRule:
    """The rule, in place of those of an [alerts] table. Raises RuleError."""
    present = rules(table)
    word = text.strip()
    if word in present:
        return _named(word, present[word], None)
    found = _FORM.fullmatch(word)
    if found is None:
        raise RuleError(word, f"{word!r} is not a rule; examples: {EXAMPLES}")
    target, sign, said = map(str.strip, found.groups())
    if sign != "=":
        return TriedRule(_of_condition(target, sign, said), None)
    limit = _limit(said)
    if isinstance(table.get(target), dict):
        rule: Rule = parse_own(target, {**table[target], "limit": limit})
        return TriedRule(rule, present[target])
    if target in BY_WORD and BY_WORD[target].name in KINDS:
        name = BY_WORD[target].name
        return _named(target, rules({target: limit})[name], present.get(name))
    return _of_value(target, limit, present)


def _named(word: str, rule: Rule, present: Rule | None) -> TriedRule:
    if not isinstance(rule, OwnRule) and rule.kind.name not in TRIABLE:
        raise RuleError(word, f"{word} cannot be tried: {NOT_KEPT[rule.kind.name]}")
    return TriedRule(rule, present)


def _limit(said: str) -> str:
    if not said.startswith(('"', "'")):
        return said
    try:
        return str(tomllib.loads(f"value = {said}")["value"])
    except tomllib.TOMLDecodeError:
        raise RuleError(said, f"{said} is not a text in quotes") from None


def _condition(text: str) -> Condition:
    try:
        return parse_condition(text)
    except TermError as error:
        raise RuleError(text, str(error)) from None


def _own(condition: Condition, **entries: Any) -> OwnRule:
    """A rule of one's own on what a condition is about."""
    quantity = condition.quantity
    if condition.item:
        key = next((key for key, kind in ITEM_KEYS.items() if kind is quantity.each), None)
        if key is None:
            raise RuleError(condition.text, f"{quantity.name} has no rules for single items")
        entries[key] = condition.item if quantity.each is PROCESS else glob.escape(condition.item)
    return parse_own(_NAME, {"value": quantity.name, **entries})


def _of_value(target: str, limit: str, present: Rules) -> TriedRule:
    condition = _condition(f"{target}>=0")
    return TriedRule(_either_way(condition, limit), present.get(condition.quantity.name))


def _either_way(condition: Condition, limit: str) -> OwnRule:
    """The rule with this limit. If it ends above where it begins, as 20G/25G does, lower is worse."""
    try:
        return _own(condition, limit=limit)
    except RuleError as error:
        try:
            return _own(condition, limit=limit, below=True)
        except RuleError:
            raise error from None


def _of_condition(target: str, sign: str, said: str) -> OwnRule:
    value, lasting, time = said.partition(" for ")
    condition = _condition(f"{target}{sign}{value}")
    below = sign.startswith("<")
    made = _own(condition, limit=f"0 for {time}" if lasting else "0", below=below)
    at = condition.number
    if sign in ("<", ">"):
        at = nextafter(at, -inf if below else inf)
    return replace(made, warning=Level(at, at))


def written(name: str, table: Mapping[str, Any]) -> str:
    """A present rule as one types it to be tried. Raises RuleError if it cannot be."""
    own = table.get(name)
    if isinstance(own, dict):
        return f'{name}="{own["limit"]}"' if "limit" in own else name
    if name not in TRIABLE:
        raise RuleError(name, f"{name} cannot be tried: {NOT_KEPT[name]}")
    if name in SWITCHES:
        return name
    said = next((said for word, said in table.items() if word in BY_WORD and BY_WORD[word].name == name), True)
    return f'{name}="{said if isinstance(said, str) else KINDS[name].default}"'
