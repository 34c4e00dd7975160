import re

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


def test_small_hosts_get_no_tensorflow() -> None:
    assert "tensorflow" not in REQUIREMENTS.replace(REQUIREMENTS.partition("-c constraints")[0], "")
    assert "keras" not in REQUIREMENTS
    assert version_of("ai-edge-litert", REQUIREMENTS)


def test_both_builds_of_opencv_have_the_same_version() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert version_of("opencv-contrib-python", constraints) == version_of(
        "opencv-python-headless", REQUIREMENTS
    )
