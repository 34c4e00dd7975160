"""Files that the visitor can download."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.photo.export import PhotoFaces, coco_json, faces_csv, faces_json


def offer_download(
    label: str, data: bytes | Callable[[], bytes], file_name: str, mime: str, explanation: str | None = None
) -> None:
    """Show a button that downloads a file without running the page again.

    Args:
        label: The button's text.
        data: The file's content, or a function that makes it when the visitor asks for it.
        file_name: The file's name.
        mime: The file's media type.
        explanation: More about the file, shown when the pointer is on the button.
    """
    st.download_button(
        label,
        data,
        file_name,
        mime,
        help=explanation,
        icon=":material/download:",
        width="stretch",
        on_click="ignore",
    )


def offer_tables(photos: Sequence[PhotoFaces], stem: str) -> None:
    """Offer the tables of several photos' faces.

    Args:
        photos: The photos with their faces.
        stem: What the files' names begin with.
    """
    offer_download("Table (CSV)", lambda: faces_csv(photos), f"{stem}-faces.csv", "text/csv")
    offer_download("Data (JSON)", lambda: faces_json(photos), f"{stem}-faces.json", "application/json")
    offer_download(
        "COCO annotations (JSON)",
        lambda: coco_json(photos),
        f"{stem}-coco.json",
        "application/json",
        "Boxes and keypoints in the format that tools for training detectors read.",
    )
