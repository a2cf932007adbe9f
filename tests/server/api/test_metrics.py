"""GET /metrics of a real hub, beside the real node_exporter, promtool and Prometheus."""

import re
import subprocess
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec
import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from nodetop.model.snapshot import NodeSnapshot
from nodetop.server.exposition.encoding import negotiated
from nodetop.server.exposition.families import Families
from nodetop.server.exposition.node import add_node
from tests.prometheus_programs import node_exporter, program, prometheus
from tests.server.servers import Server, push, sample, server, until

SOON_SECONDS = 30.0
MOVING = {  # names whose values change between the two scrapes, with how much: a share and an absolute part
    "node_load": (0.5, 1.0),
    "node_memory_": (0.2, 256 * 2**20),
    "node_filesystem_": (0.01, 2**30),
    "node_procs_": (1.0, 50),
    "node_sockstat_": (1.0, 5000),
    "node_filefd_": (0.5, 5000),
    "node_netstat_Tcp_CurrEstab": (1.0, 5000),
    "node_disk_io_now": (1.0, 1000),
    "node_time_seconds": (0, 30),
    "node_cpu_scaling_frequency_hertz": (1.0, 0),
    "node_hwmon_": (0.5, 20),
}
COUNTED = (0.05, 1e6)
COUNTED_BYTES = (0.2, 1e9)
COUNTED_SECONDS = (0.02, 60)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with server(tmp_path_factory.mktemp("hub"), "--listen", "127.0.0.1:0", "--node-name", "self") as running:
        yield running


def scrape(reader: httpx.Client, **params: str) -> dict[str, Metric]:
    reply = reader.get("/metrics", params=params)
    assert reply.status_code == 200, reply.text
    return {family.name: family for family in parse_text(reply.text)}


def test_text_or_openmetrics_as_the_reader_asks(hub: Server) -> None:
    with hub.client() as reader:
        text = reader.get("/metrics", headers={"Accept": "text/plain;version=0.0.4"})
        other = reader.get("/metrics", headers={"Accept": "application/openmetrics-text;version=1.0.0,*/*;q=0.1"})
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert other.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in parse_text(text.text)}
    assert {"node_cpu_seconds", "node_memory_MemTotal_bytes", "nodetop_probe_status", "nodetop_hub_nodes"} <= names
    assert names == {family.name for family in parse_openmetrics(other.text)}


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "text/plain"),
        ("*/*", "text/plain"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/plain"),
        ("application/openmetrics-text", "application/openmetrics-text"),
        ("Application/OpenMetrics-Text; version=1.0.0; charset=utf-8", "application/openmetrics-text"),
        ("application/openmetrics-text;q=0.2, text/plain;q=0.9", "text/plain"),
        ("text/plain;q=0.2, application/openmetrics-text;q=0.9", "application/openmetrics-text"),
        ("application/openmetrics-text;q=0", "text/plain"),
        ("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", "text/plain"),
        # what Prometheus 2.42 and 3 send
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
            "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            "application/openmetrics-text",
        ),
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;q=0.3,*/*;q=0.1",
            "application/openmetrics-text",
        ),
        (";,q=1;;=,\x01" * 200, "text/plain"),
    ],
)
def test_the_format_is_the_one_that_the_reader_likes_best(accept: str, content_type: str) -> None:
    assert negotiated(accept)[1].partition(";")[0] == content_type


@pytest.mark.parametrize(
    ("accepted", "is_gzip"),
    [("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0, *", False), ("", False)],
)
def test_the_page_is_compressed_if_the_reader_takes_it(hub: Server, accepted: str, is_gzip: bool) -> None:
    with hub.client() as reader:
        request = reader.build_request(
            "GET", "/metrics", params={"nodes": "all"}, headers={"Accept-Encoding": accepted}
        )
        reply = reader.send(request)
    assert (reply.headers.get("content-encoding") == "gzip") is is_gzip
    assert reply.headers["vary"] == "Accept, Accept-Encoding"
    assert {"node_load1", "nodetop_node_up"} <= {family.name for family in parse_text(reply.text)}
    assert not is_gzip or reply.num_bytes_downloaded < len(reply.text) / 4


def test_every_series_is_that_of_node_exporter_on_the_same_host(hub: Server, tmp_path: Path) -> None:
    with node_exporter(tmp_path) as url, hub.client() as reader:
        ours = scrape(reader)
        theirs = {f.name: f for f in parse_text(httpx.get(f"{url}/metrics", trust_env=False).text)}
    compared = 0
    for name, family in ours.items():
        if not name.startswith("node_") or (name.startswith("node_hwmon_") and name not in theirs):
            continue  # without hwmon, nodetop shows thermal zones in its place
        assert name in theirs, name
        other = theirs[name]
        assert family.type == other.type, name
        assert family.documentation == other.documentation or name == "node_os_info"
        values = {frozenset(each.labels.items()): each.value for each in other.samples}
        labels = {frozenset(each.labels) for each in other.samples}
        if name == "node_os_info":  # nodetop knows one of its labels
            assert family.samples[0].labels["pretty_name"] == other.samples[0].labels["pretty_name"]
            continue
        for each in family.samples:
            assert frozenset(each.labels) in labels, name
            value = values.get(frozenset(each.labels.items()))
            if value is not None:
                compared += 1
                assert each.value == pytest.approx(value, rel=_tolerance(name)[0], abs=_tolerance(name)[1]), each
    assert compared > 150
    for name in ("node_cpu_seconds", "node_disk_io_time_seconds", "node_uname_info", "node_vmstat_pgfault"):
        sets = [{frozenset(s.labels.items()) for s in page[name].samples} for page in (ours, theirs)]
        assert sets[0] == sets[1]


def _tolerance(name: str) -> tuple[float, float]:
    moving = next((each for start, each in MOVING.items() if name.startswith(start)), None)
    if moving is not None:
        return moving
    if name.endswith(("_time_seconds", "_seconds", "_weighted_seconds")):
        return COUNTED_SECONDS
    return COUNTED_BYTES if "bytes" in name or "Octets" in name else COUNTED


def test_promtool_has_no_complaint_that_it_does_not_have_of_node_exporter(hub: Server, tmp_path: Path) -> None:
    promtool = program("promtool")

    def complaints(page: bytes) -> set[str]:
        checked = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, timeout=60)
        assert checked.returncode in (0, 3)  # 3: it has complaints, 1: it cannot read the page
        return set(checked.stderr.decode().splitlines())

    with node_exporter(tmp_path) as url, hub.client() as reader:
        theirs = complaints(httpx.get(f"{url}/metrics", trust_env=False).content)
        for nodes in ("own", "all"):
            ours = complaints(reader.get("/metrics", params={"nodes": nodes}).content)
            assert ours <= theirs
            assert all(each.endswith("should be written in 'snake_case' not 'camelCase'") for each in ours)


def test_all_nodes_have_an_instance_and_a_stale_one_has_no_values(hub: Server) -> None:
    counters = {"cpus": {"0": [1, 2, 3, 400]}, "stat": {"ctxt": 12}}
    with hub.client("push") as pusher, hub.client() as reader:
        push(pusher, sample("with", counters=counters), sample("without"))
        push(pusher, sample("old", taken_at=time.time() - 600))
        found = scrape(reader, nodes="all")
        own = scrape(reader)
    up = {each.labels["instance"]: each.value for each in found["nodetop_node_up"].samples}
    assert up == {"self": 1, "with": 1, "without": 1, "old": 0}
    seconds = found["node_cpu_seconds"].samples
    assert {each.labels["instance"] for each in seconds} == {"self", "with"}
    (idle,) = [each.value for each in seconds if each.labels["instance"] == "with" and each.labels["mode"] == "idle"]
    assert idle == 4.0
    assert {each.labels["cluster"] for each in seconds} == {"default"}
    assert {each.labels["instance"] for each in found["node_time_seconds"].samples} == {"self", "with", "without"}
    assert all("instance" not in each.labels for family in own.values() for each in family.samples)


def test_wrong_parameters_and_tokens_are_refused(hub: Server) -> None:
    with hub.client() as reader, hub.client("push") as pusher:
        assert reader.get("/metrics", params={"nodes": "some"}).status_code == 422
        assert reader.get("/metrics", params={"target": "x"}).status_code == 422
        assert pusher.get("/metrics").status_code == 403
        assert httpx.get(f"{hub.url}/metrics", trust_env=False).status_code == 401


def test_a_node_sends_its_counters_if_told_so(hub: Server, tmp_path: Path) -> None:
    token = tmp_path / "push.token"
    token.write_text(hub.token("push"))
    token.chmod(0o600)
    arguments = ("--join", hub.url, "--node-name", "sender", "--token-file", token, "--raw-counters", "--interval", 1)
    with server(tmp_path / "node", *arguments), hub.client() as reader:

        def modes() -> set[str]:
            samples = scrape(reader, nodes="all")["node_cpu_seconds"].samples
            return {each.labels["mode"] for each in samples if each.labels["instance"] == "sender"}

        assert until(modes, "counters of the node") >= {"user", "system", "idle"}


class DashboardRow(NamedTuple):
    """A row of the table in docs/prometheus.md."""

    title: str
    answered: set[str]
    missing: set[str]


def dashboard() -> list[DashboardRow]:
    text = (Path(__file__).parents[3] / "docs/prometheus.md").read_text()
    lines = text.partition("| row | answered |")[2].partition("\n\n")[0].splitlines()[2:]
    cells = [line.split("|")[1:4] for line in lines]
    names = [[set(re.findall(r"`(node_[\w*]+)`", cell)) for cell in row] for row in cells]
    return [DashboardRow(row[0].strip(), *found[1:]) for row, found in zip(cells, names, strict=True)]


def named(page: str) -> set[str]:
    return set(re.findall(r"^# TYPE (\S+)", page, re.MULTILINE))


def of_sensors() -> set[str]:
    """The names that a machine with sensors has."""
    sensor = {"chip": "coretemp", "label": "Core 0", "celsius": 50, "high_celsius": 80, "critical_celsius": 100}
    families = Families()
    add_node(families, msgspec.convert(sample(temperature={"sensors": [sensor]}), NodeSnapshot), None, 1.0)
    return {family.name for family in families}


def test_each_row_of_the_dashboard_is_answered_as_the_table_says(hub: Server, tmp_path: Path) -> None:
    with hub.client() as reader, node_exporter(tmp_path) as url:
        # A slow machine's first sample is without file systems, which are read in the background.
        until(lambda: "node_filesystem_avail_bytes" in reader.get("/metrics").text, "file systems are read")
        ours = named(reader.get("/metrics").text) | of_sensors()
        theirs = named(httpx.get(f"{url}/metrics", trust_env=False).text)
    ours |= {"node_network_speed_bytes"}  # node_exporter says -125000 for a speed that the kernel does not know
    rows = dashboard()
    assert len(rows) > 14
    for row in rows:
        wanted = {name for name in theirs | of_sensors() for each in row.answered if fnmatch(name, each)}
        assert wanted <= ours, row.title
        assert not row.missing & ours, row.title
        assert row.answered or row.missing, row.title
    listed = {name for row in rows for name in row.answered | row.missing}
    assert len(listed) > 110
    assert len(listed & theirs) > 85  # not every kernel has all of them, and not every node_exporter all collectors


CONFIGURATION = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: node
    metrics_path: /metrics
    params: {{nodes: [all]}}
    honor_labels: true
    authorization: {{credentials_file: {token}}}
    static_configs: [{{targets: ["{host}"]}}]
"""


def test_prometheus_scrapes_it(hub: Server, tmp_path: Path) -> None:
    configuration = CONFIGURATION.format(token=hub.hub / "read.token", host=hub.url.removeprefix("http://"))
    with prometheus(tmp_path, configuration) as url, httpx.Client(base_url=url, trust_env=False) as client:

        def answer(query: str) -> list[dict[str, object]]:
            found: list[dict[str, object]] = client.get("/api/v1/query", params={"query": query}).json()["data"][
                "result"
            ]
            return found

        until(
            lambda: answer('sum(rate(node_cpu_seconds_total{instance="self",mode="idle"}[10s]))'),
            lambda: client.get("/api/v1/targets").text,
            SOON_SECONDS,
        )
        (target,) = client.get("/api/v1/targets").json()["data"]["activeTargets"]
        assert (target["health"], target["lastError"]) == ("up", "")
