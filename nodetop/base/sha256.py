"""SHA-256 without OpenSSL, which hashlib loads: 1 MiB that a monitor of one host does not need otherwise. Python's own
`random` takes its hash in the same way.
"""

try:
    from _sha2 import sha256 as sha256  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256 as sha256  # type: ignore[import-not-found] # Python 3.11
    except ImportError:
        from hashlib import sha256 as sha256  # a Python that was built without its own
