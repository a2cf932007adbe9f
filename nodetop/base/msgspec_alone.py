"""Imports msgspec without typing_extensions, which has nothing for it that Python's own typing lacks, and which imports
inspect: 10 ms, a tenth of the time to the first frame. Import this before anything that uses msgspec.
"""

from nodetop.base.import_without import import_without

import_without("typing_extensions", "msgspec")
