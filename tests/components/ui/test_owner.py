import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.ui.owner import CONTACT_SETTING, NAME_SETTING, read_owner


def sentences(name: str = "", contact: str = "") -> str:
    return read_owner({NAME_SETTING: name, CONTACT_SETTING: contact}).sentences()


def test_without_settings_nothing_is_said() -> None:
    assert read_owner({}).sentences() == ""
    assert sentences(" ", " ") == ""


def test_name_and_contact_are_said() -> None:
    assert sentences("Anna School") == "This server is run by **Anna School**."
    assert sentences("A", "it@school.example") == (
        r"This server is run by **A**. Contact: [it\@school\.example](mailto:it@school.example)."
    )
    assert sentences(contact="https://school.example/it") == (
        r"Contact: [https\:\/\/school\.example\/it](https://school.example/it)."
    )
    assert sentences(contact="Room 12") == "Contact: Room 12."


@pytest.mark.parametrize("contact", ["javascript:alert(1)@a.b", "https://a.b/)[x](javascript:y", "data:x"])
def test_no_contact_is_a_link_to_anything_else(contact: str) -> None:
    assert "](javascript" not in sentences(contact=contact)
    assert "](data" not in sentences(contact=contact)


@given(st.text(st.characters(categories=["P", "S"]), min_size=1))
def test_no_name_is_markup(name: str) -> None:
    said = sentences(name).removeprefix("This server is run by **").removesuffix("**.")
    for place, character in enumerate(said):
        if character in "*_[]<>`$:" and name.strip():
            assert said[:place].endswith("\\")
