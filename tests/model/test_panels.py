"""Layouts: named ones, the user's own, panels hidden and shown, one over all."""

from hypothesis import given
from hypothesis import strategies as st

from nodetop.model.panels import BUILT_IN, OPTIONAL, PANELS, Panels
from nodetop.settings.options import Settings
from nodetop.settings.tables import changes_of, checked_layout


def test_a_name_shows_its_panels() -> None:
    layout = Panels().named("processes")
    assert layout.hidden == {"disks", "network", "temperature", *OPTIONAL}
    assert layout.is_as_named


def test_names_follow_each_other_round_the_end_the_users_own_last() -> None:
    layout = Panels(own={"night": ("cpu",)})
    names = [layout.name]
    for _ in range(6):
        layout = layout.next(1)
        names.append(layout.name)
    assert names == [*BUILT_IN, "night", "full"]
    assert layout.next(-1).hidden == set(PANELS) - {"cpu"}


def test_a_panel_is_hidden_and_shown_and_the_last_one_stays() -> None:
    layout = Panels().toggled("disks")
    assert layout.hidden == {"disks", *OPTIONAL} and not layout.is_as_named
    assert layout.toggled("disks").is_as_named
    only = Panels(own={"night": ("cpu",)}).named("night")
    assert only.toggled("cpu") is only


@given(
    st.lists(
        st.sampled_from([*PANELS, "next", "previous", "zoom", "back"]),
        max_size=20,
    )
)
def test_what_is_remembered_is_the_same_after_a_restart(steps: list[str]) -> None:
    layout = Panels(own={"night": ("cpu", "processes")})
    for step in steps:
        if step == "next":
            layout = layout.next(1)
        elif step == "previous":
            layout = layout.next(-1)
        elif step in ("zoom", "back"):
            layout = layout.zoom("disks" if step == "zoom" else None)
        else:
            layout = layout.toggled(step)
    table = changes_of(Settings(layout=layout), ["layout"])["layout"]
    written = {key: value for key, value in table.items() if value is not None}
    own = {name: list(panels) for name, panels in layout.own.items()}
    assert checked_layout({**written, "own": own}) == ({}, {"layout": layout})


def test_panels_hidden_one_by_one_are_hidden_again_when_their_layout_comes_back() -> None:
    own = Panels().toggled("temperature")
    other = own.next(1)
    assert other.is_as_named and other.kept == ("full", frozenset({"temperature", *OPTIONAL}))
    assert other.next(-1) == own
    assert other.toggled("disks").kept is None  # a change of the user's: it replaces the earlier one


def test_an_optional_panel_is_shown_once_the_user_adds_it() -> None:
    assert "workloads" in Panels().hidden
    added = Panels().toggled("workloads")
    assert "workloads" not in added.hidden and not added.is_as_named
    written = changes_of(Settings(layout=added), ["layout"])["layout"]
    assert (written["hidden"], written["shown"]) == ([], ["workloads"])
    assert checked_layout({"shown": ["workloads"]})[1]["layout"].hidden == frozenset()
    # Settings of before this panel was there.
    assert checked_layout({"hidden": ["disks"]})[1]["layout"].hidden == {"disks", "workloads"}
    assert "workloads" not in Panels().named("workloads").hidden
