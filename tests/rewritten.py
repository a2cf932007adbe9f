"""The assertions of tests, rewritten by pytest once: two thirds of the time in which a worker collects all tests."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

_INSIDES = ("PYC_TAIL", "assertstate_key", "get_cache_dir", "try_makedirs", "_read_pyc", "_rewrite_test", "_write_pyc")


def share(config: pytest.Config) -> None:
    """Each worker rewrites its share of the tests, and all read what the others wrote; so do later runs."""
    sys.dont_write_bytecode = False  # as some environments have it; the files are below __pycache__
    worker = getattr(config, "workerinput", None)
    if worker is None or not all(hasattr(rewrite, name) for name in _INSIDES):
        return  # with another pytest each worker rewrites all
    number = int(worker["workerid"].removeprefix("gw"))
    for path in sorted(_tests(config))[number :: worker["workercount"]]:
        folder = rewrite.get_cache_dir(path)
        written = folder / (path.stem + rewrite.PYC_TAIL)
        if rewrite._read_pyc(path, written) is None and rewrite.try_makedirs(folder) and os.access(folder, os.W_OK):
            source, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source, written)


def _tests(config: pytest.Config) -> Iterator[Path]:
    """Those in the folders that are run."""
    for argument in config.args:
        yield from (config.invocation_params.dir / argument).rglob("test_*.py")
