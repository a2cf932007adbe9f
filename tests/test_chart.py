"""The Helm chart: the same documents as base and the overlays. Helm's own engine renders it where the extra deploy is
installed."""

import base64
import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from nodetop.base.version import __version__
from tests.test_kubernetes import KUBERNETES, documents

CHART = KUBERNETES / "chart"
RELAY = {"relay": {"url": "https://upper.example:8082", "clusterId": "this-cluster", "code": "ABCD-EFGH-..."}}
OVERLAYS = (("base", {}), ("overlays/relay", RELAY), ("overlays/cert-manager", {"certManager": {"enabled": True}}))


def comparable(found: list[dict[str, Any]]) -> list[Any]:
    """Without what Helm and kustomize write in their own ways: the order, the pull policy, the name of a generated
    Secret and its encoding."""
    for each in found:
        for name, text in each.pop("stringData", {}).items():
            each.setdefault("data", {})[name] = base64.b64encode(text.encode()).decode()
        if each["kind"] == "NetworkPolicy":
            each["spec"]["egress"].sort(key=str)
        if each["kind"] == "Deployment":
            each["spec"]["template"]["spec"]["volumes"].sort(key=lambda volume: volume["name"])
    text = json.dumps(found, sort_keys=True).replace('"imagePullPolicy": "IfNotPresent", ', "")
    return sorted(json.loads(re.sub(r"nodetop-upper-\w+", "nodetop-upper", text)), key=str)


def rendered(text: str, values: dict[str, Any]) -> str:
    """A template of the chart, as Helm renders it with its defaults. Knows only what our templates use."""
    # Blocks are left out: by default their condition does not hold, and their list is empty.
    text = re.sub(r" *\{\{- (?:range|with|if) .*?\}\}\n.*?\{\{- end \}\}\n", "", text, flags=re.S)

    def value(path: str) -> Any:
        found: Any = values
        for name in path.split(".")[2:]:
            found = found[name]
        return found

    def indented(match: re.Match[str]) -> str:
        dumped = yaml.safe_dump(value(match[1]))
        return "".join(" " * int(match[2]) + line + "\n" for line in dumped.splitlines())

    text = re.sub(r" *\{\{- toYaml ([.\w]+) \| nindent (\d+) \}\}\n", indented, text)
    return re.sub(r"\{\{ (?:int )?([.\w]+) \}\}", lambda match: str(value(match[1])), text)


def test_it_is_the_base() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    made = []
    for path in sorted((CHART / "templates").glob("*.yaml")):
        text = rendered(path.read_text(), values)
        assert "{{" not in text
        made += [each for each in yaml.safe_load_all(text) if each]
    expected = json.dumps(documents()).replace('"image": "nodetop"', f'"image": "nodetop:{__version__}"')
    assert comparable(made) == comparable(json.loads(expected))


def by_helm(values: dict[str, Any]) -> list[dict[str, Any]]:
    chart = pytest.importorskip("helm_python", reason="needs the extra deploy").Chart
    with chart.load(CHART) as loaded:
        files = loaded.render(values=values, name="nodetop")
    return [each for text in files.values() for each in yaml.safe_load_all(text) if each]


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="needs kubectl")
@pytest.mark.parametrize(("folder", "values"), OVERLAYS)
def test_helm_makes_what_kustomize_makes(folder: str, values: dict[str, Any]) -> None:
    made = by_helm(values)
    done = subprocess.run(["kubectl", "kustomize", KUBERNETES / folder], capture_output=True, text=True, check=True)
    assert comparable(made) == comparable([each for each in yaml.safe_load_all(done.stdout) if each])


def test_helm_refuses_half_a_relay_and_quotes_arguments() -> None:
    with pytest.raises(Exception, match=r"relay\.code is needed: nodetop-server invite"):
        by_helm({"relay": {"url": "https://upper.example:8082"}})
    made = by_helm({"hub": {"extraArguments": ["--tag=a=b: c"], "maxNodes": 2_000_000}, "agent": {"interval": 2.5}})
    hub, agent = (
        next(each for each in made if each["kind"] == kind)["spec"]["template"]["spec"]["containers"][0]["args"]
        for kind in ("Deployment", "DaemonSet")
    )
    assert hub[-2:] == ["--max-nodes=2000000", "--tag=a=b: c"] and agent[-1] == "--interval=2.5"
