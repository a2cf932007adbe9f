"""Tags in the list of nodes: a column, groups, the filter; the same in the past and on the map."""

from collections.abc import Sequence

from msgspec.structs import replace

from nodetop.model.snapshot import NodeStatus
from nodetop.widgets.cluster.groups import group_of, kinds
from tests.screens.scripted import press, until
from tests.screens.scripted_cluster import cluster_app, rows_of

SIZE = (160, 30)
TAGS = (("role=web", "rack=b2"), ("role=db", "rack=b1"), ("role=web", "canary"), ())


def tagged() -> tuple[NodeStatus, ...]:
    return tuple(replace(row, tags=tags) for row, tags in zip(rows_of(4), TAGS, strict=True))


def lines_of(text: str) -> Sequence[str]:
    """What the list shows, in order: names of nodes and headings."""
    found = []
    for line in text.splitlines()[4:]:
        words = line.strip("│ ").split()
        found += [word for word in words[:3] if word.startswith("web-") or ("=" in word and word.endswith(":"))][:1]
    return found


async def test_nodes_are_grouped_by_each_tag_and_then_not() -> None:
    app, _ = cluster_app(tagged())
    async with app.run_test(size=SIZE) as pilot:
        text = await until(pilot, lambda text: "web-04" in text)
        assert "TAGS" in text and "role=web rack=b2" in text
        text = await press(pilot, "y")
        assert lines_of(text)[:7] == ["rack=b1:", "web-02", "rack=b2:", "web-01", "rack=(none):", "web-03", "web-04"]
        text = await press(pilot, "y")
        assert lines_of(text)[:7] == ["role=db:", "web-02", "role=web:", "web-01", "web-03", "role=(none):", "web-04"]
        assert "role=web: 2 nodes, cpu" in text and "by role" in text
        await press(pilot, "y")
        assert app.screen.state.group == "tag"  # type: ignore[attr-defined]
        assert lines_of(await press(pilot, "y"))[:4] == ["web-01", "web-02", "web-03", "web-04"]


async def test_the_cursor_skips_headings_and_the_map_has_none() -> None:
    app, _ = cluster_app(tagged())
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda text: "web-04" in text)
        await press(pilot, "y", "y")
        state = app.screen.state  # type: ignore[attr-defined]
        seen = [state.current.node]
        for _ in range(3):
            await press(pilot, "down")
            seen.append(state.current.node)
        assert seen == ["web-02", "web-01", "web-03", "web-04"]
        await press(pilot, "home")
        assert state.current.node == "web-02"
        text = await press(pilot, "m")
        assert "role=" not in "\n".join(text.splitlines()[5:]) and "web-03" in text
        assert [row.node for row in state.rows] == seen
        await press(pilot, "m", "slash", *"tag=rack=b2", "enter")
        assert [row.node for row in state.listed] == ["web-01"]


async def test_without_tags_there_is_neither_a_column_nor_a_group() -> None:
    app, _ = cluster_app(rows_of(3))
    async with app.run_test(size=SIZE) as pilot:
        assert "TAGS" not in await until(pilot, lambda text: "web-03" in text)
        assert "no node has a tag" in await press(pilot, "y")


def test_kinds_of_groups() -> None:
    rows = [*tagged(), replace(rows_of(1)[0], cluster="edge", tags=("role=a", "role=b", "x", "y"))]
    assert kinds(rows) == ["rack", "role", "tag", "cluster"]
    assert [group_of(rows[-1], kind) for kind in kinds(rows)] == ["(none)", "a b", "x y", "edge"]
