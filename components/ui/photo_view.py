"""What was found in the photos: which photo, the cut-off, the picture and the gallery."""

import streamlit as st

from components.photo.analysis import LOWEST_CONFIDENCE, PhotoAnalysis
from components.photo.annotate import confidence_label
from components.ui.photos import Photo
from components.ui.text import counted, escape_markdown

DEFAULT_CONFIDENCE = 0.90

# CSS pixels: three faces fit in a row beside the picture and on a phone.
_GALLERY_WIDTH = 96

# Width by height, from which on a picture is a strip, as a long screenshot is.
_STRIP = 0.3


def show_photos(analysed: list[tuple[Photo, PhotoAnalysis]]) -> None:
    """Show one photo's faces in the picture and as a gallery, filtered by one confidence slider."""
    photo, analysis = _choose_photo(analysed)
    # On a phone the columns are stacked, and the slider comes right under the picture.
    share = _picture_share(analysis)
    picture, findings = st.columns([share, 1 - share], gap="medium")
    with findings:
        min_confidence = _choose_confidence()
        _show_count(analysed, analysis, min_confidence)
        _show_gallery(analysis, min_confidence)
    with picture:
        _show_picture(photo, analysis, min_confidence)


def _picture_share(analysis: PhotoAnalysis) -> float:
    """Share of the page's width at which a picture is about as high as a desktop window leaves room for."""
    return min(max(0.55 * analysis.width / analysis.height, 0.35), 0.62)


def _show_count(
    analysed: list[tuple[Photo, PhotoAnalysis]], analysis: PhotoAnalysis, min_confidence: float
) -> None:
    shown = len(analysis.faces_from(min_confidence))
    st.subheader(counted(shown, "face"), anchor=False)
    sentences = ["Numbered by confidence, the surest first."] if shown else []
    below = len(analysis.faces) - shown
    if below:
        sentences.append(f"{counted(below, 'candidate')} below your cut-off.")
    if len(analysed) > 1:
        total = sum(len(other.faces_from(min_confidence)) for _, other in analysed)
        sentences.append(f"In all {len(analysed)} photos: {counted(total, 'face')}.")
    if sentences:
        st.caption(" ".join(sentences))


def _choose_photo(analysed: list[tuple[Photo, PhotoAnalysis]]) -> tuple[Photo, PhotoAnalysis]:
    """Let the visitor choose one of several photos."""
    if len(analysed) == 1:
        return analysed[0]
    chosen = st.pills(
        "Photo",
        range(len(analysed)),
        default=0,
        required=True,
        key="photo",
        # Numbered, because two photos may have the same name.
        format_func=lambda index: f"{index + 1} · {escape_markdown(analysed[index][0].name)}",
    )
    return analysed[chosen]


def _choose_confidence() -> float:
    """Let the visitor choose how sure the network must be."""
    return st.slider(
        "Confidence",
        min_value=LOWEST_CONFIDENCE,
        max_value=1.0,
        value=DEFAULT_CONFIDENCE,
        step=0.01,
        key="confidence",
        # Stays as it is while the visitor looks at another page.
        persist_state="session",
        help="Faces that score lower are left out. To the left you get more faces and more false alarms, "
        "to the right fewer of both.",
    )


def _show_picture(photo: Photo, analysis: PhotoAnalysis, min_confidence: float) -> None:
    """Show the photo with its faces boxed and numbered."""
    found = counted(len(analysis.faces_from(min_confidence)), "face")
    st.image(
        analysis.annotated_preview(min_confidence),
        caption=f"{escape_markdown(photo.name)}, {analysis.width} × {analysis.height} pixels",
        # Stretched to its column, a strip would be metres high.
        width="stretch" if analysis.width > _STRIP * analysis.height else analysis.preview.shape[1],
        output_format="JPEG",
        alt=f"{photo.name} with {found} marked",
    )


def _show_gallery(analysis: PhotoAnalysis, min_confidence: float) -> None:
    """Show a crop of each face with its number and confidence, or what to try where there is none."""
    faces = analysis.faces_from(min_confidence)
    if faces:
        with st.container(horizontal=True, gap="small"):
            for number, (face, thumbnail) in enumerate(
                zip(faces, analysis.thumbnails, strict=False), start=1
            ):
                confidence = confidence_label(face.confidence)
                # The container bears the width: given to the picture, Streamlit would shrink its pixels too.
                with st.container(width=_GALLERY_WIDTH):
                    st.image(
                        thumbnail,
                        caption=f"{number} · {confidence}",
                        width="stretch",
                        alt=f"Face {number}, confidence {confidence}",
                    )
    elif analysis.faces:
        best = confidence_label(analysis.faces[0].confidence)
        st.info(f"No face scores this high; the best one scores {best}. Move the slider to the left.")
    else:
        st.info(
            "No face found here. Photos work best when faces look towards the camera, are well lit and at "
            "least 20 pixels high; try a larger or brighter copy, or turn the photo upright."
        )
