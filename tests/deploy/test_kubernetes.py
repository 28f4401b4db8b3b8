"""deploy/kubernetes: what all pods keep to, and that the objects fit together."""

from pathlib import Path
from typing import Any

import pytest

from tests.deploy.manifests import DEPLOY, documents, read_settings

FOLDER = DEPLOY / "kubernetes"
KUSTOMIZATION = documents(FOLDER / "kustomization.yaml")[0]
OBJECTS = {
    document["kind"]: document for name in KUSTOMIZATION["resources"] for document in documents(FOLDER / name)
}
PODS: dict[str, Any] = {
    "Deployment": OBJECTS["Deployment"]["spec"]["template"],
    "Job": OBJECTS["Job"]["spec"]["template"],
    "CronJob": OBJECTS["CronJob"]["spec"]["jobTemplate"]["spec"]["template"],
}
SECRET_KEYS = {"database-url", "rate-limit-storage", "master.key"}


def containers(pod: dict[str, Any]) -> list[dict[str, Any]]:
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def test_every_file_is_applied() -> None:
    """None is forgotten."""
    files = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}

    assert set(KUSTOMIZATION["resources"]) == files


@pytest.mark.parametrize("kind", PODS)
def test_a_pod_keeps_to_the_restricted_standard(kind: str) -> None:
    """Pod Security Standards, "restricted", and a root file system that nobody writes."""
    pod = PODS[kind]["spec"]
    context = pod["securityContext"]

    assert (context["runAsNonRoot"], context["runAsUser"]) == (True, 10001)
    assert context["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for container in containers(PODS[kind]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"requests", "limits"} <= container["resources"].keys()


@pytest.mark.parametrize("kind", PODS)
def test_the_service_sets_no_setting(kind: str) -> None:
    """A Service named paper would set PAPER_PORT in every pod, which Paper refuses as unknown."""
    assert PODS[kind]["spec"]["enableServiceLinks"] is False


@pytest.mark.parametrize("kind", PODS)
def test_what_a_container_mounts_is_there(kind: str) -> None:
    """Volumes by name; of the one Secret only the keys that the documentation has people make."""
    volumes = {volume["name"]: volume for volume in PODS[kind]["spec"]["volumes"]}

    mounted = {mount["name"] for each in containers(PODS[kind]) for mount in each["volumeMounts"]}
    secrets = [volume["secret"] for volume in volumes.values() if "secret" in volume]

    assert mounted == set(volumes)
    assert {secret["secretName"] for secret in secrets} == {"paper"}
    assert {item["key"] for secret in secrets for item in secret["items"]} <= SECRET_KEYS


def test_paper_can_read_its_settings(tmp_path: Path) -> None:
    """No name that is none."""
    settings = read_settings(OBJECTS["ConfigMap"]["data"], tmp_path)

    assert settings.rate_limit_storage == "redis://redis"


def test_the_objects_mean_the_same_pods() -> None:
    """Service, budget and policy by the label that the pods have; probes at the port that is open."""
    labels = PODS["Deployment"]["metadata"]["labels"]
    (container,) = PODS["Deployment"]["spec"]["containers"]
    probes = {
        name: container[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")
    }

    assert OBJECTS["Service"]["spec"]["selector"] == labels
    assert OBJECTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    (selected,) = OBJECTS["NetworkPolicy"]["spec"]["podSelector"]["matchExpressions"]
    assert {PODS[kind]["metadata"]["labels"][selected["key"]] for kind in PODS} == set(selected["values"])
    assert {probe["port"] for probe in probes.values()} == {port["name"] for port in container["ports"]}
    assert probes["readinessProbe"]["path"] == "/readyz"
    assert probes["livenessProbe"]["path"] == "/healthz"
