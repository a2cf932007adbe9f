"""Disk errors as one plain line."""

import errno
from pathlib import Path

import pytest

from nodetop.history.day_file import StoreError
from nodetop.history.disk_errors import plain


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "/data: the disk is full: free some space"),
        (
            OSError(errno.EROFS, "Read-only file system", "/data/x"),
            "/data/x: the file system is read-only: choose another data folder",
        ),
        (OSError(errno.ETXTBSY, "Text file busy"), "/data: Text file busy"),
        (StoreError("another nodetop\nis holding it"), "another nodetop is holding it"),
        (KeyError(), "KeyError"),
        (OSError("odd"), "odd"),
    ],
)
def test_one_plain_line(error: Exception, line: str) -> None:
    assert plain(error, Path("/data")) == line
