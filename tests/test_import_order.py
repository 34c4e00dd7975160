"""TensorFlow, MediaPipe and streamlit-webrtc in one process; with TensorFlow 2.20 that ends in a crash."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "order",
    [
        ("tensorflow", "streamlit_webrtc"),
        # MediaPipe's adapter keeps TensorFlow out, and TensorFlow must still work when it comes later.
        ("components.mesh.mediapipe_adapter", "streamlit_webrtc", "tensorflow"),
    ],
    ids=" then ".join,
)
def test_all_can_be_imported(order: tuple[str, ...]) -> None:
    imports = "; ".join(f"import {module}" for module in order)
    code = f"{imports}; print(tensorflow.reduce_sum([1, 2]).numpy())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.endswith("3\n")
