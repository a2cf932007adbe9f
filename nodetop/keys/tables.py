"""All tables of actions, by screen. A new screen with its own keys is one line here."""

from collections.abc import Mapping

from nodetop.keys.action import Action
from nodetop.keys.alerts import ALERTS
from nodetop.keys.cluster import CLUSTER, CLUSTER_PROCESSES, CLUSTER_WORKLOADS
from nodetop.keys.details import DETAILS
from nodetop.keys.explain import EXPLAIN
from nodetop.keys.node import NODE
from nodetop.keys.trends import TRENDS
from nodetop.keys.trial import TRIAL
from nodetop.keys.workloads import WORKLOAD, WORKLOADS

TABLES: Mapping[str, tuple[Action, ...]] = {
    "node": NODE,
    "process": DETAILS,
    "workloads": WORKLOADS,
    "workload": WORKLOAD,
    "cluster": CLUSTER,
    "all processes": CLUSTER_PROCESSES,
    "all workloads": CLUSTER_WORKLOADS,
    "trends": TRENDS,
    "alerts": ALERTS,
    "tried rule": TRIAL,
    "explanations": EXPLAIN,
}
