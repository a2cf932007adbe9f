"""Interfaces inside a virtual machine: kinds, addresses and states as `ip` tells them, a bond as the kernel does, and
which of them count in the total: cards alone."""

import re
from typing import Any

from tests.verify.verdict import Notes
from tests.verify.vm.machine import Machine

KINDS = {"bond": "bond", "vlan": "vlan", "bridge": "bridge", "veth": "virtual", "dummy": "virtual"}
"""nodetop's by those of `ip`; what has none there is a card."""


def interfaces(machine: Machine) -> dict[str, dict[str, Any]]:
    return {each["interface"]: each for each in machine.snapshot()["networks"]}


def test_what_ip_lists(machine: Machine, verdict: Notes) -> None:
    theirs = {each["ifname"]: each for each in machine.json("ip", "-j", "-d", "address")}
    ours = interfaces(machine)
    verdict("interfaces listed (ip)", len(ours.keys() & theirs.keys()), len(theirs), 0)
    verdict("interfaces that ip does not list", len(ours.keys() - theirs.keys()), 0, 0)
    for name, told in theirs.items():
        found = ours[name]
        kind = told.get("linkinfo", {}).get("info_kind")
        wanted = "loopback" if name == "lo" else KINDS[kind] if kind else "physical"
        verdict(f"{name}: is {wanted} (ip -d)", float(found["kind"] == wanted), 1, 0)
        verdict(f"{name}: counts in the total (a card)", float(found["in_total"]), wanted == "physical", 0)
        verdict(f"{name}: state is as ip has it", float(found["state"] == told["operstate"].lower()), 1, 0)
        addresses = {each["local"] for each in told["addr_info"]}
        verdict(f"{name}: addresses (ip)", len(addresses & set(found["addresses"])), len(addresses), 0)
        if name != "lo":
            verdict(f"{name}: hardware address is as ip has it", float(found["mac"] == told["address"]), 1, 0)


def test_a_bond(machine: Machine, verdict: Notes) -> None:
    text = machine.run("cat", "/proc/net/bonding/bond0")
    members = re.findall(r"^Slave Interface: (\S+)\n.*\nSpeed: (?:(\d+) Mbps|Unknown)", text, re.M)
    ours = interfaces(machine)
    verdict("members of bond0 listed (/proc/net/bonding)", sum(name in ours for name, _ in members), 2, 0)
    for name, speed in members:
        told = ours[name]["speed_mbps"] or 0
        verdict(f"{name}: speed, 0 where it is unknown (/proc/net/bonding)", told, int(speed or 0), 0, "Mb/s")
        same = ours[name]["mac"] == ours["bond0"]["mac"]
        verdict(f"{name}: has the hardware address of its bond", float(same), 1, 0)
    up = re.search(r"^MII Status: (\S+)", text, re.M)
    verdict("bond0: state (/proc/net/bonding)", float(up is not None and ours["bond0"]["state"] == up[1]), 1, 0)
    again = sum(each["in_total"] for name, each in ours.items() if name in ("bond0", "bond0.10", "dummy0"))
    verdict("bond, VLAN and dummy counted besides the card", again, 0, 0)
