"""The units of the model's fields, told by their names, which carry them."""

from typing import Literal

Unit = Literal[
    "bytes",
    "bytes/s",
    "percent",
    "count",
    "count/s",
    "seconds",
    "hours",
    "ms",
    "celsius",
    "cores",
    "mhz",
    "load",
    "text",
    "kB/s",
    "bit/s",
    "time",
    "moment",
    "mbit/s",
]
_ENDINGS: tuple[tuple[str, Unit], ...] = (
    ("bytes_per_second", "bytes/s"),
    ("seconds_per_second", "load"),
    ("_per_second", "count/s"),
    ("_bytes", "bytes"),
    ("_percent", "percent"),
    ("_seconds", "seconds"),
    ("_ms", "ms"),
    ("celsius", "celsius"),
    ("_cores", "cores"),
    ("_mhz", "mhz"),
    ("_mbps", "mbit/s"),
    ("boot_time", "moment"),
    ("started_at", "moment"),
)


def unit_of(field: str) -> Unit:
    """The unit of a field of the model, by its name."""
    if field.startswith("load_") or field == "queue_depth":
        return "load"
    if field in ("seconds", "interval"):
        return "seconds"
    return next((unit for ending, unit in _ENDINGS if field.endswith(ending)), "count")
