"""What of a panel or a quantity is missing in one of the places that must have it.

python -m tests.forgotten REPOSITORY prints a line for each: the file, what is missing in it, and what to add."""

import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields

from nodetop.alerts.rule import KINDS
from nodetop.base.terms import TermError
from nodetop.explanations.registry import GROUPS
from nodetop.model.condition import parse
from nodetop.model.history import CHARTED
from nodetop.model.hub_api import ClusterSummary
from nodetop.model.panels import DIGITS, PANELS, SPECS, PanelSpec
from nodetop.model.process_fields import PROCESS_WORDS
from nodetop.model.quantities import ALERTED, BY_WORD, CHARTED_QUANTITIES, QUANTITIES
from nodetop.model.quantity import Quantity, unit_of
from nodetop.model.snapshot import METRICS, NodeSnapshot, NodeStatus
from nodetop.probes.host_files import HostFiles
from nodetop.probes.registry import probes
from nodetop.widgets.node import registry

SHOWN_BY_OTHERS = {
    "host": "the header",
    "balance": "the panels of CPU and memory",
    "limits": "the panels of what is limited",
    "units": "a screen",
}
COUNT_WORDS = {6: "Six", 7: "Seven", 8: "Eight", 9: "Nine"}


def struct_of(kind: Any) -> type[Struct] | None:
    """The one struct that a field of the model may hold."""
    parts = get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)
    return next((part for part in parts if isinstance(part, type) and issubclass(part, Struct)), None)


PARTS = {each.name: struct_of(each.type) for each in fields(NodeSnapshot)}


def of_metrics() -> Iterator[str]:
    """A metric of the snapshot needs a probe and a place on the screen."""
    read = {probe.name for probe in probes(HostFiles(), platform="linux")}
    shown = {metric for spec in SPECS for metric in spec.metrics} | set(SHOWN_BY_OTHERS)
    for name in METRICS:
        if name not in read:
            yield f"nodetop/probes/registry.py: no probe fills NodeSnapshot.{name}: add its line"
        if name not in shown:
            yield f"nodetop/model/panels.py: no panel shows {name}: add a PanelSpec, or the metric to one that is there"
    for name in read - set(METRICS):
        yield f"nodetop/model/snapshot.py: NodeSnapshot has no field {name} for the probe of that name: add it"


def of_panels() -> Iterator[str]:
    """A panel needs a widget, explanations, metrics that there are, and a key as long as there are any."""
    drawn = {kind().name for kind in registry.KINDS}
    explained = {group.panel for group in GROUPS}
    for spec in SPECS:
        if spec.name not in drawn:
            yield f"nodetop/widgets/node/registry.py: no widget draws the panel {spec.name}: add its class to KINDS"
        if spec.name not in explained:
            yield f"nodetop/explanations/registry.py: nothing explains the panel {spec.name}: add its module to _ALL"
        for metric in spec.metrics:
            if metric not in METRICS:
                yield f"nodetop/model/panels.py: {spec.name} shows {metric}, which NodeSnapshot does not have"
    for name in drawn - set(PANELS):
        yield f"nodetop/model/panels.py: the panel {name} has a widget and no PanelSpec: add it to SPECS"


def of_quantities() -> Iterator[str]:
    """A quantity needs the fields it names, and a unit that is theirs."""
    where = "nodetop/model/quantities.py"
    for each in QUANTITIES:
        yield from _paths(each)
        if each.row and each.row not in NodeStatus.__struct_fields__:
            file = "history.py: Charted" if each.chart else "snapshot.py: NodeStatus"
            yield f"nodetop/model/{file} has no field {each.row} for the quantity {each.name}: add it at the end"
        elif each.chart and each.row not in CHARTED:
            yield f"nodetop/model/history.py: Charted has no field {each.row} for the chart of {each.name}: add it"
        for name in filter(None, (each.row, each.path.rpartition(".")[2], each.item_field)):
            if unit_of(name) not in (each.unit, "count") and each.unit != "load":
                yield f"{where}: {each.name} is in {each.unit}, and its field {name} in {unit_of(name)}"
        if (each.column or each.chart) and not each.row:
            yield f"{where}: {each.name} has a column or a chart, and no row: name its field of NodeStatus"
        if each.leader and each.leader not in ClusterSummary.__struct_fields__:
            yield f"nodetop/model/hub_api.py: ClusterSummary has no field {each.leader} for who leads by {each.name}"
        if each.row_item and each.row_item not in NodeStatus.__struct_fields__:
            yield f"nodetop/model/snapshot.py: NodeStatus has no field {each.row_item} for the item of {each.name}"
    known = {each.row for each in CHARTED_QUANTITIES}
    for name in CHARTED:
        if name not in known:
            yield f"{where}: no quantity with a chart takes {name} of Charted (handles, cpu ...): add one with this row"


def _paths(quantity: Quantity) -> Iterator[str]:
    part, _, name = quantity.path.partition(".")
    if part:
        struct = PARTS.get(part)
        if struct is None or name not in struct.__struct_fields__:
            yield f"nodetop/model/snapshot.py: there is no {quantity.path}, where {quantity.name} is found: add it"
    if quantity.each and quantity.item_field not in ("", *quantity.each.struct.__struct_fields__):
        yield f"nodetop/model/snapshot.py: a {quantity.each.name} has no {quantity.item_field} for {quantity.name}"


def of_words() -> Iterator[str]:
    """Words mean one thing wherever they are typed, and examples can be typed."""
    for word in PROCESS_WORDS.keys() & BY_WORD.keys():
        of_process, of_node = PROCESS_WORDS[word], BY_WORD[word]
        if (of_process.name, of_process.unit) != (of_node.name, of_node.unit):
            yield f"nodetop/model/process_fields.py: {word} is {of_process.name}, and of a node {of_node.name}"
    for each in filter(lambda each: each.is_of_snapshot, QUANTITIES):
        try:
            parse(each.example or f"{each.name}<8")
        except TermError as error:
            yield f"nodetop/model/quantities.py: {each.name} cannot be asked in --check: {error}"
    titles = [each.chart.title for each in CHARTED_QUANTITIES if each.chart]
    for title in set(titles):
        units = {each.unit for each in CHARTED_QUANTITIES if each.chart and each.chart.title == title}
        if titles.count(title) > 2 or len(units) > 1:
            yield f"nodetop/model/quantities.py: the chart {title} can hold two quantities of one unit"


def of_documents(repository: Path) -> Iterator[str]:
    """The README lists the panels, docs/alerts.md the rules, docs/filters.md the names."""
    readme = " ".join((repository / "README.md").read_text().split())
    missing = [said for spec in SPECS if (said := _in_the_readme(spec)) not in readme]
    for said in missing:
        yield f"README.md: the list of panels has no {said}: there are {COUNT_WORDS[len(SPECS)]}"
    last = len(DIGITS)
    if not missing and not (f"`1` … `{last}`" in readme and f"`Alt-1` … `Alt-{last}`" in readme):
        yield f"README.md: the keys of panels go to {last}"
    if not missing and f"{COUNT_WORDS[len(SPECS)]} panels" not in readme:
        yield f"README.md: there are {COUNT_WORDS[len(SPECS)]} panels"
    yield from _alert_rows((repository / "docs/alerts.md").read_text())
    text = (repository / "docs/filters.md").read_text()
    names = set(re.findall(r"[a-z_0-9]+", text[text.index("## Names") :]))
    for each in filter(lambda each: each.is_of_snapshot, QUANTITIES):
        if not {each.name, *each.aliases} <= names:
            yield f"docs/filters.md: the names of --check do not have {' or '.join((each.name, *each.aliases))}: add it"


def _in_the_readme(spec: PanelSpec) -> str:
    return f"**{spec.title}**" + (f" ({spec.about})" if spec.about else "")


def _alert_rows(text: str) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for names, *cells in re.findall(r"^\| (`[a-z_`, ]+`) \| (.*?) ?\| (.*?) ?\|$", text, re.M):
        rows |= {name: [*cells] for name in re.findall(r"[a-z_]+", names)}
    for each in ALERTED:
        default = KINDS[each.name].default
        warning, _, critical = default.partition(", critical ")
        row = rows.get(each.name)
        if row is None:
            yield f"docs/alerts.md: the table has no row for the alert {each.name}: its rule is {default}"
        elif each.alert and not each.alert.is_switch and not _fits(row, warning, critical):
            yield f"docs/alerts.md: the rule of {each.name} is {default}"


def _fits(row: list[str], warning: str, critical: str) -> bool:
    return row[0].startswith(warning) and (row[1].startswith(critical) if critical else not row[1])


def forgotten(repository: Path) -> list[str]:
    """All that is missing."""
    return [*of_metrics(), *of_panels(), *of_quantities(), *of_words(), *of_documents(repository)]


if __name__ == "__main__":
    print(*forgotten(Path(sys.argv[1])), sep="\n")
