"""What is under deploy/: units, image and manifests, held against the program they start and the promises they make."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from nodetop.base.version import __version__
from nodetop.cli import _command as monitor
from nodetop.server.base.startup import EXTRAS, MissingPackages
from nodetop.server.cli import _command as server
from tests.server.servers import Server, rows, until
from tests.server.servers import server as started

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = ("nodetop-server.service", "nodetop-hub.service")
MOST_EXPOSED = 16
"""Of systemd's own measure, in tenths."""


def flags_of(command: Any) -> set[str]:
    return {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}


def settings(unit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / "systemd" / unit).read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_hardened_and_still_sees_its_host(unit: str) -> None:
    found = settings(unit)
    assert {"DynamicUser", "StateDirectory", "MemoryMax", "MemoryDenyWriteExecute"} <= set(found)
    assert found["CapabilityBoundingSet"] == [""]
    assert found["UMask"] == ["0077"] and found["StateDirectoryMode"] == ["0700"]
    blind = {"ProtectProc", "ProcSubset", "PrivateUsers", "PrivatePIDs", "PrivateNetwork", "Environment"}
    assert not blind & set(found)
    assert found["ProtectHome"] == ["read-only"]  # hidden, it would have no size


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_a_unit_and_finds_it_little_exposed(unit: str, tmp_path: Path) -> None:
    copy = tmp_path / unit
    copy.write_text((DEPLOY / "systemd" / unit).read_text().replace("/usr/local/bin/nodetop-server", sys.executable))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    assert unit not in verified.stderr, verified.stderr
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(copy)]
    rated = subprocess.run(command, capture_output=True, text=True, check=False)
    if "unrecognized option" in rated.stderr:
        pytest.skip("this systemd-analyze rates no files")
    assert rated.returncode == 0, rated.stdout[-200:] + rated.stderr


def test_the_image_is_nobodys_and_its_examples_have_flags_that_there_are() -> None:
    text = (DEPLOY / "docker" / "Dockerfile").read_text()
    assert "\nUSER 65532:65532\n" in text and '\nENTRYPOINT ["nodetop-server"]\n' in text
    words = "read-only", "cap-drop", "network", "hostname", "rm", "entrypoint", "name", "pid", "build-arg"
    of_docker = {f"--{word}" for word in words}
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", "".join(re.findall(r"^# .*\n", text, re.M))))
    ours = flags_of(server) | flags_of(monitor)
    for each in server.commands.values():
        ours |= flags_of(each)
    assert used - of_docker <= ours
    assert {"--listen", "--join", "--code"} <= used


def test_the_image_has_a_tested_version_of_each_library() -> None:
    pinned = dict(
        line.lower().replace("_", "-").split("==")
        for line in (DEPLOY / "docker" / "constraints.txt").read_text().splitlines()
        if "==" in line
    )
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())["project"]
    for each in map(Requirement, project["dependencies"]):
        assert each.specifier.contains(pinned[each.name]), f"{each} is pinned to {pinned[each.name]}"


def test_what_extras_bring_can_be_built_into_a_package_and_an_image_and_is_named_where_it_is_missing() -> None:
    for path in (DEPLOY / "docker" / "Dockerfile", DEPLOY / "scripts" / "build-deb"):
        assert "${EXTRAS:+[$EXTRAS]}" in path.read_text()
    assert "EXTRAS=${EXTRAS:-}" in (DEPLOY / "scripts" / "build-image").read_text()
    extras = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for name, packages in EXTRAS.items():
        assert [Requirement(each).name for each in extras[name]] == packages.split()
    assert set(extras) - set(EXTRAS) == {"test", "deploy", "check"}
    assert "run: pipx inject nodetop-monitor textual-serve;" in str(MissingPackages("--web", "web"))


def test_the_compose_file_starts_a_hub_that_may_do_nothing_it_need_not() -> None:
    (hub,) = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text())["services"].values()
    assert hub["read_only"] and hub["cap_drop"] == ["ALL"] and hub["image"] == f"nodetop:{__version__}"
    assert {each.partition("=")[0] for each in hub["command"]} <= flags_of(server)
    assert [each for each in hub["volumes"] if ":ro" not in each] == ["data:/var/lib/nodetop"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def replaced(arguments: list[str], places: dict[str, object]) -> list[str]:
    """Arguments with the paths of this test in the place of those of the target."""
    for old, new in places.items():
        assert any(old in argument for argument in arguments), f"nothing names {old}"
        arguments = [argument.replace(old, str(new)) for argument in arguments]
    return arguments


def is_there(hub: Server, node: str) -> None:
    with hub.client(verify=False) as reader:
        until(lambda: rows(reader).get(f"default/{node}", {}).get("cpu_busy_percent") is not None, lambda: hub.log)


def test_the_units_work_together(tmp_path: Path, stack: ExitStack) -> None:
    def arguments(unit: str, places: dict[str, object]) -> list[str]:
        (command,) = settings(unit)["ExecStart"]
        return replaced(shlex.split(command)[1:], places)

    places: dict[str, object] = {"%S/nodetop-hub": tmp_path / "hub" / "data", "0.0.0.0:8082": "0.0.0.0:0"}
    hub = stack.enter_context(started(tmp_path / "hub", *arguments("nodetop-hub.service", places)))
    code = re.search(r"--code (\S+)", hub.said)
    assert code is not None, hub.said
    url = f"https://127.0.0.1:{hub.url.rpartition(':')[2]}"
    (tmp_path / "node.toml").write_text(f'[server]\njoin = "{url}"\ncode = "{code[1]}"\n')
    places = {"%S/nodetop": tmp_path / "node" / "data", "%d": tmp_path}
    stack.enter_context(
        started(tmp_path / "node", *arguments("nodetop-server.service", places), "--node-name", "worker-7")
    )
    is_there(hub, "worker-7")
