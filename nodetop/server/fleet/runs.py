"""The runs of nodetop-server on one node. Two of them that go on beside each other are two machines with one identity,
as after the disk of a virtual machine was cloned; a machine that restarts has one run after the other."""

from nodetop.model.node_status import UP_SECONDS

MARGIN_SECONDS = 10.0
"""Times of two runs may differ by so much without telling anything: each clock may be off by half of it."""
_RETURNS = 2
"""An older run must have gone on so often."""
_MOST = 16


class Runs:
    """The run that was there first is the owner of the name. Times are UTC seconds by the hub's clock."""

    def __init__(self, run: str, taken_at: float) -> None:
        self._began = {run: taken_at}
        self._current = run
        self._returns = 0
        self._clones: dict[str, None] = {}

    def is_of_clone(self, run: str, taken_at: float, now: float, state: str) -> bool:
        """Whether a sample is of another machine than the owner, which is in this state (see node_status). `taken_at`
        is that of the newest of those that arrived together. What is old tells nothing: it may have waited during a
        restart."""
        is_fresh = now - taken_at <= UP_SECONDS
        if run in self._clones:
            if state != "gone":
                return True
            del self._clones[run]
        elif self._clones and run != self._current and is_fresh and state == "up":
            self._add_clone(run)
            return True
        if is_fresh:
            self._note(run, taken_at)
        return False

    def _note(self, run: str, taken_at: float) -> None:
        current = self._began[self._current]
        if run != self._current and self._began.get(run, current) < current and taken_at > current + MARGIN_SECONDS:
            self._returns += 1
            if self._returns >= _RETURNS:
                self._add_clone(self._current)
        self._began.setdefault(run, taken_at)
        self._current = run
        while len(self._began) > _MOST:
            del self._began[next(each for each in self._began if each != run)]

    def _add_clone(self, run: str) -> None:
        self._clones[run] = None
        while len(self._clones) > _MOST:
            del self._clones[next(iter(self._clones))]
