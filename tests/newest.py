"""Run all tests with the newest releases of everything: `python -m tests.newest [PACKAGE ...]`.

Each dependency is bounded in pyproject.toml for a reason. This shows what breaks without the bounds: it
copies the project to a temporary folder, takes the bounds away there, installs what is newest, says which
versions changed, and runs the tests. The packages that are named keep their bounds: where the newest release
of one ends the whole run, that shows what else breaks.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from tests.compiled_requirements import find_uv

ROOT = Path(__file__).parent.parent

# requirements.txt follows the bounds.
LEFT_OUT = "tests/test_requirements.py"


def without_bounds(pyproject: str, kept: Collection[str]) -> str:
    """The text of pyproject.toml without upper bounds, except for the packages that are kept."""

    def free(found: re.Match[str]) -> str:
        if found["package"] in kept:
            return found[0]
        return f'  "{found["package"]}{found["least"] or ""}"'

    bounded = re.compile(r'^  "(?P<package>[\w.-]+)(?:==[^"]+|(?P<least>>=[^",]+)(?:,<[^"]+)?)"', re.M)
    freed = bounded.sub(free, pyproject)
    undated = re.sub(r"^exclude-newer = .*\n", "", freed, flags=re.M)
    # What pyproject.toml says of a package's own requirements holds for its newest version too.
    return re.sub(r'^(name = ".*"\n)version = .*\n(?=requires-dist)', r"\1", undated, flags=re.M)


def installed_versions(uv: str, folder: Path) -> dict[str, str]:
    """The versions in a folder's environment, by package."""
    command = [uv, "pip", "freeze", "--python", str(folder / ".venv")]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(line.split("==", 1) for line in listed.splitlines() if "==" in line)


def copy_project(folder: Path, kept: Collection[str]) -> None:
    """Copy the project without its environment and results, and without its bounds."""
    left_out = shutil.ignore_patterns(
        ".venv", ".tools", ".git", "uv.lock", "test-results", ".*_cache", "__pycache__"
    )
    shutil.copytree(ROOT, folder, ignore=left_out, dirs_exist_ok=True)
    pyproject = folder / "pyproject.toml"
    pyproject.write_text(without_bounds(pyproject.read_text(encoding="utf-8"), kept), encoding="utf-8")


def main(kept: Collection[str]) -> int:
    """Install, compare and test; the tests' exit code."""
    uv = find_uv()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder, kept)
        # Not the environment that runs this script.
        environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
        subprocess.run([uv, "sync", "--quiet"], cwd=folder, env=environment, check=True)
        before, after = installed_versions(uv, ROOT), installed_versions(uv, folder)
        for package in sorted(before.keys() | after.keys()):
            old, new = before.get(package, "none"), after.get(package, "none")
            if old != new:
                sys.stdout.write(f"{package}: {old} -> {new}\n")
        sys.stdout.flush()
        tests = [uv, "run", "--no-sync", "pytest", "--quiet", "-rfE", f"--ignore={LEFT_OUT}"]
        return subprocess.run(tests, cwd=folder, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
