"""TensorFlow and streamlit-webrtc in one process: with TensorFlow 2.20 this is a segmentation fault."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "order", [("tensorflow", "streamlit_webrtc"), ("streamlit_webrtc", "tensorflow")], ids=" then ".join
)
def test_both_can_be_imported(order: tuple[str, str]) -> None:
    code = f"import {order[0]}; import {order[1]}; print('both')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("both\n")
