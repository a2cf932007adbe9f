"""Journals as files: writing records, and reading them back."""

from pathlib import Path

from nodetop.history.hub.journal import Journal


def records(folder: Path) -> list[bytes]:
    journal = Journal(folder)
    try:
        return [payload for _, payload in journal.replay()]
    finally:
        journal.close()


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.journal"))


async def written(folder: Path, *payloads: bytes, **options: int) -> list[int]:
    journal = Journal(folder, **options)  # type: ignore[arg-type]
    try:
        return [await journal.append(payload) for payload in payloads]
    finally:
        journal.close()
