"""The disk calls of nodetop.base.files, recorded or made to fail: the one way for tests to do so."""

import errno
import inspect
import os

import pytest

from nodetop.base import files

CALLS = ("read", "create", "write", "set_mode", "sync", "sync_data", "close", "replace", "remove", "sync_directory")


def record(patch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """The names of the calls that are made from now on, in order, of these or of all."""
    made: list[str] = []
    for name in names or CALLS:
        patch.setattr(files, name, _recorded(made, name))
    return made


def _recorded(made: list[str], name: str):  # type: ignore[no-untyped-def]
    real = getattr(files, name)

    def call(*arguments: object) -> object:
        made.append(name)
        return real(*arguments)

    return call


def fail(patch: pytest.MonkeyPatch, name: str, number: int = errno.ENOSPC) -> None:
    """From now on a call fails with an errno, having done nothing."""
    assert inspect.isfunction(getattr(files, name))

    def failing(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    patch.setattr(files, name, failing)
