"""A probe that is imported and made when it is first read, which is not for the first frame of a screen."""

from collections.abc import Callable
from typing import Any

from nodetop.probes.base.probe import Probe


class LateProbe(Probe):
    """Stands for the probe that `make` returns. It must be one that is read in a background thread."""

    in_first_frame = False

    slow_seconds = 1.0

    def __init__(self, name: str, make: Callable[[], Probe]) -> None:
        self.name = name
        self._make = make
        self.made: Probe | None = None
        """The probe, once it has been read."""
        self._groups: frozenset[str] | None = None

    def read(self) -> Any:
        if self.made is None:
            probe = self._make()
            probe.watch_groups(self._groups)
            self.made = probe
        reading = self.made.read()
        self.notice, self.slow_seconds = self.made.notice, self.made.slow_seconds
        return reading

    def derive(self, previous: Any | None, current: Any, elapsed: float | None) -> Any:
        return None if self.made is None else self.made.derive(previous, current, elapsed)

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        self._groups = groups
        if self.made is not None:
            self.made.watch_groups(groups)
            self.slow_seconds = self.made.slow_seconds

    def close(self) -> None:
        if self.made is not None:
            self.made.close()
