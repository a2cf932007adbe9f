"""What the help of the node screen says about filters."""

from nodetop.widgets.pages.section import Section
from nodetop.widgets.processes.filter import FIELDS

FILTER_HELP = Section(
    "Filter (terms between blanks must all hold)",
    (
        ("java", "name, command, user or PID contains it"),
        ("!^py.*3$", "regular expression"),
        ("cpu>5 rss>1G", "numbers: > >= < <= = !=, with K M G T or s m h d"),
        ("user=root", "text: = and !="),
        ("fields", " ".join(FIELDS[:9])),
        ("", " ".join(FIELDS[9:])),
    ),
)
