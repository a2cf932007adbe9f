"""The Helm chart, made from the manifests of deploy/kubernetes: base, with some values to set, and the overlays, each
behind a value.

Each value replaces one text of the manifests, which must be there, so that the chart cannot drift from them. What the
overlays add is read from their patches."""

import re
from pathlib import Path
from typing import Any

import yaml

from nodetop.base.version import __version__

ROOT = Path(__file__).parents[1]
KUBERNETES = ROOT / "deploy" / "kubernetes"
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
# As overlays/relay: the hub also sends its nodes to a hub above it. Give all three (the code: by nodetop-server invite,
# there).
relay:
  url: ""
  clusterId: ""
  code: ""
# As overlays/cert-manager: the hub's certificate comes from cert-manager.
certManager:
  enabled: false
"""

REPLACED: dict[str, tuple[tuple[str, str], ...]] = {
    "hub": (
        ("--max-nodes=1000\n", "--max-nodes={{ int .Values.hub.maxNodes }}\n@EXTRA@@/containers/0/args@"),
        ("              value: /etc\n", "              value: /etc\n@/containers/0/env@"),
        (
            "              mountPath: /etc/nodetop\n              readOnly: true\n",
            "              mountPath: /etc/nodetop\n              readOnly: true\n@/containers/0/volumeMounts@",
        ),
        ("      volumes:\n", "      volumes:\n@/volumes@"),
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
    "network": (("        - port: 16443\n", "        - port: 16443\n@/egress@"),),
}
_BLOCKS = {
    "@EXTRA@": "            {{- range .Values.hub.extraArguments }}\n"
    "            - {{ . | quote }}\n            {{- end }}\n",
    "@CLASS@": "  {{- with .Values.hub.storageClassName }}\n  storageClassName: {{ . }}\n  {{- end }}\n",
    "@INTERVAL@": "            {{- if ne (float64 .Values.agent.interval) 5.0 }}\n"
    "            - --interval={{ .Values.agent.interval }}\n            {{- end }}\n",
}
OVERLAYS = {"relay": ".Values.relay.url", "cert-manager": ".Values.certManager.enabled"}
"""The condition of each."""
_EXAMPLES = {
    "https://upper.example:8082": "{{ .Values.relay.url }}",
    "this-cluster": '{{ required "relay.clusterId is needed" .Values.relay.clusterId }}',
}
"""What stands for a value in the overlays."""
_INDENTS = {"containers/0/args": 12, "containers/0/env": 12, "containers/0/volumeMounts": 12, "volumes": 8, "egress": 4}
_UPPER_SECRET = """apiVersion: v1
kind: Secret
metadata:
  name: nodetop-upper
  namespace: nodetop
type: Opaque
stringData:
  code: {{ required "relay.code is needed: nodetop-server invite, on the upper hub" .Values.relay.code | quote }}
"""


def chart() -> dict[str, str]:
    """The files of the chart."""
    about = (
        "# Made by scripts/chart.py from deploy/kubernetes; make generate.\napiVersion: v2\nname: nodetop\n"
        "description: A hub of nodetop, and an agent on each node\ntype: application\n"
        f"version: {__version__}\nappVersion: {__version__}\n"
    )
    files = {f"{CHART}/Chart.yaml": about, f"{CHART}/values.yaml": VALUES}
    for name in FILES:
        files[f"{CHART}/templates/{name}.yaml"] = _template(name, (KUBERNETES / "base" / f"{name}.yaml").read_text())
    certificate = (KUBERNETES / "overlays" / "cert-manager" / "certificate.yaml").read_text()
    files[f"{CHART}/templates/certificate.yaml"] = _if("cert-manager", certificate)
    files[f"{CHART}/templates/relay.yaml"] = _if("relay", _UPPER_SECRET)
    return files


def _template(name: str, text: str) -> str:
    for old, new in REPLACED.get(name, ()):
        if text.count(old) != 1:
            raise ValueError(f"{name}.yaml has {text.count(old)} of {old!r}, which the chart replaces")
        text = text.replace(old, new)
    for mark, block in (_BLOCKS | _added()).items():
        text = text.replace(mark, block)
    return re.sub(
        r"^( +)image: nodetop$",
        r"\1image: {{ .Values.image }}\n\1imagePullPolicy: {{ .Values.imagePullPolicy }}",
        text,
        flags=re.M,
    )


def _added() -> dict[str, str]:
    """What the overlays add to each list of the base, by its mark."""
    found = dict.fromkeys((f"@/{place}@" for place in _INDENTS), "")
    for overlay in OVERLAYS:
        lists: dict[str, list[Any]] = {}
        for patch in yaml.safe_load((KUBERNETES / "overlays" / overlay / "kustomization.yaml").read_text())["patches"]:
            for step in yaml.safe_load(patch["patch"]):
                path, end = step["path"].removeprefix("/spec/template").removeprefix("/spec/"), "/-"
                if step["op"] != "add" or not path.endswith(end) or path.removesuffix(end) not in _INDENTS:
                    raise ValueError(f"the chart knows no place for {step['path']} of the overlay {overlay}")
                lists.setdefault(path.removesuffix(end), []).append(step["value"])
        for place, values in lists.items():
            indent = " " * _INDENTS[place]
            lines = yaml.safe_dump(values, sort_keys=False).splitlines()
            found[f"@/{place}@"] += _if(overlay, "".join(f"{indent}{line}\n" for line in lines), indent)
    return found


def _if(overlay: str, text: str, indent: str = "") -> str:
    for example, value in _EXAMPLES.items():
        text = text.replace(example, value)
    return f"{indent}{{{{- if {OVERLAYS[overlay]} }}}}\n{text}{indent}{{{{- end }}}}\n"
