"""The command `nodetop`, and python -m nodetop."""

import sys
from typing import NoReturn

from nodetop.base import lean_start  # noqa: F401 # before all other imports
from nodetop.commands.monitor.plain import plain_settings, run_plain


def main() -> NoReturn:
    """Runs nodetop and exits: 0 success, 1 failure, 2 usage error, 130 interrupted."""
    settings = plain_settings(sys.argv[1:])
    if settings is not None:
        sys.exit(run_plain(settings))
    from nodetop.cli import main as with_options  # late: click, which a plain start does without

    with_options()


if __name__ == "__main__":
    main()
