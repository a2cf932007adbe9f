"""Every link in a page leads to something that is there."""

from pathlib import Path

import pytest

from tests.documents.pages import PAGES, ROOT, anchors, links, name_of


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    broken = []
    for target in links(page):
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.exists() or not path.is_relative_to(ROOT) or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def test_the_index_leads_to_every_page_and_every_picture_is_shown() -> None:
    docs = ROOT / "docs"
    listed = {(docs / target.partition("#")[0]).resolve() for target in links(docs / "README.md")}
    assert set(docs.glob("*.md")) - {docs / "README.md"} <= listed
    shown = {(page.parent / target).resolve() for page in PAGES for target in links(page)}
    assert set(docs.glob("*.svg")) <= shown


def test_anchors_are_those_of_the_forges(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# What is `--check`?\n\n```\n# no heading\n```\n## node_exporter's names\n## A [link](x.md), too\n"
    )
    assert anchors(page) == {"what-is---check", "node_exporters-names", "a-link-too"}
