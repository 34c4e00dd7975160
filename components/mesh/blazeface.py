"""BlazeFace by itself: the detector that finds the region for the mesh.

Bazarevsky and others, "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", 2019. It is
made for faces that fill a phone's picture, and sees the whole picture as 128 by 128 pixels.
"""

import io
import zipfile

import numpy as np
from numpy.typing import NDArray

from components.geometry import Box
from components.mesh import mediapipe_adapter as mp
from components.mesh.model_file import load_model

_MODEL = "face_detector.tflite"


class BlazeFace:
    """A loaded BlazeFace, for one picture or many. Call `close` in the end."""

    def __init__(self, min_confidence: float = 0.5) -> None:
        """Load the network.

        Args:
            min_confidence: Lowest score that counts as a face, 0 to 1.

        Raises:
            MeshUnavailableError: The model or MediaPipe cannot be loaded.
        """
        # The landmarker's bundle is a ZIP file of its models.
        with zipfile.ZipFile(io.BytesIO(load_model())) as bundle:
            model = bundle.read(_MODEL)
        mp.check_native_library()
        self._detector = mp.FaceDetector.create_from_options(
            mp.FaceDetectorOptions(
                base_options=mp.BaseOptions(model_asset_buffer=model),
                min_detection_confidence=min_confidence,
            )
        )

    def find(self, image: NDArray[np.uint8]) -> list[Box]:
        """The faces in a picture, as boxes (x, y, width, height) in pixels.

        Args:
            image: uint8 array of shape (height, width, 3), RGB.
        """
        found = self._detector.detect(mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(image)))
        return [
            (
                float(detection.bounding_box.origin_x),
                float(detection.bounding_box.origin_y),
                float(detection.bounding_box.width),
                float(detection.bounding_box.height),
            )
            for detection in found.detections
        ]

    def close(self) -> None:
        """Give the network's memory back."""
        self._detector.close()
