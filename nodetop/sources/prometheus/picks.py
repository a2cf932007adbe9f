"""Single values out of the results of parts. Pure."""

from nodetop.base.text import clean
from nodetop.sources.prometheus.promql import Values


def one(values: Values, part: str) -> float | None:
    found = values.get(part)
    return found[0].value if found else None


def positive(values: Values, part: str, factor: float = 1.0) -> float | None:
    value = one(values, part)
    return None if value is None or value < 0 else value * factor


def whole(value: float | None) -> int | None:
    return None if value is None or value < 0 else round(value)


def label(values: Values, part: str, name: str) -> str | None:
    found = values.get(part)
    return clean(found[0].labels.get(name, "")) or None if found else None


def by(values: Values, part: str, *names: str) -> dict[tuple[str, ...], float]:
    """The values of a part by some of their labels."""
    return {tuple(each.labels.get(name, "") for name in names): each.value for each in values.get(part, ())}
