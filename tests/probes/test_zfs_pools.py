"""Datasets that share the space of their pool, and those that fill up on their own."""

from nodetop.probes.base.space import Space
from nodetop.probes.mounts import Mount, MountSpace
from nodetop.probes.zfs_pools import pooled

GIB = 2**30


def dataset(path: str, name: str, used: float, available: float) -> MountSpace:
    space = Space(total=int((used + available) * GIB), free=int(available * GIB), available=int(available * GIB))
    return MountSpace(
        Mount(number="0:1", root="/", path=path.encode(), device=name, fs_type="zfs", read_only=False), space
    )


def lines(*reading: MountSpace) -> list[tuple[str, float, float]]:
    found = [(line.mount.path.decode(), line.space) for line in pooled(reading)]
    return [
        (path, round((space.total - space.free) / GIB, 2), round(space.available / GIB, 2))
        for path, space in found
        if space
    ]


def test_a_full_root_with_a_quota_is_not_hidden_by_a_second_disk_of_the_container() -> None:
    """A container of Proxmox VE: each of its disks is a dataset of the host's pool, with a quota."""
    root, data = "rpool/data/subvol-100-disk-0", "rpool/data/subvol-100-disk-1"
    assert lines(dataset("/", root, 7.9, 0.1), dataset("/srv", data, 5, 495)) == [("/", 7.9, 0.1), ("/srv", 5, 495)]


def test_a_home_with_a_quota_fills_up_beside_the_pool() -> None:
    found = lines(
        dataset("/", "tank/root", 20, 500),
        dataset("/home/ann", "tank/home/ann", 9, 1),
        dataset("/srv", "tank/srv", 100, 500.01),  # asked a moment later, after something was deleted
    )
    assert found == [("/", 120, 500.01), ("/home/ann", 9, 1)]


def test_of_very_many_quotas_the_fullest_have_lines() -> None:
    homes = [dataset(f"/home/{n:03}", f"tank/home/{n:03}", n + 1, 2 * (300 - n)) for n in range(300)]
    found = lines(dataset("/tank", "tank", 0, 5000), *homes)
    assert [path for path, _, _ in found] == [*(f"/home/{n:03}" for n in range(269, 300)), "/tank"]
    assert found[-1] == ("/tank", sum(range(1, 270)), 5000)
