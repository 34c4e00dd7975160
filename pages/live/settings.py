"""The Live page's settings."""

import streamlit as st

from components.live.processor import LiveSettings, MeshSettings
from components.mesh.overlay import MeshStyle

_NET, _CONTOURS, _IRISES = "Net", "Contours", "Irises"
_MIRROR, _NUMBERS = "Mirror", "Numbers"


def choose_live_settings(mirror_offered: bool) -> LiveSettings:
    """Show the settings; each takes effect at once.

    Args:
        mirror_offered: Whether the picture can be mirrored: the visitor's own can, a clip cannot.
    """
    shown = st.pills(
        "Show",
        [_NET, _CONTOURS, _IRISES, _NUMBERS] + [_MIRROR] * mirror_offered,
        selection_mode="multi",
        # Numbers would lie on the face.
        default=[_NET, _CONTOURS, _IRISES] + [_MIRROR] * mirror_offered,
        key=f"live_show_{'camera' if mirror_offered else 'clip'}",
        persist_state="session",
        help="What is drawn on the picture. Mirrored, it moves as you do; the numbers on it stay readable.",
    )
    with st.expander("Faces and confidence", icon=":material/tune:"):
        mesh = _choose_mesh_settings()
    return LiveSettings(
        mesh=mesh,
        style=MeshStyle(tesselation=_NET in shown, contours=_CONTOURS in shown, irises=_IRISES in shown),
        mirrored=_MIRROR in shown,
        hud=_NUMBERS in shown,
    )


def _choose_mesh_settings() -> MeshSettings:
    return MeshSettings(
        max_faces=st.slider(
            "Faces at most",
            1,
            5,
            1,
            key="live_max_faces",
            persist_state="session",
            help="While fewer are followed, the detector looks for more in every frame.",
        ),
        min_detection_confidence=_choose_confidence(
            "Detection",
            "How sure the detector must be that there is a face. Lower finds more, and more false alarms.",
        ),
        min_presence_confidence=_choose_confidence(
            "Presence",
            "How sure the mesh must be that it still lies on a face. Below it, the face counts as lost.",
        ),
        min_tracking_confidence=_choose_confidence(
            "Tracking", "How much a detected face must overlap a followed one to be the same."
        ),
    )


def _choose_confidence(name: str, explanation: str) -> float:
    return st.slider(
        f"{name} confidence",
        0.1,
        0.9,
        0.5,
        0.05,
        key=f"live_{name.lower()}_confidence",
        persist_state="session",
        help=explanation,
    )
