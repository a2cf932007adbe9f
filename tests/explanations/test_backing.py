"""What file systems are on, explained: each device by both its names, with the kernel's files that say what it is."""

from pathlib import Path

import pytest

from nodetop.explanations.registry import explained
from nodetop.model.snapshot import NodeSnapshot
from nodetop.probes.raw_fields import read_raw
from tests.probes.block_device_tree import with_two_disks


def test_devices_below_a_file_system(tmp_path: Path) -> None:
    machine = with_two_disks(tmp_path)
    machine.lvm(0, "vg0-srv", "sda2")
    machine.mount("/srv", "/dev/mapper/vg0-srv", "253:0")
    filesystems, _ = machine.both()
    snapshot = NodeSnapshot(node="n", taken_at=1.0, filesystems=tuple(filesystems.values()))
    layers = [each.subject for each in explained(snapshot) if each.entry.name == "layer"]
    assert [each.name for each in layers] == ["/srv on dm-0 (vg0-srv)", "/srv on sda2", "/srv on sda"]


@pytest.mark.parametrize(("name", "number", "files", "said"), [
    ("dm-0", "253:0", {"dm__name": "vg0-srv", "dm__uuid": "LVM-a"}, ["vg0-srv", "LVM-a", "2048"]),
    ("md0", "9:0", {"md__level": "raid1"}, ["raid1", "2048"]),
    ("loop0", "7:0", {"loop__backing_file": "/a.img"}, ["/a.img", "2048"]),
])  # fmt: skip
def test_the_files_that_say_what_it_is(
    tmp_path: Path, name: str, number: str, files: dict[str, str], said: list[str]
) -> None:
    machine = with_two_disks(tmp_path)
    machine.device(name, number, **files)
    machine.mount("/x", f"/dev/{name}", number)
    filesystems, _ = machine.both()
    snapshot = NodeSnapshot(node="n", taken_at=1.0, filesystems=tuple(filesystems.values()))
    (layer,) = (each for each in explained(snapshot) if each.entry.name == "layer")
    read = read_raw(machine.files, layer.entry.raw_files(layer.subject))
    assert [line for each in read for line in each.lines] == said
