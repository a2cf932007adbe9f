"""The query parameters of a URL, checked. Unknown parameters are refused, so that no typo goes unnoticed; so is a
parameter that is given twice, because programs differ in which value they use."""

import math

from starlette.datastructures import QueryParams

from nodetop.server.base.errors import Refusal

LATEST_TIME = 1e11
"""The latest time that may be asked for, in UTC seconds: the year 5138."""


class Query:
    """The parameters of one request. Raises Refusal (422) for unknown and repeated names, and wrong values."""

    def __init__(self, given: QueryParams, *known: str) -> None:
        self._given = given
        if len(given.multi_items()) != len(given):
            raise Refusal(422, "invalid_parameter", "A parameter is given twice.")
        for name in given:
            if name not in known:
                raise Refusal(422, "unknown_parameter", f"Unknown parameter; allowed: {', '.join(known) or 'none'}.")

    def text(self, name: str, default: str = "", longest: int = 256) -> str:
        value = self._given.get(name, default)
        if len(value) > longest:
            raise Refusal(422, "invalid_parameter", f"{name} may have at most {longest} characters.")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._given.get(name, choices[0])
        if value not in choices:
            raise Refusal(422, "invalid_parameter", f"{name} must be one of: {', '.join(choices)}.")
        return value

    def number(self, name: str, default: float, lowest: float, highest: float) -> float:
        given = self._given.get(name)
        if given is None:
            return default
        try:
            value = float(given)
        except ValueError:
            value = math.nan
        if not lowest <= value <= highest:  # a NaN fails this too
            raise Refusal(422, "invalid_parameter", f"{name} must be a number from {lowest:g} to {highest:g}.")
        return value

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        value = self.number(name, default, lowest, highest)
        if value != int(value):
            raise Refusal(422, "invalid_parameter", f"{name} must be a whole number.")
        return int(value)

    def has(self, name: str) -> bool:
        return name in self._given
