"""An example of the mesh, until the visitor's own picture comes."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.live.clip import clip_frames
from components.mesh.landmarker import find_meshes
from components.mesh.overlay import MeshStyle, draw
from components.photo.image import read_photo
from components.photo.sample import sample_photo


@st.cache_data(show_spinner=False)
def example_picture() -> NDArray[np.uint8]:
    """The sample photo in the webcam's format, with its mesh; the same for all visitors."""
    frame = next(clip_frames(read_photo(sample_photo())))
    image = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    return draw(image, find_meshes(image), MeshStyle())
