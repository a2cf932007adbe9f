"""Users with a home and without one."""

import pwd
from pathlib import Path

import click
import pytest

from nodetop.settings import file as settings_file
from nodetop.settings.options import Folder, HomeFile, Settings


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under a user of systemd's DynamicUser=, or under any number in a container."""

    def unknown(_uid: int) -> None:
        raise KeyError

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.usefixtures("homeless")
def test_who_has_no_home_has_the_places_of_the_machine() -> None:
    assert settings_file.default_path() == Path("/etc/nodetop/nodetop.toml")
    assert Settings().data_dir == Path("/var/lib/nodetop")


@pytest.mark.usefixtures("homeless")
@pytest.mark.parametrize("kind", [HomeFile(), Folder(exists=False)])
def test_a_name_in_a_home_that_is_not_there_is_refused(kind: click.Path) -> None:
    with pytest.raises(click.BadParameter, match="~/x: there is no home directory that ~ could stand for"):
        kind.convert("~/x", None, None)
    assert str(kind.convert("/x", None, None)) == "/x"
