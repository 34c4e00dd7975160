"""Arrows between the rooms point one way: pages -> ui -> vision code, which knows nothing of either."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPONENTS = ROOT / "components"
ROOMS = sorted(path.name for path in COMPONENTS.iterdir() if (path / "__init__.py").exists())

# What each room may import of the others. A room without a line here may import none.
MAY_IMPORT = {
    "ui": {"photo", "mesh", "live", "lesson"},
    "live": {"mesh"},
    "lesson": {"photo", "mesh"},
}
# The others know nothing of pages and of video.
PURE_ROOMS = [room for room in ROOMS if room not in {"ui", "live"}]


def imported_modules(file: Path) -> set[str]:
    """Full names of all that a file imports, inside its functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules_of(room: str) -> list[str]:
    files = sorted((COMPONENTS / room).glob("*.py"))
    return [f"components.{room}.{file.stem}" for file in files if file.stem != "__init__"]


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_loads_neither_streamlit_nor_av(room: str) -> None:
    code = f"import sys, {', '.join(modules_of(room))}; print({{'streamlit', 'av'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "ui"])
def test_only_ui_imports_streamlit(room: str) -> None:
    for file in (COMPONENTS / room).rglob("*.py"):
        assert not {name for name in imported_modules(file) if name.split(".")[0] == "streamlit"}, file


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_lies_below_them(room: str) -> None:
    allowed = MAY_IMPORT.get(room, set()) | {room}
    for file in (COMPONENTS / room).rglob("*.py"):
        ours = {name.split(".")[1] for name in imported_modules(file) if name.startswith("components.")}
        assert ours <= allowed, file


def test_every_module_is_in_a_room() -> None:
    for file in COMPONENTS.rglob("*.py"):
        assert file == COMPONENTS / "__init__.py" or file.parent.name in ROOMS, file


def test_importing_the_detector_does_not_load_tensorflow() -> None:
    code = "import sys, components.ui.detector, components.photo.detector; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_opening_the_live_page_does_not_load_tensorflow() -> None:
    code = "import sys, pages.live.sources; print('mediapipe' in sys.modules, 'tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True False"
