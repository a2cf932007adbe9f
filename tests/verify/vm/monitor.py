"""A program for the virtual machine that reads workloads itself: `monitor.py KIND`. It writes /run/read after each
reading, and once there is /run/end, reads a last time and prints the rows by name, and how much each counter grew
meanwhile. In `nodetop --json` the rates of a row are over its own readings, whose times are not told: they do not add
up."""

MONITOR = """
import json, pathlib, sys, time
from msgspec.structs import asdict
from nodetop.probes.host_files import HostFiles
from nodetop.probes.workloads.probe import WorkloadsProbe
now, sums, rows = 0.0, {}, {}
probe = WorkloadsProbe(HostFiles(), monotonic=lambda: now)
probe.watch_groups(frozenset())
began = 0.0
while True:
    is_last, started = pathlib.Path("/run/end").exists(), time.monotonic()
    began = began or started
    for record in probe.read().records.values():
        row = asdict(record.row)
        if row["kind"] == sys.argv[1]:
            rows[row["name"]] = row
            own = sums.setdefault(row["name"], {})
            for field, value in row.items():
                if field.endswith(("_per_second", "cpu_percent")):
                    own[field] = own.get(field, 0.0) + (value or 0.0)
    if is_last:
        break
    pathlib.Path("/run/read").touch()
    time.sleep(2)
    now += 1.0  # so that rates are differences
print(json.dumps({"seconds": started - began, "rows": rows, "sums": sums}))
"""
