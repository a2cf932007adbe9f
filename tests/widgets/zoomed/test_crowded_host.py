"""A host with more of everything than fits: whatever it has can be reached in the zoomed panels, at every size."""

from collections.abc import Iterator

import pytest

from nodetop.commands.base.host import host_sampler
from nodetop.drawing.runs import line_width, plain
from nodetop.model.panels import Panels
from nodetop.settings.options import Settings
from nodetop.widgets.base.panel_parts import BoxedPanel
from nodetop.widgets.base.view import View
from nodetop.widgets.node.registry import node_panels
from tests.recorded_hosts import crowded

EXPECTED = {
    "cpu": {f"│{index} " for index in range(0, 256, 100)} | {f" {index} " for index in range(256)},
    "disks": {f"sd{chr(97 + number)}  busy" for number in range(24)}
    | {f"/srv/bucket{number:02} " for number in range(24)}
    | {f"/mnt/share{number} " for number in range(5)},
    "network": {f"veth{number:03} " for number in range(59)} | {"eno1  up  25Gbit/s"},
    "temperature": {f"drivetemp{number:02} " for number in range(40)},
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    host = crowded(tmp_path_factory.mktemp("crowded"))
    settings = Settings(proc_root=str(host.folder / "proc"), sys_root=str(host.folder / "sys"))
    sampler = host_sampler(settings)
    scene = View()
    for _ in range(2):
        scene.snapshot = sampler.sample()
        scene.ring.add(scene.snapshot)
    yield scene
    sampler.close()


def pages(panel: BoxedPanel, view: View, width: int, height: int) -> str:
    """All that is seen while paging down to the end."""
    text, top = [], -1
    while panel.window.top != top:
        top = panel.window.top
        block = panel.lines(view, width, height)
        assert [line_width(line) for line in block] == [width] * height
        text += [plain(line) for line in block]
        panel.window.page(1.0)
    return "\n".join(text)


@pytest.mark.parametrize(("width", "height"), [(80, 22), (160, 46)])
@pytest.mark.parametrize("name", list(EXPECTED))
def test_everything_can_be_reached(view: View, name: str, width: int, height: int) -> None:
    view.layout, view.focused = Panels(zoomed=name), name
    panel = node_panels()[name]
    assert isinstance(panel, BoxedPanel)
    text = pages(panel, view, width, height).replace("│", " ")
    missing = {each for each in EXPECTED[name] if each.replace("│", " ") not in text}
    assert not missing
