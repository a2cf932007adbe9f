"""The interface of the default route, from /proc/net."""

from nodetop.probes.host_files import HostFiles


def default_interface(files: HostFiles, folder: str) -> str | None:
    """The (raw) name of the interface of the IPv4 default route, or else of the IPv6 default route."""
    for line in files.lines(f"{folder}/route")[1:]:
        field = line.split()
        if len(field) > 7:
            name, destination, *_ = field
            mask = field[7]
            if destination == mask == "00000000":
                return name
    for line in files.lines(f"{folder}/ipv6_route"):
        field = line.split()
        if len(field) == 10:
            destination, prefix_length, *_, name = field
            if destination == "0" * 32 and prefix_length == "00" and name != "lo":
                return name
    return None
