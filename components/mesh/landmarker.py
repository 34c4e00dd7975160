"""Face meshes from MediaPipe's Face Landmarker, the successor of FaceMesh with the same 478 points.

A detector (BlazeFace, Bazarevsky and others 2019) finds the region of a face, and the mesh network
(Kartynnik and others 2019; with attention to eyes and lips, Grishchenko and others 2020) places the
points in it. In a stream the points of one frame give the region for the next frame, so the detector runs
only when a face is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from components.mesh import mediapipe_adapter as mp
from components.mesh.model_file import load_model

# Points of a mesh. The last ten are the irises: for each its centre, and the four points around it.
POINT_COUNT = 478
RIGHT_IRIS = (468, slice(469, 473))
LEFT_IRIS = (473, slice(474, 478))


@dataclass(frozen=True, slots=True, eq=False)
class MeshFace:
    """One face's mesh. Left and right are the pictured person's.

    Attributes:
        points: float32 array of shape (478, 3): x and y in pixels of the frame, also outside it; z on x's
            scale, smaller is nearer. 468..472 are the right iris, its centre first, and
            473..477 the left one.
        expressions: 52 blendshapes by name, each 0 to 1.
        pose: float32 array of shape (4, 4), the transform from the canonical face, in centimetres, to the
            camera, which looks along -z with y up.
    """

    points: NDArray[np.float32]
    expressions: Mapping[str, float]
    pose: NDArray[np.float32]


class FaceMesh:
    """Follows faces through the frames of one stream.

    It keeps state from frame to frame, so each stream needs its own. Any thread may use it, but only one at a
    time. Close it, or use it in a `with` block, to release its threads.
    """

    def __init__(
        self,
        max_faces: int = 1,
        min_detection_confidence: float = 0.5,
        min_presence_confidence: float = 0.5,
        min_tracking_confidence: float = 0.5,
    ) -> None:
        """Build the landmarker, which takes about 20 milliseconds.

        Args:
            max_faces: How many faces are looked for and followed.
            min_detection_confidence: Lowest score of the detector that counts as a face, 0 to 1.
            min_presence_confidence: Lowest score of the mesh network that counts as a face, 0 to 1.
            min_tracking_confidence: The IoU, 0 to 1, from which a newly detected region and a followed one
                count as the same face.

        Raises:
            MeshUnavailableError: The model or MediaPipe cannot be loaded.
        """
        self._landmarker = _landmarker(
            mp.RunningMode.VIDEO,
            max_faces,
            min_detection_confidence,
            min_presence_confidence,
            min_tracking_confidence,
        )
        self._max_faces = max_faces
        self._followed = 0
        self._detector_ran = False

    @property
    def detector_ran(self) -> bool:
        """Whether the detector, and not only the tracker, ran on the latest frame.

        MediaPipe does not report it, but its graph has one rule (`face_landmarker_graph.cc`): it skips the
        detector when the frame before gave as many faces as are looked for. This class knows that number.
        """
        return self._detector_ran

    def track(self, image: NDArray[np.uint8], timestamp_ms: int) -> list[MeshFace]:
        """The meshes of the faces in the next frame.

        Args:
            image: uint8 array of shape (height, width, 3), RGB.
            timestamp_ms: Milliseconds, larger than for the frame before.

        Raises:
            ValueError: The timestamp does not increase.
        """
        frame = mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(image))
        found = mp.detect_for_video(self._landmarker, frame, timestamp_ms)
        self._detector_ran = self._followed < self._max_faces
        self._followed = len(found)
        return _mesh_faces(found, image)

    def close(self) -> None:
        """Release the landmarker's threads and memory."""
        self._landmarker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def find_meshes(
    image: NDArray[np.uint8],
    max_faces: int = 1,
    min_detection_confidence: float = 0.5,
    min_presence_confidence: float = 0.5,
) -> list[MeshFace]:
    """The meshes of the faces in a single picture.

    Args:
        image: uint8 array of shape (height, width, 3), RGB.
        max_faces: How many faces are looked for.
        min_detection_confidence: Lowest score of the detector that counts as a face, 0 to 1.
        min_presence_confidence: Lowest score of the mesh network that counts as a face, 0 to 1.

    Raises:
        MeshUnavailableError: The model or MediaPipe cannot be loaded.
    """
    unused = 0.5
    with _landmarker(
        mp.RunningMode.IMAGE, max_faces, min_detection_confidence, min_presence_confidence, unused
    ) as landmarker:
        found = landmarker.detect(mp.Image(mp.ImageFormat.SRGB, np.ascontiguousarray(image)))
    return _mesh_faces(mp.results_of(found), image)


def check_mesh() -> None:
    """Load what every mesh needs: the model and MediaPipe.

    Raises:
        MeshUnavailableError: One of them cannot be loaded.
    """
    load_model()
    mp.check_native_library()


def _landmarker(
    running_mode: mp.RunningMode,
    max_faces: int,
    min_detection_confidence: float,
    min_presence_confidence: float,
    min_tracking_confidence: float,
) -> mp.FaceLandmarker:
    check_mesh()
    return mp.FaceLandmarker.create_from_options(
        mp.FaceLandmarkerOptions(
            base_options=mp.BaseOptions(model_asset_buffer=load_model()),
            running_mode=running_mode,
            num_faces=max_faces,
            min_face_detection_confidence=min_detection_confidence,
            min_face_presence_confidence=min_presence_confidence,
            min_tracking_confidence=min_tracking_confidence,
            # Measured: they take hardly any time.
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )


def _mesh_faces(results: Sequence[mp.Result], image: NDArray[np.uint8]) -> list[MeshFace]:
    height, width = image.shape[:2]
    # From shares of the picture to its pixels; z is on x's scale.
    scale = np.array([width, height, width], np.float32)
    return [MeshFace(result.points * scale, result.expressions, result.pose) for result in results]
