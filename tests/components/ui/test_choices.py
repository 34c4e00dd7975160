"""Choosing one option: what people read may change, and addresses by value still work."""

from streamlit.testing.v1 import AppTest


def choose_a_size() -> None:
    from enum import StrEnum

    import streamlit as st

    from components.ui.choices import choose_one

    class Size(StrEnum):
        SMALL = "small"
        LARGE = "large"

    labels = {Size.SMALL: "Tiny", Size.LARGE: "Huge"}
    st.write(repr(choose_one("Size", labels, Size.SMALL, "size").value))


def chosen(address: str | None) -> str:
    app = AppTest.from_function(choose_a_size)
    if address is not None:
        app.query_params["size"] = address
    app.run()
    assert not app.exception
    # The choice stays the same from run to run.
    first = app.markdown[0].value
    assert app.run().markdown[0].value == first
    return str(first)


def test_the_default_is_chosen_without_an_address() -> None:
    assert chosen(None) == "'small'"


def test_an_address_may_name_the_label_or_the_value() -> None:
    assert chosen("Huge") == "'large'"
    assert chosen("large") == "'large'"
    assert chosen("small") == "'small'"


def test_the_label_takes_the_values_place_in_the_address() -> None:
    app = AppTest.from_function(choose_a_size)
    app.query_params["size"] = "large"
    app.run()
    assert app.query_params["size"] == "Huge"


def test_an_address_with_anything_else_gives_the_default() -> None:
    for address in ("", "LARGE", "nonsense"):
        assert chosen(address) == "'small'"


def test_a_click_changes_the_choice() -> None:
    app = AppTest.from_function(choose_a_size)
    app.query_params["size"] = "large"
    app.run()
    app.segmented_control[0].set_value("small").run()
    assert app.markdown[0].value == "'small'"
