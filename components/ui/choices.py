"""Choosing one of several options."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, TypeVar

import streamlit as st

from components.photo.face_hiding import Hiding

Option = TypeVar("Option", bound=StrEnum)


def choose_one(
    label: str,
    labels: Mapping[Option, str],
    default: Option,
    key: str,
    explanation: str | None = None,
    label_visibility: Literal["visible", "collapsed"] = "visible",
) -> Option:
    """Show all options side by side, and let the visitor choose one.

    Streamlit writes the label of the chosen option into the page's address. An address with the option's
    value works too, whatever the label is, so links by value survive a change of words; the label then takes
    the value's place.

    Args:
        label: What is chosen.
        labels: What people read for each option.
        default: The option that is chosen at first.
        key: The choice's name in the session, and in the page's address.
        explanation: More about it.
        label_visibility: Whether the label is visible, or only read to those who cannot see the page.
    """
    _replace_value_in_address(labels, key)
    chosen = st.segmented_control(
        label,
        list(labels),
        default=default,
        required=True,
        key=key,
        bind="query-params",
        format_func=labels.__getitem__,
        help=explanation,
        label_visibility=label_visibility,
        wrap=True,
    )
    # An empty value in the address leaves nothing chosen.
    return default if chosen is None else type(default)(chosen)


_HIDING = {Hiding.BLUR: "Blur", Hiding.PIXELATE: "Pixelate", Hiding.COVER: "Cover"}


def choose_hiding(label: str, key: str) -> Hiding:
    """Let the visitor choose how faces are hidden.

    Args:
        label: What is chosen.
        key: The choice's name in the session, and in the page's address.
    """
    return choose_one(label, _HIDING, Hiding.BLUR, key)


def _replace_value_in_address(labels: Mapping[Option, str], key: str) -> None:
    """Write the label in place of an option's value, before Streamlit reads the address for the choice."""
    named = st.query_params.get(key)
    option = next((option for option in labels if option.value == named), None)
    if option is not None:
        replace_in_address(key, labels[option])


def replace_in_address(key: str, label: str) -> None:
    """Write the label of an option into the address before Streamlit reads the choice from it."""
    if st.query_params.get(key) != label and key not in st.session_state:
        st.query_params[key] = label
        # Streamlit reads the address when a run begins.
        st.rerun()
