"""The number and text types of the model, with their limits.

All input (a push, a hub's reply, a recording) is checked against these, so that values computed from it, such as sums
over many nodes, stay finite. The limits are far beyond any real machine: they keep out nonsense, not large systems.
"""

from typing import Annotated

from msgspec import Meta

LARGEST_RATE = 1e15
LEAST_VALUE, LARGEST_VALUE = -275.0, 1e18

LARGEST_COUNT = 2**63 - 1

Count = Annotated[int, Meta(ge=0, le=LARGEST_COUNT)]
Samples = Annotated[int, Meta(ge=0, le=10**12)]
"""A number of samples: thousands of years of them."""
Percent = Annotated[float, Meta(ge=0, le=1e8)]
"""May exceed 100: 1e8 would be a process that keeps a million CPUs busy."""
Rate = Annotated[float, Meta(ge=0, le=LARGEST_RATE)]
"""Bytes or events per second: a petabyte."""
Load = Annotated[float, Meta(ge=0, le=1e9)]
"""An average number of tasks, requests or CPUs."""
Seconds = Annotated[float, Meta(ge=0, le=1e11)]
"""A duration, or CPU time, which grows faster than a clock on a machine with many CPUs."""
Interval = Annotated[float, Meta(ge=0, le=7 * 86_400)]
"""Seconds between two samples."""
Milliseconds = Annotated[float, Meta(ge=0, le=1e11)]
Megahertz = Annotated[float, Meta(ge=0, le=1e6)]
Celsius = Annotated[float, Meta(ge=-274, le=100_000)]
Time = Annotated[float, Meta(ge=0, le=250e9)]
"""UTC seconds, within the range of a calendar."""
Skew = Annotated[float, Meta(ge=-250e9, le=250e9)]
"""Seconds between two clocks."""
Value = Annotated[float, Meta(ge=LEAST_VALUE, le=LARGEST_VALUE)]
"""Any charted value of a whole node, such as the sum of the rates of all its disks."""
Name = Annotated[str, Meta(max_length=256)]
Text = Annotated[str, Meta(max_length=4096)]
