"""Finding faces with MTCNN, a cascade of three small convolutional networks.

Zhang, Zhang, Li and Qiao, "Joint Face Detection and Alignment using Multi-task Cascaded Convolutional
Networks", IEEE Signal Processing Letters 23(10), 2016. The networks and their weights are the `mtcnn`
package's, and this is the only module that knows it.
"""

import threading

import numpy as np
from numpy.typing import NDArray

from components.photo.faces import Face, clip_face, scale_face
from components.photo.image import fit_within

# A larger picture is reduced to this before detection, because the package's memory grows with the
# picture: an ordinary one takes up to 2 GB at 1920×1080, 5 GB and more at 4000×3000. It grows with the
# number of faces too, and that is not bounded here: a crowd of several hundred takes several times as much.
MAX_SIDE = 1920

MIN_FACE_SIZE = 20

# The order in which O-Net gives the keypoints.
_KEYPOINTS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")


class FaceDetector:
    """MTCNN with its weights loaded; one instance serves all threads."""

    def __init__(self) -> None:
        # Imported here because it brings TensorFlow, which takes seconds: this module stays cheap to
        # import, and whoever builds a detector chooses when and in which thread to wait.
        from mtcnn import MTCNN

        self._cascade = MTCNN()
        # TensorFlow does not promise that a model may run in two threads at once.
        self._lock = threading.Lock()

    def detect(
        self, image: NDArray[np.uint8], min_face_size: float = MIN_FACE_SIZE, min_confidence: float = 0.5
    ) -> list[Face]:
        """Find every face in a picture.

        Args:
            image: uint8 array of shape (height, width, 3), RGB.
            min_face_size: Side of the smallest face to find, in pixels, at least 20. It grows along
                where `image` is reduced to `MAX_SIDE`.
            min_confidence: Lowest score of O-Net that counts as a face, 0 to 1.

        Returns:
            The faces, most confident first, with boxes and keypoints inside the picture.

        Raises:
            ValueError: The image or a setting is not as described.
        """
        _check(image, min_face_size, min_confidence)
        height, width = image.shape[:2]
        # The package silently finds nothing when its own smallest face is 40 pixels or more. So it
        # always looks for 20, in a picture reduced until the smallest face is that large.
        side = min(MAX_SIDE, max(height, width) * MIN_FACE_SIZE / min_face_size)
        reduced = fit_within(image, max(1, round(side)))
        with self._lock:
            rows = self._cascade.detect_faces(
                reduced,
                fit_to_image=False,
                box_format="xyxy",
                output_type="numpy",
                min_face_size=MIN_FACE_SIZE,
                # The package's cut-off is exclusive, ours is inclusive.
                threshold_onet=np.nextafter(min_confidence, -1.0),
            )
        factor = max(height, width) / max(reduced.shape[:2])
        faces = [clip_face(scale_face(_face(row), factor), width, height) for row in rows]
        return sorted(faces, key=lambda face: face.confidence, reverse=True)


def _check(image: NDArray[np.uint8], min_face_size: float, min_confidence: float) -> None:
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ValueError(
            f"image must be uint8 of shape (height, width, 3), not {image.dtype} of shape {image.shape}"
        )
    if min_face_size < MIN_FACE_SIZE:
        raise ValueError(f"min_face_size must be at least {MIN_FACE_SIZE}, not {min_face_size}")
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be between 0 and 1, not {min_confidence}")


def _face(row: NDArray[np.float64]) -> Face:
    """A row of the package's result: index, x1, y1, x2, y2, score, five x, five y."""
    x1, y1, x2, y2, confidence = (float(value) for value in row[1:6])
    return Face(
        box=(x1, y1, x2 - x1, y2 - y1),
        confidence=confidence,
        keypoints={
            name: (float(x), float(y)) for name, x, y in zip(_KEYPOINTS, row[6:11], row[11:16], strict=True)
        },
    )
