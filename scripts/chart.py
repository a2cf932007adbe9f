"""The Helm chart, made from the manifests of deploy/kubernetes/base: the same documents, with some values to set.

Each value replaces one text of the manifests, which must be there, so that the chart cannot drift from them."""

import re
from pathlib import Path

from nodetop.base.version import __version__

ROOT = Path(__file__).parents[1]
BASE = ROOT / "deploy" / "kubernetes" / "base"
CHART = "deploy/kubernetes/chart"
FILES = ("namespaces", "hub", "join", "agents", "network")

VALUES = f"""# The defaults are those of deploy/kubernetes/base.
image: nodetop:{__version__}
imagePullPolicy: IfNotPresent
hub:
  # The most nodes that the hub accepts.
  maxNodes: 1000
  storage: 4Gi
  # null: the cluster's default class.
  storageClassName: null
  memoryLimit: 512Mi
  # More arguments, for example --retention-days=90.
  extraArguments: []
agent:
  interval: 5
  resources:
    requests:
      cpu: 50m
      memory: 64Mi
    limits:
      cpu: 200m
      memory: 128Mi
"""

REPLACED: dict[str, tuple[tuple[str, str], ...]] = {
    "hub": (
        ("--max-nodes=1000\n", "--max-nodes={{ .Values.hub.maxNodes }}\n@EXTRA@"),
        ("storage: 4Gi\n", "storage: {{ .Values.hub.storage }}\n@CLASS@"),
        ("memory: 512Mi", "memory: {{ .Values.hub.memoryLimit }}"),
    ),
    "agents": (
        ("            - --host-root=/host/root\n", "            - --host-root=/host/root\n@INTERVAL@"),
        (
            "            requests:\n              cpu: 50m\n              memory: 64Mi\n            limits:\n"
            "              cpu: 200m\n              memory: 128Mi\n",
            "            {{- toYaml .Values.agent.resources | nindent 12 }}\n",
        ),
    ),
}
_BLOCKS = {
    "@EXTRA@": "            {{- range .Values.hub.extraArguments }}\n            - {{ . }}\n            {{- end }}\n",
    "@CLASS@": "  {{- with .Values.hub.storageClassName }}\n  storageClassName: {{ . }}\n  {{- end }}\n",
    "@INTERVAL@": "            {{- if ne (int .Values.agent.interval) 5 }}\n"
    "            - --interval={{ .Values.agent.interval }}\n            {{- end }}\n",
}


def chart() -> dict[str, str]:
    """The files of the chart."""
    about = (
        "# Made by scripts/chart.py from deploy/kubernetes/base; make generate.\napiVersion: v2\nname: nodetop\n"
        "description: A hub of nodetop, and an agent on each node\ntype: application\n"
        f"version: {__version__}\nappVersion: {__version__}\n"
    )
    files = {f"{CHART}/Chart.yaml": about, f"{CHART}/values.yaml": VALUES}
    for name in FILES:
        files[f"{CHART}/templates/{name}.yaml"] = _template(name, (BASE / f"{name}.yaml").read_text())
    return files


def _template(name: str, text: str) -> str:
    for old, new in REPLACED.get(name, ()):
        if text.count(old) != 1:
            raise ValueError(f"{name}.yaml has {text.count(old)} of {old!r}, which the chart replaces")
        text = text.replace(old, new)
    for mark, block in _BLOCKS.items():
        text = text.replace(mark, block)
    return re.sub(
        r"^( +)image: nodetop$",
        r"\1image: {{ .Values.image }}\n\1imagePullPolicy: {{ .Values.imagePullPolicy }}",
        text,
        flags=re.M,
    )
