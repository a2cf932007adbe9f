"""Prints the lowest versions that pyproject.toml allows, as constraints for pip: for `make test-lowest`."""

import tomllib
from pathlib import Path

from packaging.requirements import Requirement


def lowest(requirements: list[str]) -> list[str]:
    """NAME==VERSION for each requirement with a lower bound."""
    found = []
    for each in map(Requirement, requirements):
        bounds = [bound.version for bound in each.specifier if bound.operator == ">="]
        found += [f"{each.name}=={version}" for version in bounds]
    return found


def main() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    print(*lowest([*project["dependencies"], *extras["test"], *extras["remote-write"]]), sep="\n")


if __name__ == "__main__":
    main()
