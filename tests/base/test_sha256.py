import hashlib
import subprocess
import sys

from nodetop.base.sha256 import sha256


def test_it_is_the_hash_of_hashlib() -> None:
    for data in (b"", b"default\0web-01", bytes(range(256)) * 9):
        assert sha256(data).hexdigest() == hashlib.sha256(data).hexdigest()


def test_it_does_not_load_openssl() -> None:
    code = "import sys, nodetop.history.store, nodetop.base.sha256; print('_hashlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
