"""The part of the tab Compare that runs the original package; `tests/components/tasks` runs it for real."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.tasks.package import Measured, measure_ours, measure_package
from components.workers.machine import MEGABYTE, Machine
from components.workers.worker import TaskError
from pages.photo.tabs import package
from tests.pages.photo.test_page import opened

BOXES = ((178.0, 109.0, 173.0, 220.0), (20.0, 20.0, 30.0, 30.0))
OURS = Measured(BOXES[:1], 0.04, 0.05, 200 * MEGABYTE)
THEIRS = Measured(BOXES, 20.0, 0.4, 1050 * MEGABYTE)

pytestmark = pytest.mark.usefixtures("stub_detector")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[Callable[..., Any], Any]:
    """What each detector gives in its process; an error is raised."""
    answers: dict[Callable[..., Any], Any] = {measure_ours: OURS, measure_package: THEIRS}

    def alone(_progress: object, _memory: int, task: Callable[..., Any], *_args: object) -> Any:  # noqa: ANN401
        if isinstance(answers[task], Exception):
            raise answers[task]
        return answers[task]

    monkeypatch.setattr(package, "alone", alone)
    monkeypatch.setattr(package, "this_machine", lambda: Machine(2.0, 8000 * MEGABYTE))
    return answers


def compared(app: AppTest) -> AppTest:
    opened(app)
    app.query_params["tab"] = "Compare"
    app.run()
    assert not app.exception
    return app


def run_package(app: AppTest) -> None:
    (button,) = [button for button in compared(app).button if button.label.startswith("Run the mtcnn")]
    button.click().run()
    assert not app.exception


def words(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.markdown, *app.caption, *app.info, *app.warning])


@pytest.mark.usefixtures("answers")
def test_both_are_measured_when_the_visitor_asks_for_it(app: AppTest) -> None:
    run_package(app)
    (table,) = app.table
    rows = table.value.to_dict("records")
    assert [row["Detector"] for row in rows] == ["Visavis", "mtcnn package"]
    assert [row["Faces"] for row in rows] == ["1", "2"]
    assert [row["Memory"] for row in rows] == ["200 MB", "1050 MB"]
    assert "**8.0 times as fast**" in words(app)
    assert "finds 1 of the package's 2 faces in the same place" in words(app)
    # Once for each photo.
    app.run()
    assert len(app.table) == 1


def test_a_package_that_takes_too_much_is_said_to(app: AppTest, answers: dict[Any, Any]) -> None:
    answers[measure_package] = TaskError("It was ended.")
    run_package(app)
    assert "It was ended. The package may take 4000 MB" in words(app)
    assert app.table[0].value.to_dict("records")[1]["Faces"] == "-"


@pytest.mark.usefixtures("answers")
def test_where_there_is_little_memory_it_is_not_offered(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "this_machine", lambda: Machine(2.0, 690 * MEGABYTE))
    assert "This server has 690 MB of memory" in words(compared(app))


@pytest.mark.usefixtures("answers")
def test_without_tensorflow_it_is_not_offered(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "find_spec", lambda name: None if name == "tensorflow" else object())
    assert "TensorFlow is not installed" in words(compared(app))
