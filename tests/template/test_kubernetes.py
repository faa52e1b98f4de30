"""The manifests are what Kubernetes takes, from the oldest supported version to the newest."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import FRAMEWORKS, Render

VALIDATE = Path(sys.executable).parent / "kubernetes-validate"
# The newest that the validator knows, and the oldest that gets patches beside it:
# https://kubernetes.io/releases/version-skew-policy/
VERSIONS = ("1.35.0", "1.37.0")
PROJECTS = {
    **{name: {"framework": name} for name in FRAMEWORKS},
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
    found = [each for each in yaml.safe_load_all(text) if each]
    by_kind = {each["kind"]: each for each in found}
    assert len(by_kind) == len(found)
    return by_kind


@pytest.fixture(params=PROJECTS)
def project(request: pytest.FixtureRequest, render: Render) -> Path:
    return render(deploy=["kubernetes"], **PROJECTS[request.param])


@pytest.mark.parametrize("overlay", ["base", "overlays/staging", "overlays/production"])
def test_it_is_what_kubernetes_takes(project: Path, overlay: str, tmp_path: Path) -> None:
    file = tmp_path / "all.yaml"
    file.write_text(kustomize(project, overlay))
    for version in VERSIONS:
        done = subprocess.run(
            [VALIDATE, "--strict", "--kubernetes-version", version, str(file)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{version}: {done.stdout}{done.stderr}"


def test_what_names_another_object_finds_it(project: Path) -> None:
    found = objects(kustomize(project, "overlays/production"))
    deployment = found["Deployment"]
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    for selector in (
        found["Service"]["spec"]["selector"],
        found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        deployment["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
        if "Job" in found:
            others = found["Job"]["spec"]["template"]["metadata"]["labels"]
            assert not selector.items() <= others.items(), "A migration gets no requests."
    target = found["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", deployment["metadata"]["name"])
    [container] = pod["spec"]["containers"]
    ports = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in found["Service"]["spec"]["ports"]} <= ports
    [settings, *secrets] = container["envFrom"]
    assert settings["configMapRef"]["name"] == found["ConfigMap"]["metadata"]["name"]
    assert bool(secrets) == ("Job" in found), "Only what has a database has a secret."
    assert "Secret" not in found, "Secrets are not kept in files."


def test_a_changed_setting_makes_new_pods(project: Path, tmp_path: Path) -> None:
    mine = shutil.copytree(project / "deploy", tmp_path / "deploy").parent
    before = objects(kustomize(mine, "base"))
    settings = mine / "deploy/kubernetes/base/settings.env"
    settings.write_text(settings.read_text() + "LOG_LEVEL=warning\n")
    after = objects(kustomize(mine, "base"))
    assert before["ConfigMap"]["metadata"]["name"] != after["ConfigMap"]["metadata"]["name"]
    assert before["Deployment"]["spec"]["template"] != after["Deployment"]["spec"]["template"]


def test_each_image_is_the_one_that_the_overlay_names(project: Path) -> None:
    found = objects(kustomize(project, "overlays/production"))
    for kind in {"Deployment", "Job"} & found.keys():
        [container] = found[kind]["spec"]["template"]["spec"]["containers"]
        assert re.fullmatch(r"registry\.example\.com/orders-api:\d+\.\d+\.\d+", container["image"])


def test_production_is_reached_through_its_ingress_and_staging_is_not(project: Path) -> None:
    production = objects(kustomize(project, "overlays/production"))
    [rule] = production["Ingress"]["spec"]["rules"]
    hosts = production["ConfigMap"]["data"]["ALLOWED_HOSTS"].split(",")
    assert rule["host"] in hosts
    assert "Ingress" not in objects(kustomize(project, "overlays/staging"))


def test_nothing_of_it_is_there_where_it_is_not_asked_for(render: Render) -> None:
    folder = render(framework="fastapi")
    assert not (folder / "deploy/kubernetes").exists()
    assert not (folder / "tests/deploy").exists()
    for name in ("README.md", "pyproject.toml"):
        assert "ubernetes" not in (folder / name).read_text()
