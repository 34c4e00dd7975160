"""What the browser gets: style sheets with the app's colours, and scripts with the modules they import."""

import re
from collections.abc import Iterator
from pathlib import Path

import streamlit as st

from components.palette import css_variables

# As `deno fmt` writes it: one import, on one line or several.
_IMPORT = re.compile(r'^import \{[^}]*\} from "(?P<path>\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const)\b)", re.MULTILINE)


def style_sheet(path: Path) -> str:
    """A style sheet, with the app's colours as variables."""
    return css_variables() + path.read_text(encoding="utf-8")


def show_style(path: Path) -> None:
    """Apply a style sheet to the page."""
    st.html(f"<style>{style_sheet(path)}</style>")


def script(path: Path) -> str:
    """A JavaScript module with everything it imports from files beside it, as one text.

    Streamlit gives a component's script to the browser as a text without an address, so the browser cannot
    import files next to it. The modules share one scope, so their top-level names must differ.
    """
    return "".join(_sources(path.resolve(), set()))


def _sources(path: Path, seen: set[Path]) -> Iterator[str]:
    """The text of each module once, after those that it imports."""
    seen.add(path)
    source = path.read_text(encoding="utf-8")
    for found in _IMPORT.finditer(source):
        imported = (path.parent / found["path"]).resolve()
        if imported not in seen:
            yield from _sources(imported, seen)
    yield _EXPORT.sub("", _IMPORT.sub("", source))
