"""The recording that comes with nodetop: a day of four made-up machines. scripts/make_demo.py makes it."""

from pathlib import Path

DEMO_FILE = Path(__file__).with_name("demo.jsonl.gz")
PLAYED_SECONDS = 600.0
"""The last part of the day, of which it has samples."""
