"""The manifests are valid, from the oldest supported version of Kubernetes to the newest."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Render

VALIDATE = Path(sys.executable).parent / "kubernetes-validate"
# The newest that the validator knows, and the oldest that gets patches beside it:
# https://kubernetes.io/releases/version-skew-policy/
VERSIONS = ("1.35.0", "1.37.0")
PROJECTS = {
    "jwt": {"framework": "hybrid"},
    "memory": {"framework": "fastapi", "database": "none"},
    "oidc": {"framework": "flask", "auth": "oidc"},
}


def require_kubectl() -> None:
    """Skip without a kubectl, loudly; where CI promises one, fail."""
    if shutil.which("kubectl"):
        return
    if os.environ.get("CI"):
        pytest.fail("kubectl is missing.")
    pytest.skip("kubectl is missing: the manifests are NOT tested here.")


def kustomize(folder: Path, overlay: str) -> str:
    require_kubectl()
    done = subprocess.run(
        ["kubectl", "kustomize", str(folder / "deploy/kubernetes" / overlay)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def objects(text: str) -> dict[str, dict[str, Any]]:
    """Return the objects by their kind; there is one of each."""
    manifests = [each for each in yaml.safe_load_all(text) if each]
    by_kind = {each["kind"]: each for each in manifests}
    assert len(by_kind) == len(manifests)
    return by_kind


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, render: Render) -> Path:
    return render(deploy=["kubernetes"], **PROJECTS[request.param])


def test_manifests_are_valid_in_each_supported_version(project: Path, tmp_path: Path) -> None:
    overlays = ["base", "overlays/staging", "overlays/production"]
    file = tmp_path / "all.yaml"
    file.write_text("---\n".join(kustomize(project, overlay) for overlay in overlays))
    for version in VERSIONS:
        done = subprocess.run(
            [VALIDATE, "--strict", "--kubernetes-version", version, str(file)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{version}: {done.stdout}{done.stderr}"


def test_references_between_objects_resolve(project: Path) -> None:
    manifests = objects(kustomize(project, "overlays/production"))
    deployment = manifests["Deployment"]
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    for selector in (
        manifests["Service"]["spec"]["selector"],
        manifests["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        deployment["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
        if "Job" in manifests:
            others = manifests["Job"]["spec"]["template"]["metadata"]["labels"]
            assert not selector.items() <= others.items(), "A migration gets no requests."
    target = manifests["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", deployment["metadata"]["name"])
    [container] = pod["spec"]["containers"]
    ports = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in manifests["Service"]["spec"]["ports"]} <= ports
    [settings, *secrets] = container["envFrom"]
    assert settings["configMapRef"]["name"] == manifests["ConfigMap"]["metadata"]["name"]
    assert bool(secrets) == ("Job" in manifests), "Only what has a database has a secret."
    assert "Secret" not in manifests, "Secrets are not kept in files."


def test_changed_setting_makes_new_pods(project: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(project / "deploy", tmp_path / "deploy").parent
    before = objects(kustomize(mine, "base"))
    settings = mine / "deploy/kubernetes/base/settings.properties"
    settings.write_text(settings.read_text() + "LOG_LEVEL=warning\n")
    after = objects(kustomize(mine, "base"))
    assert before["ConfigMap"]["metadata"]["name"] != after["ConfigMap"]["metadata"]["name"]
    assert before["Deployment"]["spec"]["template"] != after["Deployment"]["spec"]["template"]


def test_overlay_names_the_image(project: Path) -> None:
    manifests = objects(kustomize(project, "overlays/production"))
    for kind in {"Deployment", "Job"} & manifests.keys():
        [container] = manifests[kind]["spec"]["template"]["spec"]["containers"]
        assert re.fullmatch(r"registry\.example\.com/orders-api:\d+\.\d+\.\d+", container["image"])


def test_production_has_an_ingress_and_staging_has_none(project: Path) -> None:
    production = objects(kustomize(project, "overlays/production"))
    [rule] = production["Ingress"]["spec"]["rules"]
    hosts = production["ConfigMap"]["data"]["ALLOWED_HOSTS"].split(",")
    assert rule["host"] in hosts
    assert "Ingress" not in objects(kustomize(project, "overlays/staging"))


def test_only_named_places_are_called(project: Path) -> None:
    policy = objects(kustomize(project, "overlays/production"))["NetworkPolicy"]["spec"]
    assert policy["podSelector"].get("matchLabels", {}).keys() <= {"app.kubernetes.io/name"}
    ports: dict[int, list[dict[str, Any]]] = {}
    for rule in policy["egress"]:
        assert rule["to"], "Without it, a rule is for every place."
        for port in rule["ports"]:
            ports[port["port"]] = rule["to"]
    [names] = ports.pop(53)
    assert names["namespaceSelector"]["matchLabels"] == {
        "kubernetes.io/metadata.name": "kube-system"
    }
    # As it is written: labels of this project in it would find no pod.
    assert names["podSelector"] == {
        "matchExpressions": [{"key": "k8s-app", "operator": "In", "values": ["kube-dns"]}]
    }
    # The provider of an identity may be anywhere, but for private networks.
    for place in ports.pop(443, []):
        block = place["ipBlock"]
        assert block["cidr"] != "0.0.0.0/0" or "10.0.0.0/8" in block["except"]
    for places in ports.values():
        assert places[0].keys() == {"namespaceSelector"}
        assert [place["ipBlock"]["cidr"].partition("/")[2] for place in places[1:]] == ["32"]


def test_no_proxy_is_believed_until_it_is_named(project: Path) -> None:
    settings = objects(kustomize(project, "overlays/production"))["ConfigMap"]["data"]
    assert settings["FORWARDED_ALLOW_IPS"] == ""
