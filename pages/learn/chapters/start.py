"""What deep learning is: from pixels to a label, by learning from examples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.geometry import Box
from components.lesson.training import SIDE, Moment, answer, collect_examples, train
from components.palette import CHART, CHART_SECOND, css_colour
from components.photo.sample_photo import GRACE_FACE
from pages.learn.cascade_run import clearest_face
from pages.learn.choose_picture import SAMPLE_ID, LessonPicture, sample_picture
from pages.learn.figures import lay_over, picture_of_map, picture_of_pixels, pixels_html
from pages.learn.layout import show_in_short, show_question
from pages.learn.marked_picture import Mark, show_picture

_STEPS = 200

# The step that is shown at first, so that there is something to see.
_FIRST_STEP = 20

# How many numbers fit side by side on a phone.
_PART = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Learned:
    """What was learned from a picture, without the examples, which would take ten times the memory.

    Attributes:
        picture: float32 (height, width), grey.
        face: float32 (SIDE, SIDE), the face in it.
        faces: How many examples showed the face.
        others: How many did not.
        moments: The state of learning after each step.
    """

    picture: NDArray[np.float32]
    face: NDArray[np.float32]
    faces: int
    others: int
    moments: tuple[Moment, ...]


def show_start(picture: LessonPicture) -> None:
    """Show what a picture is for a network, and how one filter learns to find a face in it."""
    show_question("How can a program find a face when nobody can write rules for what a face is?")
    st.markdown(
        "Deep learning **relates pixels to a label**, such as *face*, with a network: many weighted sums, "
        "one after the other. The **weights** are numbers that nobody chooses: an **optimisation** finds "
        "them, from examples."
    )
    learned = _learn_from(picture)
    if learned is None:
        st.info(
            "This picture has no face, or nothing around its face to compare with. Choose another picture "
            "above; this is what the filter learns from the sample."
        )
        learned = _learn_from(sample_picture())
    if learned is not None:
        _show_pixels(learned)
        _show_learning(learned)
    _show_network()
    show_in_short(
        "A network relates pixels to a label. People do not write its weights: an optimisation finds them "
        "from labelled examples."
    )


def _show_pixels(learned: _Learned) -> None:
    st.subheader("A picture is numbers", anchor=False)
    left, right = st.columns([1, 2], gap="large", vertical_alignment="center")
    face = learned.face[..., np.newaxis]
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
            "counts is how they relate to each other."
        )


def _show_learning(learned: _Learned) -> None:
    st.subheader("Learning from examples", anchor=False)
    st.markdown(
        "Here one **filter**, a square of weights, learns on this server to recognise this face. Its "
        f"examples are {learned.faces + learned.others:,} pieces of the picture, each with a label: "
        f"**{learned.faces} show this face**, each shifted by a few pixels, **{learned.others:,} show "
        "anything else**. It starts with all weights at zero and knows nothing. In each step its answers "
        "are compared with the labels, and the error is sent back to move each weight a little: "
        "**back-propagation**. Move the slider to the left end, where nothing is learned yet, and then to "
        "the right."
    )
    step = st.slider("Steps of learning", 0, _STEPS, _FIRST_STEP, key="learn_steps")
    moment = learned.moments[step]
    weights, where, error = st.columns(3, gap="medium")
    with weights:
        show_picture(
            "start_weights", picture_of_map(moment.weights), f"The filter's weights after {step} steps"
        )
        st.caption(
            f"The filter: {SIDE**2} weights. It responds to bright pixels where it is turquoise, to dark "
            f"ones where it is orange.{'' if step else ' It is still dark: all weights are zero.'}"
        )
    with where:
        show_picture("start_where", _highlighted(learned.picture, moment), "Where the filter says face")
        st.caption(
            "Where the filter says *face*: the brighter, the more certain. Each spot is the middle of what "
            "the filter sees there, so it says nothing about the edges."
        )
    with error:
        st.vega_lite_chart(_error_chart(learned.moments, step), width="stretch")
        st.caption(
            f"The error: **{moment.error:.3f}** after {step} steps. At 0.693 it is no better than guessing."
        )
    st.caption(
        "It has seen only one face, and hardly recognises others. The networks of this app learned in the "
        "same way, from hundreds of thousands of labelled examples: MTCNN has half a million weights, in "
        "many layers. While you look at photos here, they learn nothing."
    )


def _error_chart(moments: Sequence[Moment], step: int) -> dict[str, object]:
    x = {"field": "step", "type": "quantitative", "axis": {"title": "step"}}
    return {
        "height": 230,
        "layer": [
            {
                "data": {
                    "values": [{"step": at, "error": moment.error} for at, moment in enumerate(moments)]
                },
                "mark": {"type": "line", "color": css_colour(CHART), "strokeWidth": 3},
                "encoding": {
                    "x": x,
                    "y": {"field": "error", "type": "quantitative", "axis": {"title": "error"}},
                },
            },
            {
                "data": {"values": [{"step": step}]},
                "mark": {"type": "rule", "color": css_colour(CHART_SECOND), "strokeWidth": 2},
                "encoding": {"x": x},
            },
        ],
    }


def _show_network() -> None:
    st.subheader("From one filter to a network", anchor=False)
    extractor = ["convolution", "non-linearity", "pooling", "in many networks: normalisation", "feature map"]
    st.html(
        f"<div class='learn-flow'>{_box('pixels')}→<div class='stage'>{'→'.join(map(_box, extractor))}"
        f"<small>several times</small></div>→{_box('classification')}→{_box('label: face')}</div>"
    )
    st.markdown(
        "One filter on pixels cannot do much. A **convolutional network** stacks feature extractors. Each "
        "applies learned filters at every place (**convolution**), bends the results (**non-linearity**), "
        "keeps the strongest of neighbouring values (**pooling**), and in many networks brings all values "
        "to a common scale (**normalisation**; MTCNN does so only with the pixels). The result is a "
        "**feature map**: where in the picture something is. The first stages see edges; later stages see "
        "more of the picture and depend less on the exact place. At the end a **classification layer** says "
        "what it is."
    )
    st.markdown(
        "Earlier, in **cascade classifiers** such as Viola and Jones's of 2001, people made the features by "
        "hand: sums of brightness in rectangles. The Photo page compares both on your photo, under *Compare*."
    )
    with st.expander("Where deep learning is used", icon=":material/public:"):
        st.markdown(
            "- **Recognising** people, places, plants; **classifying** pictures, mail, music\n"
            "- **Speech**: understanding it, and **transcribing** it\n"
            "- **Diagnosis** from X-rays, skin and eye pictures, together with a doctor\n"
            "- **Driving**: seeing lanes, signs, people\n"
            "- **Assistants** that answer, and **recommendations** of what to watch next\n"
            "- The other way round: **pictures made from text**, by networks that learned to take the noise "
            "out of pictures, step by step"
        )


def _box(words: str) -> str:
    return f"<span>{words}</span>"


def _learn_from(picture: LessonPicture) -> _Learned | None:
    """What is learned from a picture's clearest face; None where there is no such face."""
    if picture.id == SAMPLE_ID:
        # The sample's face is known, so this chapter waits for no network.
        return _learned(picture.id, picture, GRACE_FACE)
    face = clearest_face(picture)
    return _learned(picture.id, picture, face.box) if face else None


# For the sample and the current picture: half a megabyte each.
@st.cache_resource(scope="session", max_entries=2, show_spinner="Learning from the picture…")
def _learned(
    picture_id: str,  # noqa: ARG001 - the key
    _picture: LessonPicture,
    box: Box,
) -> _Learned | None:
    try:
        examples = collect_examples(_picture.image, box)
    except ValueError:
        return None
    faces = int(examples.labels.sum())
    return _Learned(
        picture=examples.picture,
        face=examples.face,
        faces=faces,
        others=len(examples.labels) - faces,
        moments=tuple(train(examples, _STEPS)),
    )


def _highlighted(picture: NDArray[np.float32], moment: Moment) -> NDArray[np.uint8]:
    """The picture, bright where the filter says that it is a face."""
    certainty = np.clip(2 * answer(picture, moment) - 1, 0, 1)
    return lay_over(picture_of_pixels(picture[..., np.newaxis]), certainty, step=1, sees=SIDE)
