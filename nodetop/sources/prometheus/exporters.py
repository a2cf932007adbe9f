"""The series of workloads of one node: nodetop's own, or cAdvisor's, and what is asked of them. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from nodetop.sources.prometheus.labels import Labels, Target
from nodetop.sources.prometheus.promql import Part, quoted

MOST_ROWS = 500
"""Of more workloads than these, the highest by each value are asked for."""
NETWORK = "network"
"""The label that says what the rates of the network count."""
WORKLOAD = "workload_"
"""The start of the names of parts about workloads."""
_CADVISOR_SECONDS = 120
"""cAdvisor reads a group only every ten to twenty seconds, so that its rates need a longer window."""
_PORT = re.compile(r":[0-9]{1,5}$")
_OWN_IDENTITY = ("group", "kind", "workload")
_CADVISOR_IDENTITY = ("id", "name", "namespace", "pod", "container", "pod_name", "container_name")
"""The last two are those of Kubernetes before 1.16."""


@dataclass(frozen=True)
class Gauge:
    """A value, times `factor`. Zero stands for none if it is a limit."""

    metric: str
    factor: float = 1.0
    is_limit: bool = False


@dataclass(frozen=True)
class Rate:
    """What a counter grows by in a second, added up over the values of a label; or its share of another's growth, in
    percent."""

    metric: str
    over: str = ""
    factor: float = 1.0
    of: str = ""


@dataclass(frozen=True)
class Ratio:
    """One value divided by another, where that is above zero."""

    metric: str
    of: str


@dataclass(frozen=True)
class Exporter:
    """What exposes workloads: the series by field of WorkloadMetrics, and the labels that tell workloads apart."""

    name: str
    seen: str
    identity: tuple[str, ...]
    fields: Mapping[str, Gauge | Rate | Ratio]
    selector: str = ""
    least_window: int = 0
    network: str = ""
    """What the rates of the network count, see WorkloadMetrics; empty: the label `network` says it."""


OWN = Exporter(
    name="nodetop",
    seen="nodetop_workload_memory_working_set_bytes",
    identity=_OWN_IDENTITY,
    fields={
        "cpu_percent": Gauge("nodetop_workload_cpu_ratio", 100),
        "cpu_limit_cores": Gauge("nodetop_workload_cpu_limit_cores", is_limit=True),
        "cpu_throttled_percent": Rate(
            "nodetop_workload_cpu_throttled_periods_total", of="nodetop_workload_cpu_periods_total"
        ),
        "memory_bytes": Gauge("nodetop_workload_memory_working_set_bytes"),
        "memory_limit_bytes": Gauge("nodetop_workload_memory_limit_bytes", is_limit=True),
        "memory_high_bytes": Gauge("nodetop_workload_memory_high_bytes", is_limit=True),
        "swap_bytes": Gauge("nodetop_workload_swap_bytes"),
        "oom_kills": Gauge("nodetop_workload_oom_kills_total"),
        "read_bytes_per_second": Rate("nodetop_workload_read_bytes_total"),
        "write_bytes_per_second": Rate("nodetop_workload_written_bytes_total"),
        "reads_per_second": Rate("nodetop_workload_reads_total"),
        "writes_per_second": Rate("nodetop_workload_writes_total"),
        "receive_bytes_per_second": Gauge("nodetop_workload_network_receive_bytes_per_second"),
        "transmit_bytes_per_second": Gauge("nodetop_workload_network_transmit_bytes_per_second"),
        "tasks": Gauge("nodetop_workload_tasks"),
        "tasks_limit": Gauge("nodetop_workload_tasks_limit", is_limit=True),
    },
)
CADVISOR = Exporter(
    name="cAdvisor",
    seen="container_memory_working_set_bytes",
    identity=_CADVISOR_IDENTITY,
    selector='id!="/"',
    least_window=_CADVISOR_SECONDS,
    network="interfaces",
    fields={
        "cpu_percent": Rate("container_cpu_usage_seconds_total", "cpu", 100),
        "cpu_limit_cores": Ratio("container_spec_cpu_quota", "container_spec_cpu_period"),
        "cpu_throttled_percent": Rate(
            "container_cpu_cfs_throttled_periods_total", of="container_cpu_cfs_periods_total"
        ),
        "memory_bytes": Gauge("container_memory_working_set_bytes"),
        "memory_limit_bytes": Gauge("container_spec_memory_limit_bytes", is_limit=True),
        "swap_bytes": Gauge("container_memory_swap"),
        "oom_kills": Gauge("container_oom_events_total"),
        "read_bytes_per_second": Rate("container_fs_reads_bytes_total", "device"),
        "write_bytes_per_second": Rate("container_fs_writes_bytes_total", "device"),
        "reads_per_second": Rate("container_fs_reads_total", "device"),
        "writes_per_second": Rate("container_fs_writes_total", "device"),
        "receive_bytes_per_second": Rate("container_network_receive_bytes_total", "interface"),
        "transmit_bytes_per_second": Rate("container_network_transmit_bytes_total", "interface"),
        "tasks": Gauge("container_threads"),
        "tasks_limit": Gauge("container_threads_max", is_limit=True),
    },
)
"""https://github.com/google/cadvisor/blob/master/docs/storage/prometheus.md"""


@dataclass(frozen=True)
class Found:
    """An exporter that has workloads of a node, the selector of its series, and how many workloads there are."""

    exporter: Exporter
    selector: str
    count: int

    def parts(self, window: int, most_rows: int = MOST_ROWS) -> list[Part]:
        """What is asked about the workloads."""
        exporter = self.exporter
        by, seconds = f"by ({', '.join((*exporter.identity, NETWORK))})", max(window, exporter.least_window)
        most = f"topk({most_rows}, {{}})" if self.count > most_rows else "{}"
        # Two exporters of the same host, or two replicas of a store, have the same workloads: the higher one counts.
        asked = {name: f"max {by} ({self._query(field, seconds)})" for name, field in exporter.fields.items()}
        return [Part(WORKLOAD + name, most.format(query)) for name, query in asked.items()]

    def _query(self, field: Gauge | Rate | Ratio, seconds: int) -> str:
        def rate(metric: str, over: str = "") -> str:
            growth = f"rate({metric}{{{self.selector}}}[{seconds}s])"
            return f"sum without ({over}) ({growth})" if over else growth

        if isinstance(field, Ratio):
            return f"{field.metric}{{{self.selector}}} / ({field.of}{{{self.selector}}} > 0) > 0"
        if isinstance(field, Gauge):
            value = f"{field.factor:g} * {field.metric}{{{self.selector}}}"
            return f"{value} > 0" if field.is_limit else value
        if field.of:
            return f"100 * {rate(field.metric)} / ({rate(field.of)} > 0)"
        return f"{field.factor:g} * {rate(field.metric, field.over)}"


def of_all_nodes(labels: Labels, count: int) -> Found:
    """nodetop's own series of all nodes, of which there are so many."""
    identity = (*labels.names, *OWN.identity)
    return Found(replace(OWN, identity=identity), labels.joined(), count)


def cadvisor_selectors(labels: Labels, target: Target, nodename: str | None) -> list[str]:
    """How cAdvisor's series of a node may be labelled, the most likely first. It is another job, with another port; the
    kubelet's has the node's name. The user's own selector is that of node_exporter's series, and is left out."""
    cluster = f"{labels.cluster}={quoted(target.cluster)}"
    names = [_PORT.sub("", target.node), *([nodename] if nodename and nodename != "localhost" else [])]
    return [
        f"{cluster},{label}=~{quoted(f'{re.escape(name)}(:[0-9]+)?')},{CADVISOR.selector}"
        for name in names
        for label in dict.fromkeys((labels.node, "instance", "node", "kubernetes_io_hostname"))
        if name
    ]


def count_parts(exporter: Exporter, selectors: Iterable[str]) -> list[Part]:
    """How many workloads each of these selectors finds, by its place."""
    by = f"by ({', '.join(exporter.identity)})"
    return [
        Part(f"{exporter.name}_{place}", f"count(group {by} ({exporter.seen}{{{selector}}}))")
        for place, selector in enumerate(selectors)
    ]
