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
        self._probe: Probe | None = None
        self._groups: frozenset[str] | None = None

    def read(self) -> Any:
        if self._probe is None:
            probe = self._make()
            probe.watch_groups(self._groups)
            self._probe = probe
        reading = self._probe.read()
        self.notice, self.slow_seconds = self._probe.notice, self._probe.slow_seconds
        return reading

    def derive(self, previous: Any | None, current: Any, elapsed: float | None) -> Any:
        return None if self._probe is None else self._probe.derive(previous, current, elapsed)

    def watch_groups(self, groups: frozenset[str] | None) -> None:
        self._groups = groups
        if self._probe is not None:
            self._probe.watch_groups(groups)
            self.slow_seconds = self._probe.slow_seconds

    def close(self) -> None:
        if self._probe is not None:
            self._probe.close()
