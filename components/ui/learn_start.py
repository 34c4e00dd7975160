"""What deep learning is: from pixels to a label, by examples."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.lesson.convolution import Maps
from components.lesson.known_faces import SAMPLE_FACE
from components.lesson.training import SIDE, Box, Examples, Moment, answer, collect_examples, train
from components.ui.learn_figures import enlarge, lay_over, picture_of_map, picture_of_pixels, pixels_html
from components.ui.learn_parts import found_faces, show_in_short, show_question
from components.ui.learn_picture import Mark, show_picture
from components.ui.learn_pictures import LessonPicture

_STEPS = 200

# Numbers that stand side by side on a phone.
_PART = 6


def show_start(picture: LessonPicture) -> None:
    """Show what a picture is to a network, and how one filter learns to find a face in it."""
    show_question("How can a program find a face, if nobody can say in rules what a face is?")
    st.markdown(
        "Deep learning **relates pixels to a label**, such as *face*, with a network: many weighted sums, "
        "one after the other. Nobody chooses the weights. An **optimisation** finds them, from examples."
    )
    box = _face_box(picture)
    if box is None:
        st.info("No face was found in this picture. Choose another one above.")
        return
    try:
        examples, moments = _learned(picture.id, picture, box)
    except ValueError:
        st.info("The face fills this picture, so there is nothing to tell it from. Choose another one above.")
        return
    _show_pixels(examples)
    _show_learning(examples, moments)
    _show_network()
    show_in_short(
        "A network relates pixels to a label. Its weights are not written by people: they are what an "
        "optimisation makes of labelled examples."
    )


def _show_pixels(examples: Examples) -> None:
    st.subheader("A picture is numbers", anchor=False)
    left, right = st.columns([1, 2], gap="large", vertical_alignment="center")
    face = _face_piece(examples)
    corner = (SIDE - _PART) // 2
    with left:
        show_picture(
            "start_face",
            picture_of_pixels(face),
            f"The face as {SIDE} × {SIDE} grey pixels",
            [Mark((corner, corner, _PART, _PART), "chosen")],
        )
    with right:
        part = face[corner : corner + _PART, corner : corner + _PART, 0]
        title = "What the network gets of the framed part: −1 is black, 1 is white"
        st.html(f"<div class='learn-grids'>{pixels_html(part, title)}</div>")
        st.caption(
            f"This face as {SIDE} × {SIDE} = {SIDE**2} numbers. No single one of them says *face*; what "
            "counts is how they stand to each other."
        )


def _show_learning(examples: Examples, moments: list[Moment]) -> None:
    st.subheader("Learning from examples", anchor=False)
    faces = int(examples.labels.sum())
    st.markdown(
        f"Here one filter learns, on this server, just now. Its examples are {len(examples.labels):,} pieces "
        f"of your picture with a label each: **{faces} show the face, {len(examples.labels) - faces:,} do "
        "not**. It starts with all weights at zero and knows nothing. In each step its answers are compared "
        "with the labels, and the error is sent back to move each weight a little: **back-propagation**. "
        "Move the slider to the right and watch."
    )
    step = st.slider("Steps of learning", 0, _STEPS, 0, key="learn_steps")
    moment = moments[step]
    weights, where, error = st.columns(3, gap="medium")
    with weights:
        st.image(
            enlarge(picture_of_map(moment.weights), 400),
            width="stretch",
            output_format="PNG",
            alt=f"The filter's weights after {step} steps",
        )
        st.caption(
            f"The filter: {SIDE**2} weights. It likes bright pixels where it is turquoise, dark ones where "
            "it is orange."
        )
    with where:
        scores = answer(examples, moment)
        st.image(
            enlarge(_shine(examples, scores), 400),
            width="stretch",
            output_format="PNG",
            alt="Where the filter says face",
        )
        st.caption("Where it now says *face*: the brighter, the surer.")
    with error:
        st.vega_lite_chart(_error_chart(moments, step), width="stretch")
        st.caption(
            f"The error: **{moment.error:.3f}** after {step} steps. At 0.693 one might as well toss a coin."
        )
    st.caption(
        "It has seen one face only, and hardly knows another. MTCNN's networks learned in the same way, with "
        "hundreds of thousands of labelled examples and thousands of weights in several layers; while you "
        "look at photos here, they learn nothing."
    )


def _error_chart(moments: list[Moment], step: int) -> dict[str, object]:
    x = {"field": "step", "type": "quantitative", "axis": {"title": "step"}}
    return {
        "height": 230,
        "layer": [
            {
                "data": {
                    "values": [{"step": at, "error": moment.error} for at, moment in enumerate(moments)]
                },
                "mark": {"type": "line", "color": "#12a594", "strokeWidth": 3},
                "encoding": {
                    "x": x,
                    "y": {"field": "error", "type": "quantitative", "axis": {"title": "error"}},
                },
            },
            {
                "data": {"values": [{"step": step}]},
                "mark": {"type": "rule", "color": "#e8833a", "strokeWidth": 2},
                "encoding": {"x": x},
            },
        ],
    }


def _show_network() -> None:
    st.subheader("From one filter to a network", anchor=False)
    st.html(
        "<div class='learn-flow'><span>pixels</span>→<div class='stage'><span>convolution</span>→"
        "<span>non-linearity</span>→<span>pooling</span>→<span>normalisation</span>→<span>feature map</span>"
        "<small>several times</small></div>→<span>classification</span>→<span>label: face</span></div>"
    )
    st.markdown(
        "One filter on pixels cannot do much. A **convolutional network** stacks feature extractors. Each "
        "convolves with learned filters, bends the result with a non-linearity, pools it to a smaller map, "
        "and many normalise it. The first layers see edges, the later ones more of the picture, and care "
        "less where it is. At the end a **classification layer** says what it is.\n\n"
        "Before, in **cascade classifiers** such as Viola and Jones's of 2001, people made the features by "
        "hand: sums of brightness in rectangles. The Photo page compares both on your photo, under *Compare*."
    )
    with st.expander("Where deep learning is used", icon=":material/public:"):
        st.markdown(
            "- **Recognising** people, places, plants; **classifying** pictures, mail, music\n"
            "- **Speech**: understanding it, and **transcribing** it\n"
            "- **Diagnosis** from X-rays, skin and eye pictures, beside a doctor\n"
            "- **Driving**: seeing lanes, signs, people\n"
            "- **Assistants** that answer, and **recommendations** of what to watch next\n"
            "- The other way round: **pictures made from text**, by networks that learned to take the noise "
            "out of pictures, step by step"
        )


def _face_box(picture: LessonPicture) -> Box | None:
    """The picture's surest face; of the sample it is known, so that this chapter waits for no network."""
    if picture.id == "sample":
        return SAMPLE_FACE
    faces = found_faces(picture)
    return faces[0].box if faces else None


# Of the picture of the moment: half a megabyte.
@st.cache_resource(scope="session", max_entries=1, show_spinner=False)
def _learned(
    picture_id: str,  # noqa: ARG001 - the key
    _picture: LessonPicture,
    box: Box,
) -> tuple[Examples, list[Moment]]:
    examples = collect_examples(_picture.image, box)
    return examples, train(examples, _STEPS)


def _face_piece(examples: Examples) -> Maps:
    """The example that shows the face best: the middle one of those that do."""
    faces = np.flatnonzero(examples.labels == 1)
    return np.asarray(examples.pieces[faces[len(faces) // 2]].reshape(SIDE, SIDE, 1))


def _shine(examples: Examples, scores: Maps) -> NDArray[np.uint8]:
    pixels = picture_of_pixels(examples.picture[..., np.newaxis])
    return lay_over(pixels, scores, (scores.shape[0], scores.shape[1]))
