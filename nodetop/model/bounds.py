"""The kinds of numbers and texts that the model is made of, each with what can be real for it.

Whatever comes in (a push, a hub's reply, a recording) is held against these, so that what is computed of it, as sums
over many nodes, stays a number. The bounds are far beyond any machine: they keep out nonsense, not large systems.
"""

from typing import Annotated

from msgspec import Meta

LARGEST_RATE = 1e15
LEAST_VALUE, LARGEST_VALUE = -275.0, 1e18

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Percent = Annotated[float, Meta(ge=0, le=1e8)]
"""May pass 100 where the thing can: 1e8 is a process that keeps a million CPUs busy."""
Rate = Annotated[float, Meta(ge=0, le=LARGEST_RATE)]
"""Bytes or events per second: a petabyte."""
Load = Annotated[float, Meta(ge=0, le=1e9)]
"""How many tasks, requests or CPUs, on average."""
Seconds = Annotated[float, Meta(ge=0, le=1e11)]
"""A duration, or CPU time, which a machine with many CPUs adds up faster than a clock."""
Interval = Annotated[float, Meta(ge=0, le=7 * 86_400)]
"""Seconds between two samples."""
Milliseconds = Annotated[float, Meta(ge=0, le=1e11)]
Megahertz = Annotated[float, Meta(ge=0, le=1e6)]
Celsius = Annotated[float, Meta(ge=-274, le=100_000)]
Time = Annotated[float, Meta(ge=0, le=250e9)]
"""UTC seconds, within what a calendar can say."""
Skew = Annotated[float, Meta(ge=-250e9, le=250e9)]
"""Seconds between two clocks."""
Value = Annotated[float, Meta(ge=LEAST_VALUE, le=LARGEST_VALUE)]
"""Any charted value of a whole node, so also the sum of the rates of all its disks."""
Name = Annotated[str, Meta(max_length=256)]
Text = Annotated[str, Meta(max_length=4096)]
