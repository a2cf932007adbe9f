"""Block devices: which ones, what they are called, and their rates."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.snapshot import DiskMetrics
from nodetop.probes.base.probe import Unavailable
from nodetop.probes.disks import DisksProbe, parse_diskstats
from nodetop.probes.host_files import HostFiles
from tests.probes.disk_readings import rates


class Host:
    """A machine's /proc/diskstats and /sys/block, written into a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "proc").mkdir()
        self.lines: dict[str, str] = {}

    @property
    def files(self) -> HostFiles:
        return HostFiles(proc=str(self.folder / "proc"), sys=str(self.folder / "sys"), root=str(self.folder))

    def sys(self, path: str, content: str = "") -> None:
        file = self.folder / "sys/block" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def disk(self, name: str, number: str = "8 0", *, sectors: int | None = 1000, **files: str) -> None:
        """A device with counts; its files in /sys/block with __ for a slash. sectors=None: none."""
        self.count(name, number)
        if sectors is not None:
            folder = name.replace("/", "!")
            self.sys(f"{folder}/size", f"{sectors}\n")
            for path, content in files.items():
                self.sys(f"{folder}/{path.replace('__', '/')}", content)

    def count(self, name: str, number: str = "8 0", *counters: int) -> None:
        self.lines[name] = f"   {number.replace(' ', '       ')} {name} {' '.join(map(str, counters or (0,) * 17))}\n"
        (self.folder / "proc/diskstats").write_text("".join(self.lines.values()))

    def probe(self) -> DisksProbe:
        return DisksProbe(self.files)

    def shown(self) -> dict[str, DiskMetrics]:
        probe = self.probe()
        return {disk.device: disk for disk in probe.derive(None, probe.read(), None)}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_rates_are_those_of_iostat(host: Host) -> None:
    """The example is of kernel 6: reads merged sectors ms, writes merged sectors ms, in flight, busy, weighted."""
    host.disk("sda")
    host.count("sda", "8 0", 100, 5, 4000, 250, 50, 9, 8000, 900, 3, 1000, 5000, 7, 0, 512, 3, 9, 2)
    probe = host.probe()
    before = probe.read()
    host.count("sda", "8 0", 300, 6, 12000, 1250, 60, 9, 10048, 1000, 0, 2000, 9000, 9, 0, 999, 5, 9, 2)
    (disk,) = probe.derive(before, probe.read(), 2.0)
    assert rates(disk) == {
        "read_bytes_per_second": 8000 * 512 / 2,
        "write_bytes_per_second": 2048 * 512 / 2,
        "reads_per_second": 100.0,
        "writes_per_second": 5.0,
        "utilisation_percent": 50.0,
        "read_await_ms": 5.0,
        "write_await_ms": 10.0,
        "queue_depth": 2.0,
    }


def test_the_first_sample_has_facts_and_no_rates(host: Host) -> None:
    host.disk("sda", sectors=2048, device__model="Samsung SSD 870 \n", device__vendor="ATA     \n")
    disk = host.shown()["sda"]
    assert (disk.model, disk.kind, disk.in_total, disk.size_bytes) == ("Samsung SSD 870", "disk", True, 1_048_576)
    assert set(rates(disk).values()) == {None}


def test_partitions_and_memory_disks_are_left_out(host: Host) -> None:
    for name in ("sda", "nvme0n1", "mmcblk0", "mmcblk0boot0", "vdb"):
        host.disk(name)
    for name in ("sda1", "sda12", "nvme0n1p1", "mmcblk0p2", "vdb3"):
        host.disk(name, sectors=None)
    for name in ("loop0", "loop0p1", "ram3", "zram0", "fd0", "sr0"):
        host.disk(name)
    assert list(host.shown()) == ["sda", "nvme0n1", "mmcblk0", "mmcblk0boot0", "vdb"]


def test_a_partition_has_its_size(host: Host) -> None:
    host.disk("sda", sectors=2048)
    host.disk("sda1", sectors=None)
    host.sys("../class/block/sda1/size", "1024\n")
    (part,) = host.shown()["sda"].partitions
    assert (part.device, part.size_bytes) == ("sda1", 524_288)


def test_without_sys_names_tell(host: Host) -> None:
    names = ("sda", "sda1", "nvme0n1", "nvme0n1p1", "nvme1c0n1", "xvda1", "md127", "md127p1", "dm-0", "zd16", "loop1")
    for name in names:
        host.disk(name, sectors=None)
    found = host.shown()
    # xvda1 without an xvda is a disk, as clouds hand them out.
    assert {name: disk.kind for name, disk in found.items()} == {
        "sda": "disk", "nvme0n1": "disk", "xvda1": "disk", "md127": "md", "dm-0": "dm", "zd16": "other",
    }  # fmt: skip
    assert [name for name, disk in found.items() if disk.in_total] == ["sda", "nvme0n1", "xvda1"]
    assert {disk.size_bytes for disk in found.values()} == {None}


def test_what_stands_on_other_disks_is_apart_from_the_total(host: Host) -> None:
    host.disk("sda", device__model="WDC WD40EFRX-68N\n", device__vendor="ATA\n")
    host.disk("dm-0", "253 0", dm__name="vg0-root\n", slaves__sda="")
    host.disk("md0", "9 0", md__level="raid1\n", slaves__sda="")
    host.disk("bcache0", "252 0", slaves__sda="")
    host.disk("cas1-1", "250 0", slaves__sda="")
    host.disk("nbd0", "43 0")
    shown = host.shown()
    assert {name: (disk.kind, disk.in_total) for name, disk in shown.items()} == {
        "sda": ("disk", True),
        "dm-0": ("dm", False),
        "md0": ("md", False),
        "bcache0": ("other", False),
        "cas1-1": ("other", False),
        "nbd0": ("disk", True),
    }
    assert (shown["dm-0"].model, shown["md0"].model) == ("vg0-root", "raid1")


@pytest.mark.parametrize(
    ("files", "model"),
    [
        ({"device__model": "Samsung SSD 970 EVO   Plus 1TB \n"}, "Samsung SSD 970 EVO Plus 1TB"),
        ({"device__model": "QEMU HARDDISK\n", "device__vendor": "QEMU\n"}, "QEMU HARDDISK"),
        ({"device__model": "Virtual Disk\n", "device__vendor": "Msft    \n"}, "Msft Virtual Disk"),
        ({"device__name": "SD32G\n"}, "SD32G"),
        ({"device__vendor": "0x1af4\n"}, None),
        ({"device__model": "\n"}, None),
        ({"device__model": "evil\x1b[2J\n"}, "evil\u00b7[2J"),
    ],
)
def test_models_are_the_makers_names(host: Host, files: dict[str, str], model: str | None) -> None:
    host.disk("disk0", **files)
    assert host.shown()["disk0"].model == model


def test_a_hypervisors_disk_is_called_by_its_bus(host: Host) -> None:
    host.disk("vda", device__vendor="0x1af4\n")
    (host.folder / "sys/block/vda/device/subsystem").symlink_to("../../../../bus/virtio")
    assert host.shown()["vda"].model == "virtio"


def test_one_of_several_paths_to_an_nvme_is_not_counted_again(host: Host) -> None:
    host.disk("nvme0n1", device__model="PM1733\n")
    host.disk("nvme0c0n1")
    host.disk("odd0", hidden="1\n")
    assert list(host.shown()) == ["nvme0n1"]


def test_a_slash_in_a_name_is_spelled_otherwise_in_sys(host: Host) -> None:
    host.disk("cciss/c0d0", "104 0", sectors=8, device__model="LOGICAL VOLUME\n")
    host.disk("cciss/c0d0p1", "104 1", sectors=None)
    shown = host.shown()
    assert [(disk.device, disk.model, disk.size_bytes) for disk in shown.values()] == [
        ("cciss/c0d0", "LOGICAL VOLUME", 4096)
    ]


def test_an_empty_card_reader_appears_with_its_card(host: Host) -> None:
    host.disk("sdb", sectors=0)
    probe = host.probe()
    assert probe.read() == {}
    host.sys("sdb/size", "64\n")
    assert probe.read()["sdb"].size_bytes == 64 * 512


def test_facts_are_looked_up_once(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.disk("sda", device__model="First\n")
    probe = host.probe()
    probe.read()
    asked: list[str] = []
    real = HostFiles.line
    monkeypatch.setattr(HostFiles, "line", lambda files, path: asked.append(path) or real(files, path))
    probe.read()
    assert asked == []


def test_a_device_that_came_back_is_another(host: Host) -> None:
    host.disk("sdb", device__model="Old stick\n")
    host.count("sdb", "8 16", *(100,) * 11)
    probe = host.probe()
    before = probe.read()
    # It went and came between two samples: same name and number, and a new folder in /sys.
    (host.folder / "sys/block/sdb").rename(host.folder / "gone")
    host.disk("sdb", "8 16", device__model="New stick\n")
    host.count("sdb", "8 16", *(200,) * 11)
    (disk,) = probe.derive(before, probe.read(), 1.0)
    assert disk.model == "New stick"
    assert set(rates(disk).values()) == {None}


def test_a_changed_number_is_another_device(host: Host) -> None:
    host.disk("dm-0", "253 0", dm__name="old\n")
    probe = host.probe()
    before = probe.read()
    host.sys("dm-0/dm/name", "new\n")
    host.count("dm-0", "253 1", *(9,) * 11)
    (disk,) = probe.derive(before, probe.read(), 1.0)
    assert (disk.model, disk.reads_per_second) == ("new", None)


def test_devices_come_and_go(host: Host) -> None:
    host.disk("sda")
    host.disk("sdb", "8 16")
    probe = host.probe()
    before = probe.read()
    del host.lines["sdb"]
    shutil.rmtree(host.folder / "sys/block/sdb")
    host.disk("sdc", "8 32")
    after = probe.read()
    found = {disk.device: disk.reads_per_second for disk in probe.derive(before, after, 1.0)}
    assert found == {"sda": 0.0, "sdc": None}
    assert set(probe._facts) == {"sda", "sdc"}


def test_malformed_lines_are_left_out() -> None:
    good = "8 0 sda 1 2 3 4 5 6 7 8 9 10 11"
    text = "\n".join([good, "8 1 sda1 1 2 3 4", "8 2 sda2 1 2 3 4 5 6 -7 8 9 10 11", "8 3 sda3 " + "9" * 5000, ""])
    assert parse_diskstats(text) == {"sda": (("8", "0"), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])}


def test_a_kernel_without_counts_says_so(host: Host) -> None:
    with pytest.raises(Unavailable, match="/proc/diskstats is missing"):
        host.probe().read()


def test_a_machine_without_disks_has_none(host: Host) -> None:
    (host.folder / "proc/diskstats").write_text("")
    assert host.shown() == {}


LINES = st.lists(
    st.tuples(
        st.sampled_from(["sda", "sda1", "dm-0", "md0p1", "cciss/c0d0", "..", "\x1b]0;x", "0", "p1", "é"]),
        st.lists(st.integers(0, 2**64) | st.text(max_size=4), min_size=9, max_size=20),
    )
)


@given(st.binary() | LINES.map(lambda lines: "\n".join(f"8 0 {n} {' '.join(map(str, f))}" for n, f in lines).encode()))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-diskstats"
    (folder / "proc").mkdir(parents=True, exist_ok=True)
    (folder / "proc/diskstats").write_bytes(content)
    probe = DisksProbe(HostFiles(proc=str(folder / "proc"), sys=str(folder / "sys"), root=str(folder)))
    found = probe.read()
    disks = probe.derive(found, found, 1.0)
    assert len(disks) == len(found)
    assert all(disk.device.isprintable() for disk in disks)
