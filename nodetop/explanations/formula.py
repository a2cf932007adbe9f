"""Formulas as text that can also be calculated: "100 × {used} / ({used} + {available})". So the text and the number
beside it cannot disagree."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from string import Formatter

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {"max": max, "min": min, "ceil": math.ceil}
_SIGNS = str.maketrans({"×": "*", "−": "-", "÷": "/"})


def names(formula: str) -> tuple[str, ...]:
    """The names in braces, in order, each once."""
    return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(formula) if name))


def filled(formula: str, texts: Mapping[str, str]) -> str:
    """The formula with each name replaced by its text; names without a text stay as they are."""
    return "".join(
        text + ("" if name is None else texts.get(name, name)) for text, name, _, _ in Formatter().parse(formula)
    )


def calculated(formula: str, numbers: Mapping[str, float | None]) -> float | None:
    """The formula's result; None if a number is unknown or the formula has no numbers."""
    wanted = names(formula)
    if not wanted or any(numbers.get(name) is None for name in wanted):
        return None
    places = {name: f"n{index}" for index, name in enumerate(wanted)}
    values = {places[name]: float(numbers[name] or 0.0) for name in wanted}
    try:
        return _value(ast.parse(filled(formula, places).translate(_SIGNS).strip(), mode="eval").body, values)
    except (ZeroDivisionError, OverflowError):
        return None


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](*(_value(each, values) for each in node.args))
    raise ValueError(f"not a formula: {ast.unparse(node)}")
