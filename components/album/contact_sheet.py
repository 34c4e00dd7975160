"""A contact sheet: all faces on one page, in one HTML file that needs nothing else."""

import base64
import html
from collections.abc import Iterable, Mapping
from itertools import groupby
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
  h1 { font-size: 1.5rem; }
  main { display: flex; flex-wrap: wrap; gap: 1.25rem; }
  section { min-width: 9rem; max-width: 100%; content-visibility: auto;
    contain-intrinsic-size: auto 9rem 10rem; }
  /* As wide as the faces, not as the name. */
  h2, p { contain: inline-size; margin: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  h2 { font-size: 0.9rem; }
  p { min-height: 1.5em; font-size: 0.8rem; }
  ul { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.25rem 0 0; padding: 0; }
  li { list-style: none; text-align: center; font-size: 0.8rem; }
  img { display: block; width: 96px; height: 96px; object-fit: contain; border-radius: 6px;
    background: #8882; }
</style>
"""


def write_contact_sheet(path: Path, totals: Totals, faces: Iterable[tuple[Mapping[str, Any], bytes]]) -> None:
    """Write the page, which is there when it is whole.

    Args:
        path: Its place.
        totals: What stands at its top.
        faces: Each face's row, as `export.face_rows` makes them, with a small JPEG file; photo by photo.
    """
    with whole_file(path) as unfinished, unfinished.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        file.write(f"<h1>{totals.faces:,} faces in {totals.photos:,} photos</h1>\n<main>\n")
        for photo, of_photo in groupby(faces, lambda face: str(face[0]["photo"])):
            folder, name = (html.escape(part) for part in photo.rpartition("/")[::2])
            file.write(f'<section title="{html.escape(photo)}"><h2>{name}</h2><p>{folder}</p>\n<ul>\n')
            file.writelines(_item(row, picture) for row, picture in of_photo)
            file.write("</ul></section>\n")
        file.write("</main>\n")


def _item(row: Mapping[str, Any], picture: bytes) -> str:
    source = f"data:image/jpeg;base64,{base64.b64encode(picture).decode()}"
    score = confidence_label(row["confidence"])
    words = f"Face {row['number']}, score {score}"
    return f'<li title="{words}"><img src="{source}" alt="{words}">{score}</li>\n'
