"""Imports a module without another one that it would load, and can do without."""

import sys


def import_without(left_out: str, module: str) -> None:
    """Imports `module` while `left_out` cannot be imported. Does nothing if either is loaded already."""
    if module in sys.modules or left_out in sys.modules:
        return
    sys.modules[left_out] = None  # type: ignore[assignment]  # makes its import fail
    try:
        __import__(module)
    finally:
        del sys.modules[left_out]
