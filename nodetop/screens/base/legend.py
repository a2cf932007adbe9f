"""What the marks on the screens mean, for the help."""

from nodetop.drawing.glyphs import Glyphs
from nodetop.widgets.pages.section import Section

_DOTS, _DOTS_ASCII = "⣀⣤⣶⣿", ".:=#"


def _common(glyphs: Glyphs) -> tuple[tuple[str, str], ...]:
    return (
        (f"{glyphs.critical}  {glyphs.warning}", "critical, warning"),
        (f"{glyphs.dot} live 2s", "a sample arrives every 2 seconds"),
        (f"{glyphs.cursor} 14:03:20", "the past, or a recording"),
        (f"{glyphs.warning} paused 12s", "the shown sample is 12 seconds old"),
        (f"{glyphs.critical} stale 12s", "no new data for 12 seconds"),
        (glyphs.unknown, "not available here"),
    )


def node_marks(glyphs: Glyphs) -> Section:
    """Those of the screen of one node."""
    levels = glyphs.levels
    return Section(
        "Marks",
        (
            *_common(glyphs),
            ("nodetop 1% 42M", "its own CPU, memory, sampling time"),
            ("last 4m 28s", "the time that a graph covers"),
            (" ".join(_DOTS_ASCII if glyphs.ascii_only else _DOTS), "PAST: CPU up to 6, 25, 56 %, more"),
            (f"{levels[1]} {levels[4]} {levels[8]}", "one of many cores: idle to busy"),
            (f"{glyphs.receive} {glyphs.transmit}", "received, transmitted"),
            (f"{glyphs.warning}12 err", "errors since the oldest sample"),
            (f"{glyphs.up} 4-13/25 {glyphs.down}", "shown rows of all; more up, down"),
            ("+5 disks", "not shown: go there and scroll"),
            ("R  K  ~", "reboot, out-of-memory kill, gap"),
            (f"{glyphs.critical} {glyphs.warning} {glyphs.dot}", "on a graph: alert began, ended"),
            (f"CPU%{glyphs.down}", "sorted by it, largest first"),
            (f"1234{glyphs.dot}  1234+", "a tagged process; a new one"),
            ("a dim row", "ended since the last sample"),
            (f"{glyphs.closed} +3  {glyphs.open}", "closed with 3 rows below; open"),
            ("[name] {name}", "kernel thread; thread"),
            ("i97%", "share of the inodes in use"),
            (f"{glyphs.dot} rec", "samples are written to a file"),
        ),
    )


def cluster_marks(glyphs: Glyphs) -> Section:
    """Those of the screens of many nodes."""
    levels = glyphs.levels
    return Section(
        "Marks",
        (
            *_common(glyphs),
            (f"{glyphs.dot} up", "the node reports"),
            (f"{glyphs.warning} late", "its last sample is overdue"),
            (f"{glyphs.critical} stale", "it has not reported for a while: unknown, not fine"),
            (f"{glyphs.times} gone", "it has not reported for long"),
            (f"{glyphs.unknown} none", "in the past: no data from then; not known whether it ran"),
            (f"{levels[1]} {levels[4]} {levels[8]}", "LAST HOUR: CPU idle, half busy, busy"),
            (f"CPU%{glyphs.down}", "sorted by it, largest first"),
        ),
    )


def workload_marks(glyphs: Glyphs) -> Section:
    """Those of the list of workloads."""
    return Section(
        "Marks",
        (
            (f"{glyphs.critical} {glyphs.warning}", "before a name: near its memory limit"),
            (f"{glyphs.closed} +3  {glyphs.open}", "closed with 3 rows below; open"),
            ("a dim name", "an id: its name is not known here"),
            (f"CPU%{glyphs.down}", "sorted by it, largest first"),
            (glyphs.unknown, "not available here"),
        ),
    )


def alert_marks(glyphs: Glyphs) -> Section:
    """Those of the list of alerts."""
    return Section(
        "Marks",
        (
            (f"{glyphs.critical}  {glyphs.warning}", "critical, warning"),
            (glyphs.separator, "it has ended"),
            ("<14:03:20", "it was so already when watching began"),
            ("unknown", "its node does not report now"),
            ("acked", "acknowledged: someone knows of it"),
            ("muted 7h", "not told for so long"),
            ("ON TOP", "the process that used most when it was worst"),
            (glyphs.unknown, "not available, or no value any more"),
        ),
    )


def trend_marks(glyphs: Glyphs) -> Section:
    """Those of the trends."""
    return Section(
        "Marks",
        (
            ("filled area", "the mean of each stretch of time"),
            ("dots above it", "the highest value in it"),
            ("blank", "no data: nodetop was not running"),
            ("R  K  ~", "a reboot, an out-of-memory kill, no samples"),
            (f"{glyphs.critical} {glyphs.warning} {glyphs.dot}", "an alert began, ended"),
            ("bright column", "the cursor; its values are in the box below the charts"),
            ("589K (1.2M)", "mean (maximum) at the cursor"),
        ),
    )
