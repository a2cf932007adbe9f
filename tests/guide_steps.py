"""The steps of CONTRIBUTING.md for a new metric, taken from its text and done in a copy of the package."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
_STEP = re.compile(r"^\*\*(\d+)\. ", re.M)
_BLOCK = re.compile(r"^```(python|diff)\n(.*?)^```$", re.M | re.S)


class Change:
    """A block of a step: a new file, or a change to one that is there."""

    def __init__(self, kind: str, text: str) -> None:
        first, _, rest = text.partition("\n")
        self.path = first.removeprefix("--- ").removeprefix("# ")
        self._is_new = kind == "python"
        self._text = rest

    def apply(self, folder: Path) -> None:
        """Writes it. What a change stands beside must be there, once."""
        file = folder / self.path
        if self._is_new:
            assert not file.exists(), f"{self.path} is there"
            file.write_text(self._text)
            return
        text = file.read_text()
        for hunk in filter(None, self._text.split("@@\n")):
            lines = hunk.splitlines(keepends=True)
            before = "".join(line[1:] for line in lines if line[0] != "+")
            after = "".join(line[1:] for line in lines if line[0] != "-")
            assert text.count(before) == 1, f"CONTRIBUTING.md: in {self.path} there is no one place like\n{before}"
            text = text.replace(before, after)
        file.write_text(text)


def steps() -> dict[int, list[Change]]:
    """The changes of each step of the guide."""
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    guide = guide[guide.index("## Adding a metric") : guide.index("## Tests")]
    parts = _STEP.split(guide)[1:]
    numbered = zip(parts[::2], parts[1::2], strict=True)
    return {int(number): [Change(*block) for block in _BLOCK.findall(text)] for number, text in numbered}


def copy_with(folder: Path, *, without: int | None = None) -> Path:
    """A copy of the package in which all steps are done but one."""
    shutil.copytree(ROOT / "nodetop", folder / "nodetop", ignore=shutil.ignore_patterns("__pycache__"))
    for number, changes in steps().items():
        if number != without:
            for change in changes:
                change.apply(folder)
    return folder
