import re
from pathlib import Path

import pytest

from components import palette

ROOT = Path(__file__).parents[2]
COLOURS = {
    name: value for name, value in vars(palette).items() if name.isupper() and isinstance(value, tuple)
}


def test_colours_are_written_as_style_sheets_take_them() -> None:
    assert palette.css_colour((64, 236, 205)) == "#40eccd"
    assert palette.css_colour((8, 0, 4)) == "#080004"


@pytest.mark.parametrize("path", sorted(ROOT.glob("pages/**/*.css")), ids=lambda path: path.name)
def test_style_sheets_use_only_colours_that_there_are(path: Path) -> None:
    defined = set(re.findall(r"--([\w-]+):", palette.css_variables()))
    own = set(re.findall(r"--([\w-]+)(?=[:,)])", path.read_text(encoding="utf-8")))
    used = {name for name in own if not name.startswith("st-")}
    # Sizes that a script sets.
    assert used - {"width", "height", "aspect"} <= defined


def test_a_colour_of_the_palette_is_written_nowhere_else() -> None:
    written = {palette.css_colour(colour): name for name, colour in COLOURS.items()}
    for path in [*ROOT.glob("pages/**/*"), *ROOT.glob("components/**/*")]:
        if path.suffix in {".py", ".css", ".js"} and path.name != "palette.py":
            text = path.read_text(encoding="utf-8").lower()
            assert not [name for colour, name in written.items() if colour in text], path
            assert not [name for name, colour in COLOURS.items() if repr(colour) in text], path
