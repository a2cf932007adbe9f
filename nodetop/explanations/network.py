"""Explains the values of a network interface. proc_pid_net(5), kernel networking/statistics.rst."""

from nodetop.explanations.amount import Amount
from nodetop.explanations.explanation import Explanation, Group, Other, Selected, Source, Subject
from nodetop.explanations.parts import SAME, grown, interval, rate
from nodetop.model.derived import total
from nodetop.model.raw_file import RawFile
from nodetop.model.snapshot import NetworkMetrics, NodeSnapshot

_DEV = RawFile("/proc/net/dev", ("{interface}",))
_COLUMNS = (
    "Received: bytes packets errs drop fifo frame compressed multicast; then transmitted: bytes packets errs drop …"
)
_WAYS = (("receive", "received", "rx"), ("transmit", "transmitted", "tx"))


def _bytes(way: str, done: str, short: str) -> Explanation:
    counter = f"bytes {done}"
    return rate(
        way, f"{way}_bytes_per_second", counter, f"Bytes {done} per second, frame headers included.", _DEV,
        (Other("nload, iftop, bmon, btop, bottom", "in bits", f"8 × {{{counter}}} / {{seconds}}", "bit/s"),
         Other(f"sar -n DEV: {short}kB/s", SAME, f"{{{counter}}} / {{seconds}} / 1024", "kB/s")),
        "After a counter reset, or when the interface is created again, one interval has no value: no jump is drawn.",
        _COLUMNS,
    )  # fmt: skip


def _packets(way: str, done: str, short: str) -> Explanation:
    return rate(
        f"{way} packets", f"{way}_packets_per_second", "packets", f"Packets {done} per second.", _DEV,
        (Other(f"sar -n DEV: {short}pck/s", SAME, "{packets} / {seconds}"),),
        "With segmentation offload, one packet may be up to 64 KiB.",
    )  # fmt: skip


def _running(way: str, what: str, means: str, field: str = "") -> Explanation:
    return Explanation(
        f"{way} {what}", (field or f"{way}_{what}",), f"{means} A count since the interface was created, not a rate.",
        files=(_DEV,), others=(Other("ip -s link, ifconfig", SAME),), notes=(_COLUMNS,),
    )  # fmt: skip


_ERRORS = {"receive": "Frames that arrived damaged.", "transmit": "Frames that could not be sent."}
_DROPS = {
    "receive": "Received packets that the kernel dropped: no memory, a full queue, or an unknown protocol.",
    "transmit": "Packets that the kernel dropped before they were sent.",
}

INTERFACE = (
    *(_bytes(*way) for way in _WAYS),
    *(_packets(*way) for way in _WAYS),
    *(_running(way, "total bytes", f"Bytes {done}.", f"{way}_total_bytes") for way, done, _ in _WAYS),
    *(_running(way, "errors", _ERRORS[way]) for way, _, _ in _WAYS),
    *(_running(way, "drops", _DROPS[way]) for way, _, _ in _WAYS),
    Explanation(
        "speed", ("speed_mbps",), "The negotiated link speed, in Mbit/s.",
        files=(RawFile("/sys/class/net/{interface}/speed"),), others=(Other("ethtool", SAME),),
        notes=("Virtual and wireless interfaces have no speed, or a meaningless one.",),
    ),
)  # fmt: skip


def _sum(way: str, done: str) -> Explanation:
    field = f"{way}_bytes_per_second"

    def over(counts: str) -> Source:
        def amount(subject: Subject) -> Amount:
            networks = subject.snapshot.networks or ()
            kept = [each for each in networks if counts == "all" or each.kind != "loopback"]
            return Amount(total(kept, lambda each: getattr(each, field)), "bytes/s")

        return amount

    return Explanation(
        way, (field,),
        "The sum over the interfaces on which packets enter and leave the machine. Bridges, bonds, VLANs and tunnels "
        "run over these and would count twice; loopback traffic does not leave the machine.",
        formula=f"{{bytes {done}}} / {{seconds}}",
        numbers={f"bytes {done}": grown(field), "seconds": interval, "all but lo": over("but lo"), "all": over("all")},
        files=(RawFile("/proc/net/dev"),),
        others=(Other("htop", "adds all but lo; a packet through a bridge counts two or three times", "{all but lo}"),
         Other("bottom", "adds everything, including lo", "{all}"),
         Other("btop", "shows one interface at a time")),
    )  # fmt: skip


TOTAL = tuple(_sum(way, done) for way, done, _ in _WAYS)


def _all(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    counted = [each for each in snapshot.networks or () if each.in_total]
    if not counted:
        return []
    whole = NetworkMetrics(
        interface="",
        receive_bytes_per_second=total(counted, lambda each: each.receive_bytes_per_second),
        transmit_bytes_per_second=total(counted, lambda each: each.transmit_bytes_per_second),
    )
    return [Subject(snapshot, whole, "total")]


def _each(snapshot: NodeSnapshot, selected: Selected) -> list[Subject]:
    return [Subject(snapshot, each, each.interface) for each in snapshot.networks or ()]


GROUPS = (Group("network", NetworkMetrics, _all, TOTAL), Group("network", NetworkMetrics, _each, INTERFACE))
