"""Imports msgspec without typing_extensions, which has nothing for it that Python's own typing lacks, and which imports
inspect: 10 ms, a tenth of the time to the first frame. Import this before anything that uses msgspec.
"""

import sys

if "msgspec" not in sys.modules and "typing_extensions" not in sys.modules:
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # makes its import fail, which msgspec expects
    try:
        import msgspec  # noqa: F401 # here, while typing_extensions cannot be imported
    finally:
        del sys.modules["typing_extensions"]
