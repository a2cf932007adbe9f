"""The kinds of numbers and texts that the model is made of, with their limits. Named through nodetop.model.snapshot."""

import sys
from typing import Annotated

from msgspec import Meta

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Ratio = Annotated[float, Meta(ge=0, le=sys.float_info.max)]
"""A percentage, a rate, seconds or milliseconds: finite and not negative. May pass 100 where the thing can."""
Time = Annotated[float, Meta(ge=0, le=250e9)]
"""UTC seconds, within what a calendar can say."""
Celsius = Annotated[float, Meta(ge=-274, le=100_000)]
Name = Annotated[str, Meta(max_length=256)]
Text = Annotated[str, Meta(max_length=4096)]
