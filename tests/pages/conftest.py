from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from components.photo.faces import Face
from components.photo.mtcnn_cascade import OnProgress, ignore_progress
from components.tasks.detector import loaded_detector
from components.workers.worker import Limits

APP = str(Path(__file__).parents[2] / "pages" / "menu.py")


def _keypoints(left: float) -> dict[str, tuple[float, float]]:
    places = {
        "left_eye": (10, 15),
        "right_eye": (40, 15),
        "nose": (25, 25),
        "mouth_left": (15, 40),
        "mouth_right": (35, 40),
    }
    return {name: (left + x, float(y)) for name, (x, y) in places.items()}


class StubDetector:
    """Finds a face per 100 pixels of width, scoring 0.95, 0.85, 0.75 and so on; counts its calls."""

    calls = 0
    loads = 0
    # What else happens while it looks for faces.
    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def __init__(self) -> None:
        StubDetector.loads += 1

    def detect(
        self,
        image: NDArray[np.uint8],
        min_face_size: float = 20,
        min_confidence: float = 0.5,
        on_progress: OnProgress = ignore_progress,
    ) -> list[Face]:
        StubDetector.calls += 1
        StubDetector.meanwhile()
        on_progress(1.0)
        scores = [0.95 - 0.1 * index for index in range(image.shape[1] // 100)]
        return [
            Face((100.0 * index, 0.0, 50.0, 50.0), score, _keypoints(100.0 * index))
            for index, score in enumerate(scores)
            if score >= min_confidence and min_face_size <= 50
        ]


@pytest.fixture(autouse=True)
def _empty_caches() -> None:
    # AppTest runs every app in the same session, so one test would find another's results.
    st.cache_data.clear()
    st.cache_resource.clear()


class InlineReport:
    """Tells the page at once what a task reports."""

    def __init__(self, on_progress: OnProgress) -> None:
        self.share = on_progress

    def allow(self, seconds: float) -> None:
        assert seconds > 0


class InlineWorkers:
    """Runs tasks in the page's own thread, where tests can put other detectors in their place."""

    def __init__(self, count: int, limits: Limits, warm_up: Callable[[], object]) -> None:
        """Start nothing."""

    def close(self) -> None:
        """End nothing."""

    def run(
        self,
        _visitor: Hashable,
        task: Callable[..., Any],
        _on_wait: Callable[[int], None],
        on_progress: OnProgress,
        *args: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        return task(InlineReport(on_progress), *args)


@pytest.fixture(autouse=True)
def _inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.ui.shared_workers.Workers", InlineWorkers)


@pytest.fixture(autouse=True)
def _no_memory_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    # It takes a quarter of each test; tests/components/ui/test_memory.py tests it.
    monkeypatch.setattr("components.ui.memory.free_memory", lambda: None)


@pytest.fixture
def stub_detector(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[StubDetector]]:
    """Give the app a detector whose answers are known and whose calls are counted."""
    monkeypatch.setattr("components.tasks.detector.FaceDetector", StubDetector)
    monkeypatch.setattr(StubDetector, "calls", 0)
    monkeypatch.setattr(StubDetector, "loads", 0)
    monkeypatch.setattr(StubDetector, "meanwhile", lambda: None)
    loaded_detector.cache_clear()
    yield StubDetector
    loaded_detector.cache_clear()


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(APP, default_timeout=60)
