"""The JavaScript that the browser runs: its unit tests, and what each component gets of it."""

import subprocess
from pathlib import Path

import pytest
from deno import find_deno_bin

from components.ui.frontend import script

ROOT = Path(__file__).parent.parent
ENTRIES = sorted(
    path
    for folder in ("components", "pages")
    for path in ROOT.glob(f"{folder}/**/*.js")
    if "export default" in path.read_text(encoding="utf-8")
)


def run_deno(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [find_deno_bin(), *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_units_do_what_their_tests_say() -> None:
    done = run_deno("test", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_components_to_look_at() -> None:
    assert len(ENTRIES) == 15


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.name)
def test_a_components_script_is_one_text_without_imports(entry: Path, tmp_path: Path) -> None:
    # Its modules share one scope, in which no name may be there twice: then this would not compile.
    text = script(entry)
    assert "\nimport " not in text
    assert text.count("export default") == 1
    assert "\nexport " not in text.replace("\nexport default", "")
    file = tmp_path / entry.name
    # It is defined but not called, so it needs no page.
    file.write_text(f"globalThis.window = globalThis;\n{text}", encoding="utf-8")
    done = run_deno("run", "--no-config", "--no-check", "--quiet", str(file))
    assert done.returncode == 0, done.stderr
