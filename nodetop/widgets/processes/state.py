"""What keys do to the process list: sort order, search, selection, scroll, open and closed rows, tags. Pure."""

from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.groups import GROUPINGS
from nodetop.widgets.processes.key import is_kernel_thread as is_kernel_thread
from nodetop.widgets.processes.key import key_of as key_of
from nodetop.widgets.processes.rows import ProcessRows

_GROUPS = ("flat", *GROUPINGS)


class ProcessState(ProcessRows):
    """The process list with the user's settings, changed by keys."""

    def scroll(self, lines: int) -> None:
        """Scrolls and leaves the cursor where it is; stops following it."""
        self.follow = False
        super().scroll(lines)

    # Sort order and search

    def sort_by(self, name: str) -> None:
        """Sorts by a key of SORTS; if it is the sort key already, reverses the order."""
        if name == self.sort:
            self.reverse = not self.reverse
        else:
            self.sort, self.reverse = name, False

    def sort_next(self, steps: int) -> None:
        """Sorts by the key so many places further on."""
        names = list(SORTS)
        self.sort, self.reverse = names[(names.index(self.sort) + steps) % len(names)], False

    def find(self, steps: int, *, from_here: bool = False) -> bool:
        """Moves the cursor to the next (1) or previous (-1) row that matches the search, and wraps around. False: no
        match. A match in a closed row is found when there is no further visible one; the row is then opened.

        `from_here`: the row under the cursor is included, so that typing more stays on a row that still matches.
        """
        count = len(self.rows)
        if not self.search.predicates or not count:
            return False
        to_end = count - self.index if steps > 0 else self.index + 1
        near, round_the_end = range(0 if from_here else 1, to_end), range(to_end, count + 1)
        if from_here:  # while the user types, visible rows have priority
            return self._find_in(near, steps) or self._find_in(round_the_end, steps) or self._find_hidden()
        return self._find_in(near, steps) or self._find_hidden() or self._find_in(round_the_end, steps)

    def _find_in(self, distances: range, steps: int) -> bool:
        for distance in distances:
            index = (self.index + steps * distance) % len(self.rows)
            if self.search.matches(self.rows[index]):
                self.select(index)
                return True
        return False

    def _find_hidden(self) -> bool:
        """Finds the first hidden process that matches the search, opens the rows that hide it and selects it."""
        forest = self.forest
        if forest is None:
            return False
        shown = set(map(id, self.rows))
        for index in forest.downwards:
            row = forest.rows[index]
            if id(row) not in shown and self._passes(row) and self.search.matches(row):
                self.reveal(index)
                return True
        return False

    # Tree and groups

    def turn_tree(self) -> None:
        """Switches between the tree and the flat list."""
        self.layout = "flat" if self.layout == "tree" else "tree"

    def turn_group(self, kind: str) -> None:
        """Switches between groups of this kind and the flat list."""
        self.layout = "flat" if self.layout == kind else kind

    def next_group(self) -> None:
        """No groups, by program, by user, by container, and again from the start."""
        here = _GROUPS.index(self.layout) if self.layout in _GROUPS else 0
        self.layout = _GROUPS[(here + 1) % len(_GROUPS)]

    def is_open(self) -> bool | None:
        """Whether the children of the row under the cursor are shown; None: it has none."""
        place = self.places[self.index] if self.index < len(self.places) else None
        return place.is_open if place is not None and place.is_foldable else None

    def open_or_inwards(self) -> None:
        """Opens the row under the cursor; if it is open, goes to its first child."""
        if self.is_open():
            self.move(1)
        elif self.is_open() is False:
            self._fold()

    def close_or_outwards(self) -> None:
        """Closes the row under the cursor; if there is nothing to close, goes to its parent."""
        if self.is_open():
            self._fold()
        elif self.index < len(self.places) and self.places[self.index].parent >= 0:
            self.select(self.places[self.index].parent)

    def fold(self, *, wants_open: bool) -> bool:
        """Opens or closes the row under the cursor. False if there was nothing to do."""
        if self.is_open() is not (not wants_open):
            return False
        self._fold()
        return True

    def _fold(self) -> None:
        key = self.key_at(self.index)
        if key is not None:
            self.selected = key
            self.folds[self.layout] = self.folds.get(self.layout, frozenset()) ^ {key}

    def fold_all(self) -> None:
        """Opens all rows if any is closed, else closes all; in a tree the roots stay open."""
        groups = self.layout in GROUPINGS
        closed = any(place.is_foldable and not place.is_open for place in self.places)
        inner = frozenset(
            key
            for index, place in enumerate(self.places)
            if place.is_foldable and (key := self.key_at(index)) and (groups == (place.group is not None))
            and (groups or place.parent >= 0 or self.layout == "flat")
        )  # fmt: skip
        if groups:
            self.folds[self.layout] = inner if closed else frozenset()
        else:
            self.folds[self.layout] = frozenset() if closed else inner

    # Tags

    def tag(self) -> None:
        """Tags or untags the process under the cursor, or its whole group, and moves down."""
        self.tags.turn(self.members())
        self.move(1)

    def tag_branch(self) -> None:
        """Tags the process under the cursor and all its descendants."""
        self.tags.add(self._branch(self.members()))
