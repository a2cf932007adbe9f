"""What keys do to the process list: order, search, selection, scroll, what is open or closed, tags. Pure."""

from nodetop.widgets.processes.columns import SORTS
from nodetop.widgets.processes.groups import GROUPINGS
from nodetop.widgets.processes.key import is_kernel_thread as is_kernel_thread
from nodetop.widgets.processes.key import key_of as key_of
from nodetop.widgets.processes.rows import ProcessRows

_GROUPS = ("flat", *GROUPINGS)


class ProcessState(ProcessRows):
    """The list as the user wants it, and as it changes with each key."""

    def scroll(self, lines: int) -> None:
        """Moves what is seen and leaves the bar where it is: it is no longer followed."""
        self.follow = False
        super().scroll(lines)

    # Order and search

    def sort_by(self, name: str) -> None:
        """Sorts by a key of SORTS; the one that is in use is reversed."""
        if name == self.sort:
            self.reverse = not self.reverse
        else:
            self.sort, self.reverse = name, False

    def sort_next(self, steps: int) -> None:
        """Sorts by the key so many places further on."""
        names = list(SORTS)
        self.sort, self.reverse = names[(names.index(self.sort) + steps) % len(names)], False

    def find(self, steps: int, *, from_here: bool = False) -> bool:
        """Puts the bar on the next (1) or previous (-1) row that the search matches, round the end. False: none does.
        What a closed row hides is found when there is nothing further on, and its row opened.

        `from_here`: the row under the bar counts as well, so that typing on stays with what matches already.
        """
        count = len(self.rows)
        if not self.search.predicates or not count:
            return False
        to_end = count - self.index if steps > 0 else self.index + 1
        near, round_the_end = range(0 if from_here else 1, to_end), range(to_end, count + 1)
        if from_here:  # while somebody types, what is in sight goes first
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
        """Opens what hides the first process that the search matches, and puts the bar on it."""
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
        """Tree, or the plain list again."""
        self.layout = "flat" if self.layout == "tree" else "tree"

    def turn_group(self, kind: str) -> None:
        """Groups of this kind, or the plain list again."""
        self.layout = "flat" if self.layout == kind else kind

    def next_group(self) -> None:
        """No groups, by program, by user, by container, and round."""
        here = _GROUPS.index(self.layout) if self.layout in _GROUPS else 0
        self.layout = _GROUPS[(here + 1) % len(_GROUPS)]

    def is_open(self) -> bool | None:
        """Whether what hangs on the row under the bar is shown; None: nothing does."""
        place = self.places[self.index] if self.index < len(self.places) else None
        return place.is_open if place is not None and place.is_foldable else None

    def open_or_inwards(self) -> None:
        """Opens the row under the bar; if it is open, goes to the first row inside."""
        if self.is_open():
            self.move(1)
        elif self.is_open() is False:
            self._fold()

    def close_or_outwards(self) -> None:
        """Closes the row under the bar; if there is nothing to close, goes to the row it hangs on."""
        if self.is_open():
            self._fold()
        elif self.index < len(self.places) and self.places[self.index].parent >= 0:
            self.select(self.places[self.index].parent)

    def fold(self, *, wants_open: bool) -> bool:
        """Opens or closes the row under the bar. False if there is nothing to."""
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
        """Opens all rows if any is closed, else closes all: of a tree all but the outermost."""
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
        """Tags the process under the bar, or all of the group, or takes the tag away, and moves on."""
        self.tags.turn(self.members())
        self.move(1)

    def tag_branch(self) -> None:
        """Tags what is under the bar with all its children."""
        self.tags.add(self._branch(self.members()))
