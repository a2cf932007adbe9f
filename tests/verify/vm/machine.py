"""A virtual machine for a test: qemu by software emulation, and commands in it over ssh."""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.verify.watching import Snapshot, Snapshots

HERE = Path(__file__).parent
BOOT_SECONDS = 1200
DISKS = (
    ("root.img", "virtio-blk-pci"), ("md1.img", "virtio-blk-pci"), ("md2.img", "virtio-blk-pci"),
    ("chain1.img", "virtio-blk-pci"), ("chain2.img", "virtio-blk-pci"),
    ("lvm.img", "ide-hd,bus=ahci.0"), ("nvme.img", "nvme,serial=nvme0"),
)  # fmt: skip


def cache_folder() -> Path:
    """Where the machine is built: NODETOP_VM in the environment, or a folder of the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("NODETOP_VM") or cache / "nodetop-vm")


def build(folder: Path) -> None:
    environment = {"PYTHON": sys.executable, **os.environ}
    done = subprocess.run([HERE / "build", folder], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, f"the machine cannot be built:\n{done.stdout}{done.stderr}"


def copy_images(folder: Path, copy: Path) -> None:
    """All that a machine needs to boot."""
    copy.mkdir(exist_ok=True)
    names = [*(image for image, _ in DISKS), "vmlinuz", "initrd", "key"]
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", *(folder / name for name in names), copy], check=True)


class Machine:
    """One that runs."""

    def __init__(self, folder: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._ssh = [
            "ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
            "-o", "ConnectTimeout=120", "-i", str(folder / "key"), "-p", str(port), "root@127.0.0.1",
        ]  # fmt: skip

    def answers(self) -> bool:
        return subprocess.run([*self._ssh, "true"], capture_output=True, check=False).returncode == 0

    def run(self, *command: str, stdin: str = "", seconds: float = 1800) -> str:
        """Output of a command that must succeed, within so many seconds."""
        done = subprocess.run(
            [*self._ssh, shlex.join(command)], input=stdin, capture_output=True, text=True, timeout=seconds, check=False
        )
        assert done.returncode == 0, f"{shlex.join(command)}: ended with {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def copy(self, path: Path, to: str) -> None:
        """Copies a file into it."""
        with path.open("rb") as file:
            subprocess.run([*self._ssh, f"cat >{shlex.quote(to)}"], stdin=file, timeout=1800, check=True)

    def reboot(self) -> None:
        """Returns when qemu has ended, which it does instead of booting again."""
        subprocess.run([*self._ssh, "systemctl", "reboot"], capture_output=True, check=False)
        self._process.wait(BOOT_SECONDS)

    def script(self, text: str, seconds: float = 1800) -> str:
        """Output of a script of bash."""
        return self.run("bash", "-euo", "pipefail", "-s", stdin=text, seconds=seconds)

    def json(self, *command: str) -> Any:
        return json.loads(self.run(*command))

    def snapshots(self, *arguments: str, prefix: tuple[str, ...] = ()) -> Snapshots:
        """What `nodetop --json` prints."""
        text = self.run(*prefix, "nodetop", "--json", *arguments)
        return [json.loads(line) for line in text.splitlines()]

    def snapshot(self, *arguments: str, prefix: tuple[str, ...] = ()) -> Snapshot:
        (found,) = self.snapshots(*arguments, prefix=prefix)
        return found


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """A machine that answers; it is ended with the block, and what it wrote stays in its images."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with open(folder / "qemu.log", "w") as log:
        process = subprocess.Popen(qemu(port), cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    machine = Machine(folder, port, process)
    try:
        deadline = time.monotonic() + BOOT_SECONDS
        while not machine.answers():
            assert process.poll() is None, f"qemu ended: {(folder / 'qemu.log').read_text()}"
            assert time.monotonic() < deadline, f"the machine does not answer; see {folder / 'console.log'}"
            time.sleep(1)
        yield machine
    finally:
        process.kill()
        process.wait()


def qemu(port: int) -> list[str]:
    """The command, with the machine's ssh at this port of the loopback interface. It reaches nothing outside."""
    command = [
        "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", "1024",
        "-display", "none", "-serial", "file:console.log", "-no-reboot", "-kernel", "vmlinuz", "-initrd", "initrd",
        "-append", "root=/dev/vda rw console=ttyS0 psi=1", "-device", "ich9-ahci,id=ahci",
        "-netdev", f"user,id=n0,hostfwd=tcp:127.0.0.1:{port}-:22,restrict=on", "-device", "virtio-net-pci,netdev=n0",
        "-netdev", "user,id=n1,restrict=on", "-device", "e1000,netdev=n1",
    ]  # fmt: skip
    for image, device in DISKS:
        name = image.removesuffix(".img")
        command += ["-drive", f"file={image},format=raw,if=none,id={name}", "-device", f"{device},drive={name}"]
    return command
