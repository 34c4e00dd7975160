"""Arrows between the rooms point one way: pages -> ui -> vision code, which knows nothing of either."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMPONENTS = ROOT / "components"
PAGES = ROOT / "pages"
ROOMS = sorted(path.name for path in COMPONENTS.iterdir() if (path / "__init__.py").exists())
PAGE_FOLDERS = sorted(path.name for path in PAGES.iterdir() if (path / "page.py").exists())

# Shapes and colours are beside the rooms: every room may use them, and they use none of our modules.
SHARED = {"geometry", "palette"}

# Which other rooms each room may import. A room without a line here may import none.
MAY_IMPORT = {
    "ui": {"photo", "mesh", "live", "lesson", "album", "tasks", "workers"},
    "album": {"photo", "tasks", "workers"},
    "tasks": {"photo", "mesh", "live", "lesson", "workers"},
    "live": {"mesh"},
    "lesson": {"photo", "mesh"},
}
PURE_ROOMS = [room for room in ROOMS if room != "ui"]

# Foreign libraries that only one module may import, since the app relies on private or fragile parts of them.
ADAPTERS = {
    "ai_edge_litert": "components/photo/mtcnn_networks.py",
    "loky": "components/workers/worker.py",
    "pebble": "components/workers/worker.py",
    "mediapipe": "components/mesh/mediapipe_adapter.py",
    "streamlit_webrtc": "pages/live/webcam/webrtc_adapter.py",
    "aiortc": "pages/live/webcam/webrtc_adapter.py",
    "starlette": "components/ui/streamlit_adapter.py",
}


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


def second_parts(file: Path, package: str) -> set[str]:
    """What a file imports of one of our two packages, by the name below the package."""
    return {name.split(".")[1] for name in imported_modules(file) if name.startswith(f"{package}.")}


def our_files() -> list[Path]:
    return [ROOT / "streamlit_app.py", *sorted(COMPONENTS.rglob("*.py")), *sorted(PAGES.rglob("*.py"))]


def modules_of(room: str) -> list[str]:
    files = sorted((COMPONENTS / room).glob("*.py"))
    return [f"components.{room}.{file.stem}" for file in files if file.stem != "__init__"]


def loaded_of(libraries: set[str], modules: list[str]) -> str:
    """Which of some libraries are loaded once some modules are imported."""
    code = f"import sys, {', '.join(modules)}; print(sorted({libraries} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_loads_neither_streamlit_nor_tensorflow_and_only_live_loads_video(room: str) -> None:
    libraries = {"streamlit", "streamlit_webrtc", "tensorflow", "av"}
    assert loaded_of(libraries, modules_of(room)) == ("['av']" if room == "live" else "[]")


def test_only_what_runs_in_other_processes_imports_tensorflow_or_the_package() -> None:
    importers = {
        str(file.relative_to(ROOT))
        for file in our_files()
        if {"tensorflow", "keras", "mtcnn"} & {name.split(".")[0] for name in imported_modules(file)}
    }
    assert importers == {"components/photo/network_conversion.py", "components/tasks/package.py"}


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_pure_rooms_do_not_import_streamlit(room: str) -> None:
    for file in (COMPONENTS / room).rglob("*.py"):
        assert not {name for name in imported_modules(file) if name.split(".")[0] == "streamlit"}, file


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_what_lies_below_them(room: str) -> None:
    allowed = MAY_IMPORT.get(room, set()) | SHARED | {room}
    for file in (COMPONENTS / room).rglob("*.py"):
        assert second_parts(file, "components") <= allowed, file
        assert not second_parts(file, "pages"), file


@pytest.mark.parametrize("page", PAGE_FOLDERS)
def test_no_page_imports_another(page: str) -> None:
    for file in (PAGES / page).rglob("*.py"):
        assert second_parts(file, "pages") <= {page, "page_table"}, file


def test_every_page_of_the_table_has_a_folder() -> None:
    from pages.page_table import PAGES as ENTRIES

    assert sorted(entry.folder for entry in ENTRIES) == PAGE_FOLDERS
    assert all(entry.script.exists() for entry in ENTRIES)


def test_pages_are_named_only_in_the_table() -> None:
    for file in PAGES.rglob("*.py"):
        if file != PAGES / "page_table.py":
            assert "/page.py" not in file.read_text(encoding="utf-8"), f"{file} should use pages.page_table"


def test_our_modules_are_imported_by_their_full_names() -> None:
    # Both the project's folder and pages/ are on sys.path, so `import photo` would load a second copy.
    top_level = {path.stem for path in PAGES.iterdir()} | {path.stem for path in COMPONENTS.iterdir()}
    for file in [*our_files(), *sorted((ROOT / "tests").rglob("*.py"))]:
        assert not {name.split(".")[0] for name in imported_modules(file)} & top_level, file


def test_each_adapter_is_the_only_way_to_its_library() -> None:
    for library, adapter in ADAPTERS.items():
        importers = [
            str(file.relative_to(ROOT))
            for file in our_files()
            if library in {name.split(".")[0] for name in imported_modules(file)}
        ]
        assert importers == [adapter], library


def test_every_module_is_in_a_room() -> None:
    outside = {file.stem for file in COMPONENTS.glob("*.py")} - {"__init__"}
    assert outside == SHARED
    for file in COMPONENTS.rglob("*.py"):
        assert file.parent == COMPONENTS or file.parent.name in ROOMS, file


def test_the_server_runs_no_networks_before_the_live_page_is_opened() -> None:
    modules = ["streamlit_app", "pages.photo.result", "pages.photo.find_faces", "pages.learn.lesson"]
    assert loaded_of({"ai_edge_litert", "mediapipe", "tensorflow"}, modules) == "[]"


def test_opening_the_live_page_does_not_load_tensorflow() -> None:
    assert loaded_of({"mediapipe", "tensorflow"}, ["pages.live.sources"]) == "['mediapipe']"


def test_opening_the_first_chapters_loads_no_networks() -> None:
    chapters = [f"pages.learn.chapters.{name}" for name in ("start", "convolution", "feature_maps", "check")]
    assert loaded_of({"mediapipe", "tensorflow"}, chapters) == "[]"
