from pathlib import Path

import pytest

from components.ui.frontend import script, style_sheet


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "main.js": 'import { a } from "./a.js";\nimport {\n  b,\n  c,\n} from "../tmp/b.js";\n'
        "export default function () {\n  return a() + b + c;\n}\n",
        "a.js": 'import { b } from "../tmp/b.js";\nexport function a() {\n  return b;\n}\n',
        "b.js": "export const b = 1;\nexport class C {}\nexport const c = 2;\n",
    }
    folder = tmp_path / "tmp"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_script_holds_each_module_once_after_those_it_imports(folder: Path) -> None:
    assert script(folder / "main.js") == (
        "const b = 1;\nclass C {}\nconst c = 2;\n"
        "function a() {\n  return b;\n}\n"
        "export default function () {\n  return a() + b + c;\n}\n"
    )


def test_a_style_sheet_brings_the_colours_it_uses(tmp_path: Path) -> None:
    sheet = tmp_path / "a.css"
    sheet.write_text("b { color: var(--face); }\n", encoding="utf-8")
    text = style_sheet(sheet)
    assert "--face: #40eccd;" in text
    assert text.endswith("b { color: var(--face); }\n")
