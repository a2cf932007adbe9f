"""The bell of the monitor as it runs: a critical alert opens after the start."""

from pathlib import Path

from msgspec.structs import replace

from nodetop.model.snapshot import FilesystemMetrics
from tests.screens.scripted import ScriptedSource, scripted_app, until
from tests.widgets.scenes import server


async def test_the_terminal_is_rung_when_a_critical_alert_opens(tmp_path: Path) -> None:
    source = ScriptedSource()
    app, _ = scripted_app(source, data_dir=tmp_path, alert_bell="bell")
    async with app.run_test(size=(100, 30)) as pilot:
        written: list[str] = []
        assert app._driver is not None
        write = app._driver.write

        def record(data: str) -> None:
            written.append(data)
            write(data)

        app._driver.write = record  # type: ignore[method-assign]
        calm = replace(server(900), filesystems=None)
        source.sample(calm)
        await until(pilot, lambda text: app._bell._known is not None)
        full = FilesystemMetrics(device="d", mount_point="/srv", fs_type="ext4", used_percent=99.0)
        source.sample(replace(calm, taken_at=calm.taken_at + 2, filesystems=(full,)))
        await until(pilot, lambda text: "\a" in written)
        assert written.count("\a") == 1
