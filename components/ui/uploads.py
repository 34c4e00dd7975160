"""Uploaded files stay in memory."""

import streamlit as st
from starlette.formparsers import MultiPartParser


def keep_uploads_in_memory() -> None:
    """Have uploads received in memory; left alone, the server writes one of more than 1 MB to a file."""
    MultiPartParser.spool_max_size = st.get_option("server.maxUploadSize") * 1024 * 1024
