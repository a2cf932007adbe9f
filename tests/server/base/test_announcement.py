"""What a server prints at its start is not what it is for: where it cannot be printed, it serves all the same."""

import signal
import subprocess
from pathlib import Path

import pytest

from tests.server.servers import COMMAND, WAIT_SECONDS, until

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


@pytest.mark.parametrize("role", [(), ("--join", "http://127.0.0.1:1", "--token-file", "token")])
def test_a_server_whose_output_is_full_goes_on(tmp_path: Path, role: tuple[str, ...]) -> None:
    (tmp_path / "token").write_text("x7f3k9q2m5w8t1z4b6n0c2v5\n")
    (tmp_path / "token").chmod(0o600)
    log = tmp_path / "log"
    with Path("/dev/full").open("wb") as full, log.open("wb") as err:
        process = subprocess.Popen(
            [*COMMAND, "--data-dir", "data", *(role or ("--listen", "127.0.0.1:0"))],
            stdout=full,
            stderr=err,
            cwd=tmp_path,
        )
    try:
        until(lambda: "not_printed" in log.read_text() or process.poll() is not None, "it starts")
        assert process.poll() is None, log.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
    assert 'reason="No space left on device"' in log.read_text()
