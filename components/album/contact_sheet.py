"""A contact sheet: all faces on one page, in one HTML file that needs nothing else."""

import base64
import html
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from components.album.journal import Totals
from components.album.tables import whole_file
from components.photo.scores import confidence_label

# `content-visibility` draws only what is in view, so ten thousand faces scroll as fast as ten.
_HEAD = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Contact sheet</title>
<style>
  :root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
  body { margin: 2rem auto; padding: 0 1rem; max-width: 90rem; }
  ul { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); padding: 0; }
  li { list-style: none; text-align: center; font-size: 0.8rem; overflow-wrap: anywhere;
    content-visibility: auto; contain-intrinsic-size: 6rem 8rem; }
  img { display: block; width: 72px; height: 72px; object-fit: cover; margin: 0 auto 4px; border-radius: 6px }
</style>
"""


def write_contact_sheet(path: Path, totals: Totals, faces: Iterable[tuple[Mapping[str, Any], bytes]]) -> None:
    """Write the page, which is there when it is whole.

    Args:
        path: Its place.
        totals: What stands at its top.
        faces: Each face's row, as `export.face_rows` makes them, with a small JPEG file.
    """
    with whole_file(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        file.write(f"<h1>{totals.faces:,} faces in {totals.photos:,} photos</h1>\n<ul>\n")
        for row, picture in faces:
            file.write(_item(row, picture))
        file.write("</ul>\n")


def _item(row: Mapping[str, Any], picture: bytes) -> str:
    photo = html.escape(str(row["photo"]))
    source = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    words = f"face {row['number']} of {photo}, score {confidence_label(row['confidence'])}"
    return f'<li title="{words}"><img src="{source}" alt="{words}">{photo} · {row["number"]}</li>\n'
