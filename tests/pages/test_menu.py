"""What all pages share."""

import streamlit as st
from streamlit.testing.v1 import AppTest


def test_no_hosts_setting_lets_visitors_see_a_stack_trace(app: AppTest) -> None:
    # As Streamlit Community Cloud sets it.
    st.set_option("client.showErrorDetails", "false")
    app.run()
    assert st.get_option("client.showErrorDetails") == "none"
